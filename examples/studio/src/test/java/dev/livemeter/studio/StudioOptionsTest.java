package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StudioOptionsTest {

    @Test
    void servesOnTheUsualPortsAndKeepsItsData() {
        assertThat(StudioOptions.parse())
                .isEqualTo(new StudioOptions(false, false, 8080, 1935, Path.of("studio-data"), Duration.ZERO));
    }

    @Test
    void theDemoTakesFreePortsAndATemporaryFolder() {
        assertThat(StudioOptions.parse("--demo")).isEqualTo(new StudioOptions(true, false, 0, 0, null, Duration.ZERO));
        assertThat(StudioOptions.parse("--demo", "--port", "9000", "--data", "d"))
                .isEqualTo(new StudioOptions(true, false, 9000, 0, Path.of("d"), Duration.ZERO));
    }

    @Test
    void streamsMayOutliveItWhereItsDataStays() {
        assertThat(StudioOptions.parse("--restart-grace", "60").restartGrace()).isEqualTo(Duration.ofSeconds(60));
        assertThat(StudioOptions.parse("--token-for", "12").tokenFor()).isEqualTo(Duration.ofSeconds(12));
        assertThat(StudioOptions.parse("--preview-for", "5").previewFor()).isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> StudioOptions.parse("--restart-grace", "4"))
                .hasMessage("The option --restart-grace was given '4'; expected 5 to 600 seconds.");
        assertThatThrownBy(() -> StudioOptions.parse("--demo", "--restart-grace", "60"))
                .hasMessage("The option --restart-grace needs a folder that stays; give one with --data.");
    }

    @Test
    void saysWhatIsWrongWithAnOption() {
        assertThatThrownBy(() -> StudioOptions.parse("--demon"))
                .hasMessage("The option --demon is not known; bin/studio --help lists the options.");
        assertThat(StudioOptions.parse("--top-up-page", "https://shop.example/coins")
                        .topUpPage())
                .isEqualTo(URI.create("https://shop.example/coins"));
        assertThatThrownBy(() -> StudioOptions.parse("--top-up-page", "javascript:alert(1)"))
                .hasMessage("The option --top-up-page was given 'javascript:alert(1)'; expected the address of a page,"
                        + " such as https://shop.example/coins.");
        assertThatThrownBy(() -> StudioOptions.parse("--port")).hasMessage("The option --port needs a value after it.");
        assertThatThrownBy(() -> StudioOptions.parse("--port", "high"))
                .hasMessage("The option --port was given 'high'; expected a port from 0 to 65535.");
    }
}
