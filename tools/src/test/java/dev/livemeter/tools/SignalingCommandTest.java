package dev.livemeter.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalingCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aCommandLineOfPeerServerIsUnderstood() {
        var options = SignalingCommandOptions.parse(
                Map.of(),
                "-p",
                "9001",
                "--key=mine",
                "--path",
                "/my/calls/",
                "--expire_timeout",
                "7000",
                "-c",
                "12",
                "--allow_discovery",
                "--cors",
                "https://a.example, https://b.example");
        assertThat(options.port()).isEqualTo(9001);
        assertThat(options.host()).isEqualTo("::");
        assertThat(options.signaling().key()).isEqualTo("mine");
        assertThat(options.signaling().socketPath()).isEqualTo("/my/calls/peerjs");
        assertThat(options.signaling().expireTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(options.signaling().mostPeers()).isEqualTo(12);
        assertThat(options.signaling().discovery()).isTrue();
        assertThat(options.signaling().origins()).containsExactly("https://a.example", "https://b.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cors https://a.example --cors https://b.example",
                "--cors https://a.example https://b.example",
                "--cors=https://a.example https://b.example",
                "--cors https://a.example,https://b.example",
                "--cors=https://a.example --cors=https://b.example"
            })
    void originsAreTakenInEveryWayInWhichPeerServerTakesThem(String given) {
        var environment = Map.of("LIVEMETER_SIGNALING_CORS", "https://c.example");
        var options = SignalingCommandOptions.parse(environment, ("-p 9001 " + given + " --key k").split(" ", -1));
        assertThat(options.signaling().origins()).containsExactly("https://a.example", "https://b.example");
        assertThat(options.port()).isEqualTo(9001);
        assertThat(options.signaling().key()).isEqualTo("k");
    }

    @Test
    void ofAnOptionThatIsNoListTheLastValueCountsAndAWordTooManyIsRefused() throws InterruptedException {
        assertThat(SignalingCommandOptions.parse(Map.of(), "--port", "1", "--port", "2")
                        .port())
                .isEqualTo(2);
        assertThat(said("--port", "1", "2"))
                .isEqualTo("The option 2 is not known; bin/signaling --help lists the options.");
    }

    @Test
    void theEnvironmentIsReadAndTheCommandLineWins() {
        var environment =
                Map.of("PORT", "1", "LIVEMETER_SIGNALING_KEY", "there", "LIVEMETER_SIGNALING_ALIVE_TIMEOUT", "30000");
        var options = SignalingCommandOptions.parse(environment, "--key", "here");
        assertThat(options.port()).isEqualTo(1);
        assertThat(options.signaling().key()).isEqualTo("here");
        assertThat(options.signaling().aliveTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void everyOptionIsInTheHelp() throws InterruptedException {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Usage: bin/signaling [options]", "--trusted-proxies", "--queue-bytes-of-all", "--drain");
    }

    @Test
    void whatIsWrongIsASentence() throws InterruptedException {
        assertThat(said("--colour", "red"))
                .isEqualTo("The option --colour is not known; bin/signaling --help lists the options.");
        assertThat(said("--port")).isEqualTo("The option --port needs a value after it.");
        assertThat(said("--port", "high")).isEqualTo("The option --port was given 'high'; expected a whole number.");
        assertThat(said("--port", "70000"))
                .isEqualTo("The option --port was given '70000'; expected 0 to 65535, 0 for a free one.");
        assertThat(said("--proxied", "true"))
                .isEqualTo("The option --proxied is not known: say which proxies are meant with --trusted-proxies.");
        assertThat(said("--sslkey", "x"))
                .isEqualTo("The option --sslkey is not known: TLS is for a proxy in front; name it with"
                        + " --trusted-proxies.");
        assertThat(said("--path", "calls"))
                .isEqualTo("The signaling option path was given 'calls'; expected / or parts such as /calls, without a"
                        + " slash at the end.");
    }

    private String said(String... arguments) throws InterruptedException {
        err.reset();
        assertThat(run(arguments)).isEqualTo(2);
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    private int run(String... arguments) throws InterruptedException {
        return new SignalingCommand(
                        Map.of(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(arguments);
    }
}
