package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.testing.InMemoryRelay;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which platforms accounts can be connected to, by what the operator set. */
@Tag("once")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioSettingsTest {

    @TempDir
    Path folder;

    private StudioApplication start(String... settings) throws IOException {
        var file = Files.writeString(folder.resolve("studio.properties"), String.join("\n", settings));
        return StudioApplication.start(
                StudioOptions.parse("--demo", "--settings", file.toString(), "--url", "http://localhost:8080"),
                InMemoryRelay.create(),
                event -> {});
    }

    @Test
    void aClientIdMakesAPlatformOneThatAccountsAreConnectedTo() throws IOException {
        try (var studio = start(
                "livemeter.provider.youtube.client-id=id-1", "livemeter.provider.youtube.client-secret=secret-1")) {
            assertThat(studio.live().accounts().connects("youtube")).isTrue();
            assertThat(studio.live().accounts().connectsDevices("youtube")).isTrue();
            assertThat(studio.live().accounts().connects("twitch")).isFalse();
            assertThat(studio.live().destinations().provider("kick")).isPresent();
            assertThat(studio.pageUrl()).isEqualTo("http://localhost:8080/");
            assertThat(studio.live()
                            .accounts()
                            .begin("alice", "youtube", URI.create("http://localhost:8080/connected"))
                            .toString())
                    .startsWith("https://accounts.google.com/")
                    .contains("client_id=id-1")
                    .contains("redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fconnected")
                    .doesNotContain("secret-1");
        }
    }

    @Test
    void settingsThatCannotBeReadAreToldAtTheStart() {
        assertThatThrownBy(() -> StudioApplication.start(
                        StudioOptions.parse(
                                "--demo",
                                "--settings",
                                folder.resolve("missing").toString()),
                        InMemoryRelay.create(),
                        event -> {}))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("studio.settings"))
                .hasMessageContaining("give a file of lines such as");
    }
}
