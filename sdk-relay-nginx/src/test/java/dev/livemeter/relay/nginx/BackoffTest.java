package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void doublesUpToTheMostGiveOrTakeAQuarter() {
        var backoff = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(60));
        var random = new Random(1);
        for (var failures = 0; failures < 100; failures++) {
            var whole = Math.min(2_000L << Math.min(failures, 10), 60_000L);
            assertThat(backoff.after(failures, random).toMillis()).isBetween(whole * 3 / 4, whole * 5 / 4);
        }
    }
}
