package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TombstonesTest {

    @Test
    void forgetsAfterAMinute() {
        var gone = new Tombstones();
        gone.add(1, 0);
        gone.add(2, Duration.ofSeconds(59).toNanos());
        assertThat(gone.contains(1)).isTrue();
        gone.add(3, Duration.ofSeconds(60).toNanos());
        assertThat(gone.contains(1)).isFalse();
        assertThat(gone.contains(2)).isTrue();
    }

    @Test
    void staysSmallWhateverComes() {
        var gone = new Tombstones();
        for (var client = 0; client < 100_000; client++) {
            gone.add(client, client);
        }
        assertThat(gone.size()).isLessThanOrEqualTo(20_000);
        assertThat(gone.contains(99_999)).isTrue();
    }
}
