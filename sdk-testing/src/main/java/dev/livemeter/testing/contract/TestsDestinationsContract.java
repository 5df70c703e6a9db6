package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.destination.ConnectionTest.Result;
import dev.livemeter.destination.ConnectionTest.Step;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.TestsDestinations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every provider keeps that {@link TestsDestinations}: the rules of {@code docs/contracts/tests-destinations.md}. Extend it, supply the provider, inherit the tests. The servers are
 * the kit's own, on loopback; none of them speaks RTMP, so what a provider does beyond the handshake is for tests of its own.
 */
@Timeout(180)
public abstract class TestsDestinationsContract {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final String KEY = "kit-key-4711-abcdefgh";

    private final List<Socket> visitors = new CopyOnWriteArrayList<>();
    private ServerSocket server;

    /** For those who extend it. */
    protected TestsDestinationsContract() {}

    /** The provider under test. */
    protected abstract TestsDestinations provider();

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void hangUp() throws IOException {
        server.close();
        for (var visitor : visitors) {
            visitor.close();
        }
    }

    /** From now on visitors are taken, and each is told that. */
    private void say(byte[] greeting) {
        var porter = new Thread(
                () -> {
                    while (!server.isClosed()) {
                        try {
                            var visitor = server.accept();
                            visitors.add(visitor);
                            visitor.getOutputStream().write(greeting);
                        } catch (IOException gone) {
                            // The visitor left, or the test is over.
                        }
                    }
                },
                "kit-porter");
        porter.setDaemon(true);
        porter.start();
    }

    private PushTarget target() {
        return new PushTarget(URI.create("rtmp://127.0.0.1:" + server.getLocalPort() + "/app"), Secret.of(KEY));
    }

    private ConnectionTest tested() {
        return provider().test(target(), (address, port) -> Optional.empty());
    }

    private static void isTold(ConnectionTest test) {
        assertThat(test.steps())
                .isNotEmpty()
                .allSatisfy(step ->
                        assertThat(step.sentence()).endsWith(".").contains(" ").doesNotContain(KEY));
        assertThat(test.toString()).doesNotContain(KEY);
    }

    @Test
    @Rule("TSD-01")
    void nobodyIsConnectedToAgainstTheRule() {
        say(new byte[0]);

        var test = provider()
                .test(
                        target(),
                        (address, port) -> port == server.getLocalPort()
                                ? Optional.of("This network is not for streams.")
                                : Optional.of("The rule was asked of another port."));

        assertThat(test.steps()).hasSize(1);
        assertThat(test.steps().get(0).kind()).isEqualTo(Kind.ADDRESS);
        assertThat(test.steps().get(0).result()).isEqualTo(Result.FAILED);
        assertThat(test.steps().get(0).sentence()).isEqualTo("This network is not for streams.");
        assertThat(visitors).isEmpty();
    }

    @Test
    @Rule("TSD-02")
    void aServerThatIsNotThereIsAnAnswer() throws IOException {
        server.close();

        var test = tested();

        assertThat(test.passed()).isFalse();
        assertThat(test.steps().get(test.steps().size() - 1).kind()).isEqualTo(Kind.TCP);
        isTold(test);
    }

    @Test
    @Rule("TSD-03")
    void aServerThatSaysNothingIsNotWaitedForLong() {
        say(new byte[0]);

        var began = System.nanoTime();
        isTold(tested());

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
    }

    @Test
    @Rule("TSD-04")
    void aServerThatSpeaksNonsenseIsAnAnswer() {
        say("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        isTold(tested());
    }

    @Test
    @Rule("TSD-05")
    void stepsComeInTheOrderOfTheWayAndEachOnce() {
        say(new byte[0]);

        assertThat(tested().steps().stream().map(Step::kind)).isSorted().doesNotHaveDuplicates();
    }
}
