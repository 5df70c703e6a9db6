package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.deploy.TestPorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the settings are, the whole configuration says the same, but for the values themselves. The seed is fixed: what fails once fails again. */
class NginxConfFuzzTest {

    private static final String TOKEN = "t0t0t0t0t0t0t0t0t0t0t0t0t0";
    private static final String RUN = "r1r1r1r1r1r1r1r1r1r1r1r1r1";
    private static final String CHARACTERS = "ab1.:-_;{}\"'\\$#% é&?=|*()<>@~^`tnr";

    private final Random random = new Random(20261122);

    /** The paths of a configuration, which are all that it has of free text. */
    private record Paths(Path module, Path directory, Path answers, Path recordings, Path authorities, Path pair) {

        static Paths plain() {
            return new Paths(at("module"), at("work"), at("gate"), at("shows"), at("ca"), at("pair"));
        }

        private static Path at(String name) {
            return Path.of("/plain-" + name);
        }

        private List<Path> all() {
            return List.of(module, directory, answers, recordings, authorities, pair);
        }
    }

    @Test
    @DisplayName("Acceptance 13: no setting changes the structure of the whole configuration")
    void noPathChangesAnythingButItself() {
        var plain = Paths.plain();
        var expected = tokens(render(plain));
        assertThat(expected).contains("\"/plain-module\"", "\"/plain-work/nginx.pid\"", "\"/plain-pair/key.pem\"");
        for (var round = 0; round < 3_000; round++) {
            var hostile = new Paths(any(), any(), any(), any(), any(), any());
            var wanted = expected.stream()
                    .map(token -> token.startsWith("\"/plain-") ? exchanged(token, plain, hostile) : token)
                    .toList();
            assertThat(tokens(render(hostile))).as(hostile.toString()).isEqualTo(wanted);
        }
    }

    @Test
    void whatWouldChangeTheStructureIsSeen() {
        assertThat(tokens("a \"b\\\" c\"; d { e; } # f\n"))
                .containsExactly("a", "\"b\" c\"", ";", "d", "{", "e", ";", "}");
        assertThat(tokens("a \"/x\"; exec y; #\";")).isNotEqualTo(tokens("a \"/z\";"));
    }

    @Tag("once")
    @ValueSource(
            strings = {
                "with blank",
                "quote\"; exec_push x; #",
                "single'quote",
                "back\\slash",
                "end\\",
                "semicolon;",
                "braces{}",
                "#comment",
                "$dollar",
                "${uri}",
                "percent%0a",
                "accentué",
                "\\n\\t"
            })
    @DisplayName("Acceptance 13: nginx itself takes a hostile directory for what it is")
    @ParameterizedTest
    void nginxTakesItForWhatItIs(String name, @TempDir Path folder) throws Exception {
        var directory = Files.createDirectory(folder.resolve(name));
        var recordings = Files.createDirectory(directory.resolve("shows"));
        var nginx = NginxInstallation.find(null, null);
        var conf = new NginxConf(
                nginx,
                directory,
                NginxConf.Ground.OWN,
                "127.0.0.1",
                new NginxConf.Ports(TestPorts.free(), TestPorts.free(), TestPorts.free(), TestPorts.free()),
                "live",
                Pace.of(Duration.ofSeconds(5)),
                TOKEN,
                RUN,
                null,
                new Gate(new Gate.Place(TestPorts.free(), directory.resolve("gate")), Duration.ofSeconds(10)),
                recordings);
        Files.writeString(conf.file(), conf.render());
        var check = new ProcessBuilder(
                        nginx.binary().toString(),
                        "-t",
                        "-q",
                        "-e",
                        "stderr",
                        "-p",
                        directory.toString(),
                        "-c",
                        conf.file().toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
        try (var made = Files.list(directory)) {
            assertThat(made.map(path -> path.getFileName().toString()))
                    .as("what nginx makes lies in it")
                    .contains("temp-proxy", "gate", "nginx.log");
        }
        try (var beside = Files.list(folder)) {
            assertThat(beside).as("and nowhere else").containsExactly(directory);
        }
    }

    private Path any() {
        var text = new StringBuilder("/");
        random.ints(1 + random.nextInt(14), 0, CHARACTERS.length()).forEach(at -> text.append(CHARACTERS.charAt(at)));
        return Path.of(text.toString());
    }

    private static String render(Paths paths) {
        return new NginxConf(
                        new NginxInstallation(
                                Path.of("/usr/sbin/nginx"),
                                paths.module(),
                                new NginxInstallation.StreamModule(paths.module()),
                                ""),
                        paths.directory(),
                        NginxConf.Ground.OWN,
                        "127.0.0.1",
                        new NginxConf.Ports(1935, 1936, 1937, 18900),
                        "live",
                        Pace.of(Duration.ofSeconds(5)),
                        TOKEN,
                        RUN,
                        new StreamConf(
                                new StreamConf.Egress(
                                        paths.authorities(),
                                        5353,
                                        StreamConf.AddressFamilies.IPV4,
                                        List.of(new TlsRoute(new TlsHost("platform.test", 443), 19351))),
                                new StreamConf.Ingest(
                                        "127.0.0.1",
                                        1938,
                                        1939,
                                        paths.pair().resolve("chain.pem"),
                                        paths.pair().resolve("key.pem"))),
                        new Gate(new Gate.Place(18901, paths.answers()), Duration.ofSeconds(10)),
                        paths.recordings())
                .render();
    }

    private static String exchanged(String token, Paths plain, Paths hostile) {
        for (var i = 0; i < plain.all().size(); i++) {
            var prefix = "\"" + plain.all().get(i);
            if (token.startsWith(prefix)) {
                return "\"" + hostile.all().get(i) + token.substring(prefix.length());
            }
        }
        return token;
    }

    /** What nginx reads: its words, with a quote before and behind those that were quoted, and {@code ;}, <code>{</code> and <code>}</code>. */
    private static List<String> tokens(String text) {
        var escapes = Map.of('"', "\"", '\'', "'", '\\', "\\", 't', "\t", 'r', "\r", 'n', "\n");
        var tokens = new ArrayList<String>();
        var at = 0;
        while (at < text.length()) {
            var c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '#') {
                var end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == ';' || c == '{' || c == '}') {
                tokens.add(String.valueOf(c));
                at++;
            } else {
                var quote = c == '"' || c == '\'' ? c : 0;
                var word = new StringBuilder();
                for (at += quote == 0 ? 0 : 1; at < text.length(); at++) {
                    var next = text.charAt(at);
                    if (next == '\\' && at + 1 < text.length()) {
                        var escaped = text.charAt(++at);
                        word.append(escapes.getOrDefault(escaped, "\\" + escaped));
                    } else if (quote == 0 ? Character.isWhitespace(next) || ";{".indexOf(next) >= 0 : next == quote) {
                        break;
                    } else {
                        word.append(next);
                    }
                }
                at += quote == 0 ? 0 : 1;
                tokens.add(quote == 0 ? word.toString() : "\"" + word + "\"");
            }
        }
        return tokens;
    }
}
