package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayAuthority.Refusal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Real encoders, a real nginx, platforms that are another nginx. */
@Tag("once")
class RelayToPlatformsTest {

    private static final String SECRET = "PLATFORM0SECRET";

    @TempDir
    private static Path directory;

    private static final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private static RtmpSink sink;
    private static ScriptedAuthority authority;
    private static NginxRelay relay;
    private static String ingest;

    private final List<FfmpegPublisher> publishers = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger("dev.livemeter.relay");
        logger.setLevel(Level.TRACE);
        said.start();
        logger.addAppender(said);
        sink = new RtmpSink();
        authority = new ScriptedAuthority();
        relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(16)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .workDirectory(directory.resolve("relay"))
                .build());
        ingest = relay.open(authority).url().toString();
    }

    @AfterAll
    static void close() throws Exception {
        relay.close();
        sink.close();
        ((Logger) LoggerFactory.getLogger("dev.livemeter.relay")).detachAppender(said);
        ((Logger) LoggerFactory.getLogger("dev.livemeter.relay")).setLevel(null);
    }

    @AfterEach
    void hangUp() {
        publishers.forEach(FfmpegPublisher::close);
        authority.refusal = request -> null;
        authority.pushes = request -> List.of();
    }

    @Test
    void theStreamArrivesOnTwoPlatforms() throws Exception {
        var begun = System.nanoTime();
        var key = publish(
                "two",
                ScriptedAuthority.push("yt", sink.server("youtube"), "two-a?x=1&y=%20"),
                ScriptedAuthority.push("tw", sink.server("twitch"), "live_123_two-b"));
        awaitLive(key, "yt", "tw");
        System.out.println("latency from the start of the encoder to LIVE: " + millisSince(begun) + " ms");
        assertThat(sink.frames("youtube", "two-a", 20)).isEqualTo(20);
        assertThat(sink.frames("twitch", "live_123_two-b", 20)).isEqualTo(20);
        assertThat(authority.history(key, "yt")).containsExactly(State.CONNECTING, State.LIVE);
        publishers.get(0).stop();
        assertThat(authority.end(authority.session(key)).cause()).isEqualTo(EndCause.LEFT);
        assertThat(authority.history(key, "yt")).containsExactly(State.CONNECTING, State.LIVE);
    }

    @Test
    void oneBadDestinationIsOnlyItsOwnMisfortune() throws Exception {
        var dead = TestPorts.free();
        var control = nginx().statistics().getPort();
        var key = publish(
                "mixed",
                ScriptedAuthority.push("dead", "rtmp://127.0.0.1:" + dead + "/app", SECRET + "dead"),
                ScriptedAuthority.push("unknown", "rtmp://no-such-host.invalid/app", SECRET + "unknown"),
                ScriptedAuthority.push("loop", "rtmp://localhost:" + control + "/app", SECRET + "loop"),
                ScriptedAuthority.push("wrong", sink.server("nosuchapp"), SECRET + "wrong"),
                ScriptedAuthority.push("good", sink.server("twitch"), "mixed-good"));
        awaitLive(key, "good");
        assertThat(sink.frames("twitch", "mixed-good", 15)).isEqualTo(15);
        Await.until(
                "the dead one is tried again",
                () -> authority.history(key, "dead").stream()
                                .filter(state -> state == State.RETRYING)
                                .count()
                        > 1);
        assertThat(authority.history(key, "dead"))
                .startsWith(State.CONNECTING, State.RETRYING, State.CONNECTING, State.RETRYING);
        assertThat(authority.history(key, "dead")).doesNotContain(State.LIVE);
        assertThat(authority.history(key, "wrong")).contains(State.RETRYING).doesNotContain(State.LIVE);
        assertThat(authority.history(key, "unknown"))
                .contains(State.RETRYING)
                .doesNotContain(State.CONNECTING, State.LIVE);
        assertThat(authority.history(key, "loop")).containsExactly(State.FAILED);
        assertThat(authority.history(key, "good")).containsExactly(State.CONNECTING, State.LIVE);
        assertThat(authority.changes)
                .allSatisfy(change -> assertThat(change.detail()).doesNotContain(SECRET));
    }

    @Test
    void aPlatformThatComesBackIsFoundAgain() throws Exception {
        try (var other = new RtmpSink()) {
            var key = publish("back", ScriptedAuthority.push("p", other.server("twitch"), "back-again"));
            awaitLive(key, "p");
            other.stop();
            Await.until("its loss is noticed", () -> authority.saw(key, "p", State.RETRYING));
            other.start();
            var begun = System.nanoTime();
            Await.until(
                    "it is live again",
                    () -> authority.history(key, "p").stream()
                                    .filter(state -> state == State.LIVE)
                                    .count()
                            == 2);
            System.out.println("latency from the return of a platform to LIVE: " + millisSince(begun) + " ms");
            assertThat(other.frames("twitch", "back-again", 10)).isEqualTo(10);
        }
    }

    @Test
    @DisplayName("Acceptance 3: who is refused is gone at once")
    void whoIsRefusedIsGoneAtOnce() throws Exception {
        for (var reason : List.of(Refusal.UNKNOWN_KEY, Refusal.INSUFFICIENT_FUNDS)) {
            var refused = new CompletableFuture<Long>();
            authority.refusal = request -> {
                refused.complete(System.nanoTime());
                return reason;
            };
            var publisher = new FfmpegPublisher(ingest, "ec_live_refused_" + reason.httpStatus()).start();
            publishers.add(publisher);
            var gone = publisher.process().onExit().thenApply(process -> System.nanoTime());
            var took = Duration.ofNanos(gone.get(60, TimeUnit.SECONDS) - refused.get(1, TimeUnit.SECONDS));
            System.out.println("latency from refusal " + reason.httpStatus() + " to the encoder's exit: "
                    + took.toMillis() + " ms");
            assertThat(took).as("%s", reason).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        }
    }

    @Test
    @DisplayName("Acceptance 12: every key arrives as it is")
    void everyKeyArrivesAsItIs() {
        var random = new Random(20261121);
        var alphabet = "ABCxyz0189._~:@!*(),/?&=%+|-";
        var room = 254 - ("rtmp://127.0.0.1:" + sink.port() + "/youtube/").length();
        for (var round = 0; round < 2; round++) {
            var pushes = new HashMap<String, Push>();
            for (var slot = 0; slot < 16; slot++) {
                var text = new StringBuilder("k" + round + slot);
                // In the first round every character at its own place, in the second whatever chance brings, up to the
                // longest.
                if (round == 0) {
                    text.append('a')
                            .append(alphabet.charAt(slot))
                            .append('b')
                            .append(alphabet.charAt(alphabet.length() - 1 - slot))
                            .append('c');
                } else {
                    var length = slot == 0 ? room - text.length() : random.nextInt(120);
                    random.ints(length, 0, alphabet.length()).forEach(at -> text.append(alphabet.charAt(at)));
                }
                var key = text.toString();
                var push = ScriptedAuthority.push("d" + slot, sink.server("youtube"), key);
                if (relay.objectionTo(push.target()).isEmpty()) {
                    pushes.put(key, push);
                }
            }
            assertThat(pushes).hasSizeGreaterThan(14);
            publish("fuzz" + round, pushes.values().toArray(Push[]::new));
            Await.until("all keys arrived", () -> sink.keys().containsAll(pushes.keySet()));
        }
    }

    @Test
    @DisplayName("Acceptance 4: disconnect works within moments")
    void disconnectWorksWithinMoments() {
        var millis = new ArrayList<Long>();
        for (var round = 0; round < 4; round++) {
            var keys = new ArrayList<String>();
            for (var one = 0; one < 3; one++) {
                keys.add(publish(
                        "cut" + round + one, ScriptedAuthority.push("d", sink.server("twitch"), "cut" + round + one)));
            }
            for (var key : keys) {
                awaitLive(key, "d");
                var begun = System.nanoTime();
                relay.disconnect(authority.session(key));
                var end = authority.end(authority.session(key));
                millis.add(Duration.ofNanos(end.atNanos() - begun).toMillis());
                assertThat(end.cause()).isEqualTo(EndCause.LEFT);
            }
            publishers.forEach(publisher -> Await.until("the encoder noticed", () -> !publisher.isRunning()));
        }
        var sorted = millis.stream().sorted().toList();
        System.out.println("latency of disconnect in ms, min/median/max of " + sorted.size() + ": " + sorted.get(0)
                + "/" + sorted.get(sorted.size() / 2) + "/" + sorted.get(sorted.size() - 1));
        assertThat(sorted.get(sorted.size() - 1)).isLessThan(2500);
        assertThat(authority.ends.stream().map(ScriptedAuthority.End::session)).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("Acceptance 15: what is secret stays so")
    void whatIsSecretStaysSo() throws Exception {
        var key = publish(
                "hush",
                ScriptedAuthority.push("good", sink.server("twitch"), SECRET + "good"),
                ScriptedAuthority.push("dead", "rtmp://127.0.0.1:" + TestPorts.free() + "/app", SECRET + "dead"));
        awaitLive(key, "good");
        Await.until("the dead one failed", () -> authority.saw(key, "dead", State.RETRYING));
        var stat = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(nginx().statistics()).build(), BodyHandlers.ofString())
                .body();
        assertThat(stat)
                .contains(authority.session(key).value())
                .doesNotContain(SECRET)
                .doesNotContain(key);
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain(SECRET).doesNotContain("ec_live_");
            }
        }
        assertThat(Files.getPosixFilePermissions(directory.resolve("relay"))).hasSize(3);
        assertThat(said.list)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getFormattedMessage())
                        .doesNotContain(SECRET)
                        .doesNotContain("ec_live_"));
    }

    private String publish(String name, Push... pushes) {
        var key = "ec_live_alice_" + name;
        authority.pushes = request -> List.of(pushes);
        var publisher = new FfmpegPublisher(ingest, key).start();
        publishers.add(publisher);
        Await.until(key + " is admitted", () -> authority.session(key) != null);
        return key;
    }

    private static void awaitLive(String key, String... destinations) {
        for (var destination : destinations) {
            Await.until(destination + " is live", () -> authority.saw(key, destination, State.LIVE));
        }
    }

    private static RunningNginx nginx() {
        return new RunningNginx(directory.resolve("relay"));
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
