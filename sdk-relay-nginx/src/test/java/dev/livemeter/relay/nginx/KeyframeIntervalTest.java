package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.rtmp.Deadline;
import dev.livemeter.rtmp.RtmpSession;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look at the streams of real encoders finds, by a real nginx; and that nobody else gets to see them. */
@Tag("once")
class KeyframeIntervalTest {

    private static final int FRAMES = 15;

    @TempDir
    private Path directory;

    private LookedAtRelay relay;

    @BeforeEach
    void open() throws Exception {
        relay = LookedAtRelay.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
    }

    @Test
    void theIntervalIsMeasured() {
        try (var one = encoder("one", 1);
                var four = encoder("four", 4);
                var ten = encoder("ten", 10)) {
            assertThat(interval("one").length()).isBetween(Duration.ofMillis(950), Duration.ofMillis(1_050));
            assertThat(interval("four").length()).isBetween(Duration.ofMillis(3_900), Duration.ofMillis(4_100));
            assertThat(interval("ten").length()).isBetween(Duration.ofMillis(9_900), Duration.ofMillis(10_100));
            assertThat(List.of(interval("one"), interval("four"), interval("ten")))
                    .allMatch(interval -> !interval.atLeast() && !interval.varies());
            assertThat(List.of(one, four, ten)).allMatch(FfmpegPublisher::isRunning);
        }
        var seen = relay.format("one");
        assertThat(seen.videoCodec()).isEqualTo("H264");
        assertThat(seen.audioCodec()).isEqualTo("AAC");
        // To the line, unlike nginx.
        assertThat(seen.width()).isEqualTo(160);
        assertThat(seen.height()).isEqualTo(120);
        assertThat(seen.framesPerSecond()).isEqualTo(FRAMES);
        assertThat(seen.videoBitsPerSecond()).isBetween(200_000L, 400_000L);
        assertThat(seen.audioBitsPerSecond()).isBetween(10_000L, 60_000L);
    }

    @Test
    void anEncoderThatComesBackIsLookedAtAgain() {
        try (var before = encoder("artist", 4)) {
            assertThat(interval("artist").length()).isBetween(Duration.ofMillis(3_900), Duration.ofMillis(4_100));
            assertThat(before.isRunning()).isTrue();
        }
        var session = relay.authority.session("artist");
        Await.until("the first one is over", () -> relay.authority.endsOf(session) == 1);
        try (var after = encoder("artist", 1)) {
            Await.until(
                    "another session began",
                    () -> !relay.authority.session("artist").equals(session));
            assertThat(interval("artist").length()).isBetween(Duration.ofMillis(950), Duration.ofMillis(1_050));
            assertThat(after.isRunning()).isTrue();
        }
    }

    @Test
    void aPictureThatNginxDropsIsKnownByItsDescription() throws Exception {
        try (var hevc = new RtmpClient(relay.ingest.getPort());
                var av1 = new RtmpClient(relay.ingest.getPort())) {
            hevc.connect("live").createStream().publish("hevc").describe("hvc1").flush();
            av1.connect("live").createStream().publish("av1").describe("av01").flush();
            Await.until("both are let in", () -> relay.authority.sessions.size() == 2);
            for (var millis = 0; relay.format("hevc") == null || relay.format("av1") == null; millis += 40) {
                assertThat(millis).as("patience").isLessThan(40_000);
                hevc.send("hvc1", millis);
                av1.send("av01", millis);
                Thread.sleep(40);
            }
            assertThat(relay.format("hevc").videoCodec()).isEqualTo("HEVC");
            assertThat(relay.format("av1").videoCodec()).isEqualTo("AV1");
            assertThat(relay.format("hevc").keyframeInterval()).isNull();
            assertThat(relay.format("av1").keyframeInterval()).isNull();
        }
    }

    @Test
    void nobodyElseGetsToSeeAStream() throws Exception {
        try (var encoder = encoder("private", 1)) {
            Await.until("it is let in", () -> relay.authority.session("private") != null);
            var session = relay.authority.session("private").value();
            assertThat(List.of(
                            session,
                            "private",
                            session + "?look=",
                            session + "?look=00000000000000000000000000",
                            session + "?app=&look=x"))
                    .allMatch(this::isTurnedAway);
            assertThat(interval("private").length()).isLessThan(Duration.ofSeconds(2));
            assertThat(encoder.isRunning()).isTrue();
        }
    }

    private boolean isTurnedAway(String name) {
        try (var socket = new Socket(IpLiteral.address("127.0.0.1"), relay.ingest.getPort())) {
            var player = RtmpSession.watching(socket, Deadline.in(Duration.ofSeconds(8)));
            player.shakeHands();
            player.connect(relay.ingest);
            player.play(name);
            return false;
        } catch (java.net.SocketTimeoutException late) {
            return false;
        } catch (IOException hungUp) {
            return true;
        }
    }

    private FfmpegPublisher encoder(String key, int keyframeEverySeconds) {
        return relay.encoder(key, EncodedShow.constantRate(300, FRAMES * keyframeEverySeconds));
    }

    private KeyframeInterval interval(String key) {
        Await.until(
                "the interval of " + key + " is known",
                () -> relay.format(key) != null && relay.format(key).keyframeInterval() != null);
        return relay.format(key).keyframeInterval();
    }
}
