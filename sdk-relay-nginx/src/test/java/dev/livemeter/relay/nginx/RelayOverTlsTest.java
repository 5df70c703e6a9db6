package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.Push;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real encoders, a real nginx, and platforms that speak TLS with certificates of a test's own authority. */
@Tag("once")
class RelayOverTlsTest {

    private static final String SECRET = "PLATFORM0SECRET";

    @TempDir
    private static Path directory;

    private static RtmpSink sink;
    private static TlsFront good;
    private static TlsFront stranger;
    private static ScriptedAuthority authority;
    private static NginxRelay relay;
    private static String ingest;

    private final List<FfmpegPublisher> publishers = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        sink = new RtmpSink();
        var trusted = new TestAuthority(directory, "trusted");
        good = new TlsFront(directory.resolve("good"), trusted.issue("good", "platform.test", 2), sink.port());
        stranger = new TlsFront(
                directory.resolve("stranger"),
                new TestAuthority(directory, "unknown").issue("stranger", "stranger.test", 2),
                sink.port());
        authority = new ScriptedAuthority();
        relay = NginxRelay.local(
                NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(8)
                        .heartbeat(Duration.ofSeconds(1))
                        .allowPrivateDestinations(true)
                        .workDirectory(directory.resolve("relay"))
                        .egressCa(trusted.certificate())
                        .build(),
                RelayOverTlsTest::addresses);
        ingest = relay.open(authority).url().toString();
    }

    private static InetAddress[] addresses(String host) throws UnknownHostException {
        return switch (host) {
            case "platform.test", "stranger.test", "misnamed.test" ->
                new InetAddress[] {IpLiteral.address("127.0.0.1")};
            case "127.0.0.1" -> new InetAddress[] {IpLiteral.address("127.0.0.1")};
            default -> throw new UnknownHostException(host);
        };
    }

    @AfterAll
    static void close() throws Exception {
        relay.close();
        stranger.close();
        good.close();
        sink.close();
    }

    @AfterEach
    void hangUp() {
        publishers.forEach(FfmpegPublisher::close);
        authority.pushes = request -> List.of();
    }

    @Test
    @DisplayName("Acceptance 1: two plain platforms and one over TLS are served whatever happens to the rest")
    void twoPlainPlatformsAndOneOverTlsAreServedWhateverHappensToTheRest() throws Exception {
        var begun = System.nanoTime();
        var key = publish(
                "mixed",
                ScriptedAuthority.push("yt", sink.server("youtube"), SECRET + "-yt"),
                ScriptedAuthority.push("tw", sink.server("twitch"), SECRET + "-tw"),
                ScriptedAuthority.push("tls", server("platform.test", good), SECRET + "-tls?x=1"),
                ScriptedAuthority.push("stranger", server("stranger.test", stranger), SECRET + "-stranger"),
                ScriptedAuthority.push("misnamed", server("misnamed.test", good), SECRET + "-misnamed"),
                ScriptedAuthority.push("nowhere", "rtmps://nowhere.test/youtube", SECRET + "-nowhere"),
                ScriptedAuthority.push("plain", server("platform.test", sink.port()), SECRET + "-plain"));
        awaitLive(key, "yt", "tw", "tls");
        System.out.println("latency from the start of the encoder to LIVE, one over TLS: "
                + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
        assertThat(sink.frames("youtube", SECRET + "-tls", 15)).isEqualTo(15);
        assertThat(sink.keys()).contains(SECRET + "-tls?x=1");
        assertThat(detail(key, "stranger"))
                .matches(
                        "The server's certificate could not be verified \\(unable to [a-z ]+\\), so nothing was sent\\."
                                + " The server must show a certificate of a known authority\\.");
        assertThat(detail(key, "misnamed"))
                .isEqualTo(
                        "The server's certificate is for another name than the server's, so nothing was sent; check the address for typing errors.");
        assertThat(detail(key, "nowhere"))
                .isEqualTo("The name of the server could not be resolved; check it for typing errors.");
        assertThat(detail(key, "plain")).isNotEmpty();
        for (var bad : List.of("stranger", "misnamed", "nowhere", "plain")) {
            assertThat(authority.history(key, bad)).contains(State.RETRYING).doesNotContain(State.LIVE);
        }
        for (var fine : List.of("yt", "tw", "tls")) {
            assertThat(authority.history(key, fine)).endsWith(State.LIVE).doesNotContain(State.RETRYING);
        }
        assertThat(sink.keys()).noneMatch(arrived -> arrived.contains("stranger") || arrived.contains("misnamed"));
        try (var files = Files.walk(directory.resolve("relay"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain(SECRET).doesNotContain("ec_live_");
            }
        }
        publishers.get(0).stop();
        assertThat(authority.end(authority.session(key)).cause()).isEqualTo(EndCause.LEFT);
        Await.until("the platform saw which name was asked for", () -> names().contains("platform.test"));
    }

    @Test
    @DisplayName("Acceptance 4: a stream that is on outlives the reload and can still be cut")
    void aStreamThatIsOnOutlivesTheReloadAndCanStillBeCut() throws Exception {
        var key = publish("old", ScriptedAuthority.push("d", sink.server("twitch"), "before-reload"));
        awaitLive(key, "d");
        // A port of its own makes it a server that nginx has to learn.
        try (var other = new TlsFront(
                directory.resolve("other"),
                new TestAuthority.Pair(directory.resolve("good.crt"), directory.resolve("good.key")),
                sink.port())) {
            var reloaded = configuration();
            var next = publish("new", ScriptedAuthority.push("d", server("platform.test", other), "after-reload"));
            awaitLive(next, "d");
            assertThat(configuration()).isNotEqualTo(reloaded);
            assertThat(sink.frames("twitch", "before-reload", 15)).isEqualTo(15);
            assertThat(authority.history(key, "d")).containsExactly(State.CONNECTING, State.LIVE);
            assertThat(authority.endsOf(authority.session(key))).isZero();
            var begun = System.nanoTime();
            relay.disconnect(authority.session(key));
            assertThat(authority.end(authority.session(key)).cause()).isEqualTo(EndCause.LEFT);
            System.out.println("latency of disconnect in a worker from before a reload: "
                    + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
            assertThat(authority.endsOf(authority.session(next))).isZero();
        }
    }

    private static List<String> names() {
        try {
            return good.names();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String configuration() throws Exception {
        return Files.readString(directory.resolve("relay/nginx.conf"));
    }

    private static String server(String name, TlsFront front) {
        return server(name, front.port());
    }

    private static String server(String name, int port) {
        return "rtmps://" + name + ":" + port + "/youtube";
    }

    private String publish(String name, Push... pushes) {
        var key = "ec_live_tls_" + name;
        authority.pushes = request -> List.of(pushes);
        var publisher = new FfmpegPublisher(ingest, key).start();
        publishers.add(publisher);
        Await.until(key + " is admitted", () -> authority.session(key) != null);
        return key;
    }

    private static void awaitLive(String key, String... destinations) {
        for (var destination : destinations) {
            Await.until(
                    destination + " is live",
                    Duration.ofSeconds(30),
                    () -> authority.saw(key, destination, State.LIVE));
        }
    }

    private static String detail(String key, String destination) {
        var said = new ArrayList<String>();
        Await.until(destination + " is complained of", Duration.ofSeconds(30), () -> {
            authority.changes.stream()
                    .filter(change -> change.session().equals(authority.session(key))
                            && change.destination().value().equals(destination)
                            && change.state() == State.RETRYING
                            && !change.detail().contains("gets ready"))
                    .map(ScriptedAuthority.Change::detail)
                    .forEach(said::add);
            return !said.isEmpty();
        });
        return said.get(0);
    }
}
