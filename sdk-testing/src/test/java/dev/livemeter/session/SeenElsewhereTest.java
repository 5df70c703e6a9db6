package dev.livemeter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is kept in mind of other nodes' sessions. */
class SeenElsewhereTest {

    private static final StreamKeyId KEY = new StreamKeyId("key00001");

    private final ManualTime time = ManualTime.create();
    private final SeenElsewhere seen = new SeenElsewhere(time, Duration.ofSeconds(15), Duration.ofSeconds(30));

    @Test
    void countsForThatSessionAndForThatLong() {
        var openedAt = time.instant();
        assertThat(seen.contains(KEY, openedAt)).isFalse();
        seen.add(KEY, openedAt);
        assertThat(seen.contains(KEY, openedAt.plusSeconds(30))).isTrue();
        assertThat(seen.contains(KEY, openedAt.plusSeconds(31))).isFalse();
        assertThat(seen.contains(new StreamKeyId("key00002"), openedAt)).isFalse();
        time.advance(Duration.ofSeconds(14));
        assertThat(seen.contains(KEY, openedAt)).isTrue();
        time.advance(Duration.ofSeconds(1));
        assertThat(seen.contains(KEY, openedAt)).isFalse();
    }
}
