package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules of the browser client in Node, where what they talk to is in the hand of a script; as wholes they are tried in Chromium. */
@Tag("once") // no line of Java is tried
@Timeout(180)
class BrowserModulesTest {

    private static final Path MODULES = Path.of("src/main/resources/dev/livemeter/http/browser");
    private static final Path SCRIPTS = Path.of("src/test/resources/dev/livemeter/http/browser-tests");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"peer-link.mjs", "calls.mjs"})
    void doesWhatItsScriptExpects(String script) throws Exception {
        try (var modules = Files.newDirectoryStream(MODULES, "*.js")) {
            for (var module : modules) {
                Files.copy(module, folder.resolve(module.getFileName()));
            }
        }
        Files.copy(SCRIPTS.resolve(script), folder.resolve(script));
        Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
        var log = folder.resolve("log");
        var node = start(script, log);
        try {
            assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            node.destroyForcibly();
        }
        assertThat(Files.readString(log, StandardCharsets.UTF_8)).isEmpty();
        assertThat(node.exitValue()).isZero();
    }

    private Process start(String script, Path log) {
        try {
            return new ProcessBuilder("node", script)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException missing) {
            throw new IllegalStateException("Node could not be started; install it, as bin/test does.", missing);
        }
    }
}
