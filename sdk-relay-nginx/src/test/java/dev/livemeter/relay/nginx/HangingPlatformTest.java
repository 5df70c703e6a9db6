package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.spi.RelayAuthority.Push;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real encoder and a real nginx, and platforms that stand still, read too slowly, or refuse and hold on. */
@Tag("once")
class HangingPlatformTest {

    private static final int KILOBITS = 1500;

    @TempDir
    private Path directory;

    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final String key = "ec_live_alice_hang";
    private RtmpSink sink;
    private NginxRelay relay;
    private FfmpegPublisher publisher;

    @BeforeEach
    void open() throws Exception {
        sink = new RtmpSink();
        // What other tests leave of their connections would make the table too long to be worth a look.
        relay = NginxRelay.local(
                NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(4)
                        .heartbeat(Duration.ofSeconds(1))
                        .allowPrivateDestinations(true)
                        .workDirectory(directory.resolve("relay"))
                        .build(),
                TcpSockets.Worth.ANY);
        publisher = new FfmpegPublisher(
                relay.open(authority).url().toString(), key, EncodedShow.constantRate(KILOBITS, 15));
    }

    @AfterEach
    void close() throws Exception {
        publisher.close();
        relay.close();
        sink.close();
    }

    private void publish(Push... pushes) {
        authority.pushes = request -> List.of(pushes);
        publisher.start();
        for (var push : pushes) {
            var name = push.destination().value();
            Await.until(name + " is live", () -> authority.saw(key, name, State.LIVE));
        }
    }

    @Test
    @DisplayName("Acceptance 6: a platform that stands still is left and one that is slow is warned of")
    void aPlatformThatStandsStillIsLeftAndOneThatIsSlowIsWarnedOf() throws Exception {
        try (var frozen = new RtmpSink();
                var slow = new SlowWay(sink.port(), KILOBITS * 1000 / 8 / 2)) {
            publish(
                    ScriptedAuthority.push("good", sink.server("youtube"), "good-key"),
                    ScriptedAuthority.push("frozen", frozen.server("twitch"), "frozen-key"),
                    ScriptedAuthority.push("slow", "rtmp://127.0.0.1:" + slow.port() + "/twitch", "slow-key"));
            var viewers = Executors.newSingleThreadExecutor();
            try {
                var seen = CompletableFuture.supplyAsync(() -> moments("good-key", 15), viewers);
                assertThat(blamedWhenItStandsStill(frozen))
                        .matches("The server holds the connection but has taken no data for ([89]|1[0-9]) seconds\\.");
                Await.until("the slow one is noticed", Duration.ofSeconds(60), () -> !authority.lags.isEmpty());
                assertThat(authority.lags)
                        .allSatisfy(lag -> assertThat(lag.destination().value()).isEqualTo("slow"))
                        .first()
                        .satisfies(lag ->
                                assertThat(lag.behind()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(20)));

                assertNoPictureIsMissing(seen.get(120, TimeUnit.SECONDS), 150);
            } finally {
                viewers.shutdownNow();
            }
            assertThat(authority.history(key, "good")).containsExactly(State.CONNECTING, State.LIVE);
            assertThat(authority.history(key, "slow")).containsExactly(State.CONNECTING, State.LIVE);
        }
    }

    /** It goes by our bridge, and nginx is seen to get rid of nothing all the same. */
    @Test
    void aPlatformWithALongKeyThatStandsStillIsLeftAndFoundAgain() throws Exception {
        try (var frozen = new RtmpSink()) {
            publish(
                    ScriptedAuthority.push("good", sink.server("youtube"), "good-key"),
                    ScriptedAuthority.push("frozen", frozen.server("twitch"), "k".repeat(349)));
            assertThat(blamedWhenItStandsStill(frozen))
                    .matches("The server holds the connection but has taken no data for ([89]|1[0-9]) seconds\\.");
            assertThat(authority.history(key, "good")).containsExactly(State.CONNECTING, State.LIVE);
        }
    }

    /** What can be seen of it, and what not: nginx does not tell what the server answered, and the bytes go. */
    @Test
    @DisplayName("Acceptance 6: a server that refuses and holds on looks live")
    void aServerThatRefusesAndHoldsOnLooksLive() throws Exception {
        try (var refusing = new RefusingSink()) {
            publish(
                    ScriptedAuthority.push("good", sink.server("youtube"), "good-key"),
                    ScriptedAuthority.push("bad", "rtmp://127.0.0.1:" + refusing.port() + "/app", "bad-key"));
            assertNoPictureIsMissing(moments("good-key", 4), 40);
            Await.until("it is fed all the same", () -> refusing.fed.get() > 300_000);
            assertThat(authority.history(key, "good")).containsExactly(State.CONNECTING, State.LIVE);
            assertThat(authority.history(key, "bad")).containsExactly(State.CONNECTING, State.LIVE);
            assertThat(authority.lags).isEmpty();
        }
    }

    private static void assertNoPictureIsMissing(List<Double> moments, int more) {
        assertThat(moments).hasSizeGreaterThan(more);
        for (var at = 1; at < moments.size(); at++) {
            assertThat(moments.get(at) - moments.get(at - 1)).isBetween(0.0, 0.1);
        }
    }

    private List<Double> moments(String streamKey, int seconds) {
        try {
            return sink.moments("youtube", streamKey, seconds);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the machine is so busy that the encoder pauses, nobody is blamed, and nginx's own limit of 15 s comes first: that proves nothing, and is done again. */
    private String blamedWhenItStandsStill(RtmpSink frozen) throws Exception {
        var sentence = leftWhenItStandsStill(frozen);
        for (var more = 3; more > 0 && sentence.equals("The server closed the connection."); more--) {
            sentence = leftWhenItStandsStill(frozen);
        }
        return sentence;
    }

    /** Freezes a platform until it is left, and thaws it until it is found again; says why it was left. */
    private String leftWhenItStandsStill(RtmpSink frozen) throws Exception {
        var before = authority.changes.size();
        var begun = System.nanoTime();
        frozen.freeze();
        try {
            Await.until(
                    "the one that stands still is left",
                    // On a busy machine the encoder is slow, and the buffers of the kernel fill before anything shows.
                    Duration.ofSeconds(90),
                    () -> details("frozen", State.RETRYING, before).findAny().isPresent());
            System.out.println("latency from the standstill of a platform to RETRYING, at " + KILOBITS + " kbit/s: "
                    + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
        } finally {
            frozen.thaw();
        }
        Await.until(
                "it is found again",
                () -> details("frozen", State.LIVE, before).findAny().isPresent());
        return details("frozen", State.RETRYING, before).findFirst().orElseThrow();
    }

    /** What was told with this state, after so many changes. */
    private Stream<String> details(String destination, State state, int after) {
        return authority.changes.stream()
                .skip(after)
                .filter(change -> change.destination().value().equals(destination) && change.state() == state)
                .map(ScriptedAuthority.Change::detail);
    }
}
