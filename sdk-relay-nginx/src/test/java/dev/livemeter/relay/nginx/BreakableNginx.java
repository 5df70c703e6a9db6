package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An nginx that can be killed, and then does not start again until it is allowed to. */
final class BreakableNginx {

    private final Path folder;

    BreakableNginx(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            var nginx = NginxInstallation.find(null, null).binary();
            Files.writeString(
                    binary(),
                    "#!/bin/sh\nif [ -e " + broken() + " ]; then echo 'it is broken' >&2; exit 3; fi\nexec " + nginx
                            + " \"$@\"\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(binary().toFile().setExecutable(true)).isTrue();
    }

    Path binary() {
        return folder.resolve("nginx");
    }

    Path workDirectory() {
        return folder.resolve("relay");
    }

    private Path broken() {
        return folder.resolve("broken");
    }

    /** It is killed, and stays away. */
    void breakDown() {
        try {
            Files.writeString(broken(), "");
            var pid = Long.parseLong(
                    Files.readString(workDirectory().resolve("nginx.pid")).strip());
            assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on it may start. */
    void mend() {
        try {
            Files.delete(broken());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
