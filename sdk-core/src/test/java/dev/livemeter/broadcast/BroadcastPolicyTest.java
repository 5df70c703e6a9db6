package dev.livemeter.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.config.ConfigurationException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BroadcastPolicyTest {

    @Test
    void videosAreLookedForAfterAMinute() {
        assertThat(BroadcastPolicy.defaults().videoAfter()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT4S", "PT1H1S", "PT-5S"})
    void otherSpansAreFaults(String span) {
        var after = Duration.parse(span);
        assertThatThrownBy(() -> new BroadcastPolicy(after))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Videos of broadcasts would be looked for " + after.toSeconds()
                        + " seconds after the end; expected 5 seconds to an hour.");
    }
}
