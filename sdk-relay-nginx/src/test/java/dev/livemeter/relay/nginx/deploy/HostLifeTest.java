package dev.livemeter.relay.nginx.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostLifeTest {

    @Test
    void tellsMasterAndWorkers() {
        assertThat(HostLife.parse("nginx 12 3456 13:100 14:7"))
                .contains(new HostLife("12 3456", Map.of(13L, Duration.ofSeconds(1), 14L, Duration.ofMillis(70))));
        assertThat(HostLife.parse("nginx 12 3456")).contains(new HostLife("12 3456", Map.of()));
    }

    @Test
    void tellsThatNoneRuns() {
        assertThat(HostLife.parse("nginx").orElseThrow().runs()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nginx ", "nginx 1", "nginx 1 2 3", "nginx x 2", "result linked", "nginx 1 2 3:4 "})
    void anythingElseIsNoLife(String line) {
        assertThat(HostLife.parse(line)).isEmpty();
    }
}
