package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("once")
class StudioDemoTest {

    @Test
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    @DisplayName("Acceptance 4: every step of the story is true")
    void everyStepOfTheStoryIsTrue() throws Exception {
        var told = new ByteArrayOutputStream();
        var witness = new Witness();
        try (var studio = StudioApplication.start(StudioOptions.parse("--demo"), witness)) {
            var tale = new Tale(new PrintStream(told, true, StandardCharsets.UTF_8));
            assertThat(new DemoStory(studio, witness, tale).play())
                    .as(() -> told.toString(StandardCharsets.UTF_8))
                    .isTrue();
        }
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("Every step was true")
                .doesNotContain("NOT TRUE");
    }

    @Test
    void aStepThatIsNotTrueIsToldAndRemembered() {
        var told = new ByteArrayOutputStream();
        var tale = new Tale(new PrintStream(told, true, StandardCharsets.UTF_8));
        tale.check(true, "This holds.");
        tale.check(false, "This does not.");
        assertThat(tale.end()).isFalse();
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("NOT TRUE: This does not.")
                .contains("Steps that were not true: 1");
    }
}
