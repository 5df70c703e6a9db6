package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.money.Tariff;
import dev.livemeter.time.TimeSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators may not set about broadcasts; what they may is tried from the account to the video. */
class BroadcastSettingsTest {

    private static Livemeter.Builder builder(String key, String value) {
        return Livemeter.builder()
                .wallet(InMemoryBooks.create(TimeSource.system()))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .properties(Map.of("livemeter.broadcast." + key, value));
    }

    @Test
    void faultsAreTold() {
        assertThatThrownBy(() -> builder("video-after", "2h").build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "Videos of broadcasts would be looked for 7200 seconds after the end; expected 5 seconds to an hour."));
        assertThatThrownBy(() -> builder("colour", "red").build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "The setting livemeter.broadcast.colour is not known here; known are video-after. Correct or remove it."));
    }
}
