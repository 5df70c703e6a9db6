package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.spi.RelayAuthority.Push;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real encoder and a real nginx, and destinations that come, go and fail while the stream runs. */
@Tag("once")
class RelayOnAirTest {

    /** At 15 pictures a second they are 67 ms apart; the next one would be 133 ms away. */
    private static final double NEXT_PICTURE_SECONDS = 0.1;

    @TempDir
    private Path directory;

    private final ScriptedAuthority authority = new ScriptedAuthority();
    private RtmpSink sink;
    private NginxRelay relay;
    private FfmpegPublisher publisher;
    private String key;

    @BeforeEach
    void open() throws Exception {
        sink = new RtmpSink();
        relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(5)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .workDirectory(directory.resolve("relay"))
                .build());
        key = "ec_live_alice_onair";
        publisher = new FfmpegPublisher(relay.open(authority).url().toString(), key);
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
        Await.until("the publisher is admitted", () -> authority.session(key) != null);
    }

    private void pushTo(Push... pushes) {
        relay.pushTo(authority.session(key), List.of(pushes));
    }

    private Push youtube(String name, String platformKey) {
        return ScriptedAuthority.push(name, sink.server("youtube"), platformKey);
    }

    private void awaitLive(String destination, int times) {
        Await.until(destination + " is live", () -> times(destination, State.LIVE) == times);
    }

    private long times(String destination, State state) {
        return authority.history(key, destination).stream()
                .filter(state::equals)
                .count();
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    @Test
    @DisplayName("Acceptance 5: destinations come go and change and the others lose no picture")
    void destinationsComeGoAndChangeAndTheOthersLoseNoPicture() throws Exception {
        var kept = youtube("kept", "kept-key");
        publish(kept);
        awaitLive("kept", 1);
        var conf = directory.resolve("relay/nginx.conf");
        var written = Files.readString(conf);
        var viewers = Executors.newSingleThreadExecutor();
        try {
            var seen = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return sink.moments("youtube", "kept-key", 20);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    viewers);

            var begun = System.nanoTime();
            pushTo(kept, youtube("added", "added-key"));
            Await.until("it is published there", () -> sink.keys().contains("added-key"));
            System.out.println("latency from an addition on air to the platform: " + millisSince(begun) + " ms");
            assertThat(sink.frames("youtube", "added-key", 1)).isEqualTo(1);
            System.out.println("latency from an addition on air to a decoded picture, the player's start included: "
                    + millisSince(begun) + " ms");
            awaitLive("added", 1);

            begun = System.nanoTime();
            pushTo(kept, youtube("added", "swapped-key"));
            Await.until("it is published under the other key", () -> sink.keys().contains("swapped-key"));
            System.out.println("latency from a swap on air to the platform: " + millisSince(begun) + " ms");
            awaitLive("added", 2);
            assertThat(sink.frames("youtube", "swapped-key", 5)).isEqualTo(5);
            assertThat(relay.traffic(authority.session(key)))
                    .extracting(traffic -> traffic.destination().value())
                    .containsExactlyInAnyOrder("kept", "added");

            pushTo(kept);
            Await.until(
                    "nothing goes there any more",
                    () -> relay.traffic(authority.session(key)).size() == 1);
            Await.until(
                    "its rate is known",
                    () -> relay.traffic(authority.session(key)).stream()
                            .anyMatch(traffic -> traffic.bitsPerSecond() != null && traffic.bitsPerSecond() > 10_000));

            var moments = seen.get(60, TimeUnit.SECONDS);
            assertThat(moments).hasSizeGreaterThan(200);
            for (var at = 1; at < moments.size(); at++) {
                assertThat(moments.get(at) - moments.get(at - 1)).isBetween(0.0, NEXT_PICTURE_SECONDS);
            }
        } finally {
            viewers.shutdownNow();
        }
        assertThat(authority.history(key, "kept")).containsExactly(State.CONNECTING, State.LIVE);
        assertThat(authority.history(key, "added"))
                .containsExactly(State.CONNECTING, State.LIVE, State.CONNECTING, State.LIVE);
        assertThat(sink.keys()).containsExactly("kept-key", "added-key", "swapped-key");
        assertThat(Files.readString(conf)).isEqualTo(written);
    }

    @Test
    @DisplayName("Acceptance 6: what is dead silent or stalled harms nobody and is tried again")
    void whatIsDeadSilentOrStalledHarmsNobodyAndIsTriedAgain() throws Exception {
        var dead = TestPorts.free();
        try (var stalled = new RtmpSink();
                var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            publish(
                    youtube("good", "good-key"),
                    ScriptedAuthority.push("dead", "rtmp://127.0.0.1:" + dead + "/app", "dead-key"),
                    ScriptedAuthority.push(
                            "silent", "rtmp://127.0.0.1:" + silent.getLocalPort() + "/app", "silent-key"),
                    ScriptedAuthority.push("stalled", stalled.server("twitch"), "stalled-key"));
            awaitLive("good", 1);
            awaitLive("stalled", 1);
            stalled.freeze();
            try {
                Await.until(
                        "the silent one was tried twice",
                        Duration.ofSeconds(40),
                        () -> times("silent", State.RETRYING) >= 2);
                assertThat(sink.frames("youtube", "good-key", 15)).isEqualTo(15);
            } finally {
                stalled.thaw();
            }
            assertThat(stalled.frames("twitch", "stalled-key", 15)).isEqualTo(15);
            assertThat(details("dead")).containsOnly("", "The server did not answer within 5 seconds.");
            assertThat(details("silent")).containsOnly("", "The server did not answer within 5 seconds.");
            assertThat(times("dead", State.LIVE) + times("silent", State.LIVE)).isZero();
            assertThat(authority.history(key, "good")).containsExactly(State.CONNECTING, State.LIVE);
            assertThat(sink.frames("youtube", "good-key", 15)).isEqualTo(15);

            relay.retryNow(authority.session(key), new DestinationId("dead"));
            var before = times("dead", State.CONNECTING);
            Await.until("the dead one is tried again", () -> times("dead", State.CONNECTING) > before);
        }
    }

    private List<String> details(String destination) {
        return authority.changes.stream()
                .filter(change -> change.destination().value().equals(destination))
                .map(ScriptedAuthority.Change::detail)
                .toList();
    }
}
