package dev.livemeter.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the command is written, and what it tells of a host that is not there. What a host does is tested where the deployment is. */
class RelayHostCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return new RelayHostCommand(Map.of(), print(out), print(err)).run(arguments);
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private List<String> told() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String refusal() {
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|Say what to do: test, diff, deploy, history or rollback; bin/relay-host --help tells more.",
                "burn|The command burn is not known; expected test, diff, deploy, history or rollback.",
                "test now|The word now is one too many for test; bin/relay-host --help shows how it is written.",
                "test|Which host? Give --host HOST.",
                "test --host|The option --host needs a value after it.",
                "test --host a --host b|The option --host is given twice; give it once.",
                "test --host a --files b|The option --files is not known to test; bin/relay-host --help lists the options.",
                "deploy --host a|Which configuration? Give --files FOLDER, with nginx.conf in it.",
                "rollback --host a|Which version? Give --version VERSION, as bin/relay-host history tells it.",
                "test --host a --known-hosts b|No key is given for the relay host a; give the private key whose public half install.sh was given.",
                "test --host a --known-hosts b --key c --port x|The option --port was given 'x'; expected a number such as 22.",
                "rollback --version 1 --host a --known-hosts b --key c|The version that was given is not one: expected 64 hexadecimal digits, as the history has them.",
                "deploy --files nowhere --host a --known-hosts b --key c|The configuration in nowhere cannot be read: nowhere."
            })
    void aCommandLineThatDoesNotFitIsRefusedInASentence(String line, String sentence) {
        assertThat(run(line == null ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(refusal()).isEqualTo(sentence);
        assertThat(told()).isEmpty();
    }

    @Test
    void helpTellsHowItIsUsed() {
        assertThat(run("deploy", "--help")).isZero();
        assertThat(told())
                .contains("Usage: bin/relay-host COMMAND --host HOST --known-hosts FILE --key FILE [options]");
    }

    @Test
    void aHostThatIsNotThereIsToldStepByStep() throws Exception {
        var port = closedPort();
        var known = Files.writeString(folder.resolve("known"), "");
        assertThat(run(
                        "test",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        port,
                        "--known-hosts",
                        known.toString(),
                        "--key",
                        "key"))
                .isEqualTo(1);
        assertThat(told())
                .startsWith(
                        "ok       name: The name 127.0.0.1 resolves to an address.",
                        "failed   connection: Nobody answers at 127.0.0.1 port " + port + ".",
                        "         Is the host up, does sshd run there, and does a firewall let this machine through?",
                        "skipped  host key: Not looked at, as something before it failed.");
        Files.writeString(folder.resolve("nginx.conf"), "events {}");
        Files.delete(known);
        assertThat(run(
                        "deploy",
                        "--files",
                        folder.toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        port,
                        "--known-hosts",
                        known.toString(),
                        "--key",
                        "key"))
                .isEqualTo(2);
        assertThat(refusal()).startsWith("Nobody answers at 127.0.0.1 port " + port + ".");
    }

    private static String closedPort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }
}
