package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.spi.RelayAuthority.Push;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real encoder, a real nginx, and destinations whose stream keys are longer than nginx takes. */
@Tag("once")
class LongKeysOnAirTest {

    private static final String SECRET = "PLATFORM0SECRET";

    /** What nginx, which the platform is here, keeps of a stream's name. */
    private static final int KEPT = 255;

    @TempDir
    private Path directory;

    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final String key = "ec_live_alice_long";
    private RtmpSink sink;
    private NotingWay way;
    private NginxRelay relay;
    private FfmpegPublisher publisher;

    @BeforeEach
    void open() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger("dev.livemeter.relay");
        logger.setLevel(Level.TRACE);
        said.start();
        logger.addAppender(said);
        sink = new RtmpSink();
        way = new NotingWay(sink.port());
    }

    private void open(NginxRelayConfig.Builder settings, PushResolver.NameService names) {
        relay = NginxRelay.local(
                settings.ingestPort(0)
                        .mostDestinations(4)
                        .heartbeat(Duration.ofSeconds(1))
                        .allowPrivateDestinations(true)
                        .workDirectory(directory.resolve("relay"))
                        .build(),
                names);
        publisher = new FfmpegPublisher(relay.open(authority).url().toString(), key);
    }

    @AfterEach
    void close() throws Exception {
        publisher.close();
        relay.close();
        way.close();
        sink.close();
        var logger = (Logger) LoggerFactory.getLogger("dev.livemeter.relay");
        logger.detachAppender(said);
        logger.setLevel(null);
        assertThat(said.list)
                .allSatisfy(event -> assertThat(event.getFormattedMessage()).doesNotContain(SECRET));
    }

    private static String keyOf(int length, String mark) {
        var arguments = "?x=1&y=%20";
        return SECRET + mark + "k".repeat(length - SECRET.length() - mark.length() - arguments.length()) + arguments;
    }

    private String server() {
        return "rtmp://127.0.0.1:" + way.port() + "/twitch";
    }

    private void publish(Push... pushes) {
        authority.pushes = request -> List.of(pushes);
        publisher.start();
        Await.until("the publisher is admitted", () -> authority.session(key) != null);
    }

    private void awaitLive(String destination, int times) {
        Await.until(
                destination + " is live",
                Duration.ofSeconds(30),
                () -> authority.history(key, destination).stream()
                                .filter(State.LIVE::equals)
                                .count()
                        == times);
    }

    private String found(String pattern) throws Exception {
        var match = Pattern.compile(pattern).matcher(Files.readString(directory.resolve("relay/nginx.conf")));
        assertThat(match.find()).isTrue();
        return match.group(1);
    }

    @Test
    @DisplayName("Acceptance 12: keys of any length arrive as they are, and pictures flow")
    void keysOfAnyLengthArriveAsTheyAreAndPicturesFlow() throws Exception {
        open(NginxRelayConfig.builder(), InetAddress::getAllByName);
        var seen = keyOf(349, "a");
        var longer = keyOf(2_000, "b");
        var longest = keyOf(4_000, "c");
        var pushes = List.of(
                ScriptedAuthority.push("short", server(), "short-key"),
                ScriptedAuthority.push("seen", server(), seen),
                ScriptedAuthority.push("longer", server(), longer),
                ScriptedAuthority.push("longest", server(), longest));
        pushes.forEach(push -> assertThat(relay.objectionTo(push.target())).isEmpty());
        var written = found("(?s)(.*)");
        publish(pushes.toArray(Push[]::new));
        for (var push : pushes) {
            awaitLive(push.destination().value(), 1);
            assertThat(way.published(push.target().key().reveal()))
                    .as(push.destination().value())
                    .isEqualTo(1);
        }
        assertThat(way.connected("twitch", server())).isGreaterThanOrEqualTo(3);
        assertThat(sink.frames("twitch", longer.substring(0, KEPT), 20)).isEqualTo(20);
        Await.until(
                "its rate is known",
                () -> relay.traffic(authority.session(key)).stream()
                                .filter(traffic -> traffic.bitsPerSecond() != null && traffic.bitsPerSecond() > 10_000)
                                .count()
                        == 4);
        for (var push : pushes) {
            assertThat(authority.history(key, push.destination().value()))
                    .containsExactly(State.CONNECTING, State.LIVE);
        }

        assertThat(found("(?s)(.*)")).isEqualTo(written);
        var stat = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + found("listen 127\\.0\\.0\\.1:(\\d+);\\s+location")
                                                + found("location = (/[a-z0-9]+/stat)")))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        assertThat(stat).contains(authority.session(key).value()).doesNotContain(SECRET);
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain(SECRET);
            }
        }
    }

    @Test
    void aLongKeyIsEndedAndTriedAgainOnAirLikeAnyOther() throws Exception {
        open(NginxRelayConfig.builder(), InetAddress::getAllByName);
        var kept = ScriptedAuthority.push("kept", sink.server("youtube"), "kept-key");
        var bridged = ScriptedAuthority.push("long", server(), keyOf(349, "a"));
        publish(kept, bridged);
        awaitLive("kept", 1);
        awaitLive("long", 1);
        assertThat(way.open()).isEqualTo(1);

        relay.pushTo(authority.session(key), List.of(kept));
        Await.until("its connection is gone", () -> way.open() == 0);

        relay.pushTo(authority.session(key), List.of(kept, bridged));
        awaitLive("long", 2);
        assertThat(way.published(bridged.target().key().reveal())).isEqualTo(2);

        // The platform ends it, and is away for a moment.
        way.hangUp();
        Await.until("it is to be tried again", () -> authority.saw(key, "long", State.RETRYING));
        relay.retryNow(authority.session(key), new DestinationId("long"));
        awaitLive("long", 3);
        assertThat(authority.changes.stream()
                        .filter(change -> change.state() == State.RETRYING)
                        .map(ScriptedAuthority.Change::detail))
                .containsOnly("The server closed the connection.");
        assertThat(authority.history(key, "kept")).containsExactly(State.CONNECTING, State.LIVE);

        relay.disconnect(authority.session(key));
        Await.until("all is over", () -> way.open() == 0 && authority.endsOf(authority.session(key)) == 1);
    }

    @Test
    void aLongKeyGoesOverTlsAsWell(@TempDir Path certificates) throws Exception {
        var trusted = new TestAuthority(certificates, "trusted");
        try (var front =
                new TlsFront(certificates.resolve("good"), trusted.issue("good", "platform.test", 2), way.port())) {
            open(NginxRelayConfig.builder().egressCa(trusted.certificate()), host ->
                    new InetAddress[] {IpLiteral.address("127.0.0.1")});
            var longKey = keyOf(349, "t");
            publish(
                    ScriptedAuthority.push("tls", "rtmps://platform.test:" + front.port() + "/twitch", longKey),
                    ScriptedAuthority.push("misnamed", "rtmps://other.test:" + front.port() + "/twitch", longKey));
            awaitLive("tls", 1);
            assertThat(way.published(longKey)).isEqualTo(1);
            assertThat(way.connected("twitch", "rtmps://platform.test:" + front.port() + "/twitch"))
                    .isEqualTo(1);
            Await.until(
                    "the other one failed",
                    Duration.ofSeconds(30),
                    () -> authority.changes.stream()
                            .anyMatch(
                                    change -> change.detail()
                                            .equals(
                                                    "The server's certificate is for another name than the server's, so nothing was sent; check the address for typing errors.")));
            assertThat(authority.history(key, "misnamed")).doesNotContain(State.LIVE);
            assertThat(way.published(longKey)).isEqualTo(1);
        }
    }
}
