package dev.livemeter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComponentConfigTest {

    @Test
    void tellsAllFaultsTogether() {
        var config = ComponentConfig.below(
                "livemeter.relay.x",
                Map.of(
                        "livemeter.relay.x.port", "70000",
                        "livemeter.relay.x.timeout", "soon",
                        "livemeter.relay.x.colour", "red",
                        "livemeter.relay.y.port", "ignored"));
        config.integer("port", 1, 65535);
        config.duration("timeout");
        config.text("host").required();

        assertThatThrownBy(config::check)
                .hasMessage("The configuration has 4 faults:\n"
                        + "  - The setting livemeter.relay.x.port is '70000'; expected a whole number from 1 to 65535.\n"
                        + "  - The setting livemeter.relay.x.timeout is 'soon'; expected a span of time such as 10s, 5m or 2h.\n"
                        + "  - The setting livemeter.relay.x.host is missing; expected some text.\n"
                        + "  - The setting livemeter.relay.x.colour is not known here; known are host, port, timeout. Correct or"
                        + " remove it.");
    }

    @Test
    void doesNotRepeatASecret() {
        var config = new ComponentConfig("livemeter.wallet.jdbc", Map.of("password", "hunter2"));
        config.integer("password", 1, 2);
        assertThatThrownBy(config::check).hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "10s,PT10S", "5m,PT5M", "2h,PT2H", "1d,PT24H", "PT1.5S,PT1.5S"})
    void readsSpansOfTime(String text, Duration expected) {
        var config = new ComponentConfig("p", Map.of("d", text));
        assertThat(config.duration("d").orElse(Duration.ZERO)).isEqualTo(expected);
        config.check();
    }

    @Test
    void absentMeansTheDefault() {
        var config = new ComponentConfig("p", Map.of("flag", " "));
        assertThat(config.flag("flag").orElse(true)).isTrue();
        assertThat(config.integer("n", 0, 9).orElse(3)).isEqualTo(3);
        config.check();
    }
}
