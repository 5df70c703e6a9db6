package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
    @ValueSource(strings = {"peer-link.mjs", "calls.mjs", "media-watch.mjs"})
    void doesWhatItsScriptExpects(String script) throws Exception {
        try (var modules = Files.newDirectoryStream(MODULES, "*.js")) {
            for (var module : modules) {
                Files.copy(module, folder.resolve(module.getFileName()));
            }
        }
        Files.copy(SCRIPTS.resolve(script), folder.resolve(script));
        Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
        succeeds(script);
    }

    @Test
    void declaresTheTypesOfWhatItExports() throws Exception {
        try (var modules = Files.walk(MODULES)) {
            for (var module : modules.filter(Files::isRegularFile).toList()) {
                var copy = folder.resolve(MODULES.relativize(module).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(module, copy);
            }
        }
        Files.copy(SCRIPTS.resolve("types.mts"), folder.resolve("types.mts"));
        Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
        var compiler =
                Path.of(System.getProperty("user.home"), ".cache/livemeter/npm/node_modules/typescript/lib/tsc.js");
        assertThat(compiler).as("typescript, which bin/lib/npm.sh installs").exists();
        succeeds(
                compiler.toString(),
                "--noEmit",
                "--strict",
                "--allowJs",
                "--skipLibCheck",
                "false",
                "--target",
                "es2022",
                "--module",
                "nodenext",
                "--lib",
                "es2022,dom,dom.iterable",
                "types.mts",
                "livemeter.d.ts");
    }

    @Test
    void declaresEveryNameThatItExports() throws Exception {
        assertThat(names("livemeter.d.ts", "export (?:class|function) (\\w+)"))
                .containsExactlyInAnyOrderElementsOf(names("livemeter.js", "(?<=[{,]) (\\w+)(?=[ ,])"));
    }

    private static List<String> names(String file, String pattern) throws IOException {
        return Files.readAllLines(MODULES.resolve(file)).stream()
                .filter(line -> line.startsWith("export"))
                .flatMap(line -> Pattern.compile(pattern).matcher(line).results())
                .map(found -> found.group(1))
                .toList();
    }

    private void succeeds(String... arguments) throws Exception {
        var log = folder.resolve("log");
        var node = start(log, arguments);
        try {
            assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            node.destroyForcibly();
        }
        assertThat(Files.readString(log, StandardCharsets.UTF_8)).isEmpty();
        assertThat(node.exitValue()).isZero();
    }

    private Process start(Path log, String... arguments) {
        try {
            return new ProcessBuilder(Stream.concat(Stream.of("node"), Stream.of(arguments))
                            .toList())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException missing) {
            throw new IllegalStateException("Node could not be started; install it, as bin/test does.", missing);
        }
    }
}
