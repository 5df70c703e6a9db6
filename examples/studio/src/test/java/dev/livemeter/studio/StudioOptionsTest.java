package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StudioOptionsTest {

    @Test
    void servesOnTheUsualPortsAndKeepsItsData() {
        assertThat(StudioOptions.parse())
                .isEqualTo(new StudioOptions(false, false, 8080, 1935, Path.of("studio-data")));
    }

    @Test
    void theDemoTakesFreePortsAndATemporaryFolder() {
        assertThat(StudioOptions.parse("--demo")).isEqualTo(new StudioOptions(true, false, 0, 0, null));
        assertThat(StudioOptions.parse("--demo", "--port", "9000", "--data", "d"))
                .isEqualTo(new StudioOptions(true, false, 9000, 0, Path.of("d")));
    }

    @Test
    void saysWhatIsWrongWithAnOption() {
        assertThatThrownBy(() -> StudioOptions.parse("--demon"))
                .hasMessage("The option --demon is not known; bin/studio --help lists the options.");
        assertThatThrownBy(() -> StudioOptions.parse("--port")).hasMessage("The option --port needs a value after it.");
        assertThatThrownBy(() -> StudioOptions.parse("--port", "high"))
                .hasMessage("The option --port was given 'high'; expected a port from 0 to 65535.");
    }
}
