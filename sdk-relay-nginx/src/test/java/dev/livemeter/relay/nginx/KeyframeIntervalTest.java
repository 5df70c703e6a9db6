package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.RtmpClient.Media;
import dev.livemeter.rtmp.Deadline;
import dev.livemeter.rtmp.RtmpSession;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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

    private final ScriptedAuthority authority = new ScriptedAuthority();
    private RtmpSink sink;
    private NginxRelay relay;
    private URI ingest;

    @BeforeEach
    void open() throws Exception {
        sink = new RtmpSink();
        authority.pushes = request -> List.of(ScriptedAuthority.push(
                "p", sink.server("twitch"), request.streamKey().reveal()));
        relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(2)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .workDirectory(directory)
                .build());
        ingest = relay.open(authority).url();
    }

    @AfterEach
    void close() throws Exception {
        relay.close();
        sink.close();
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
        var seen = format("one");
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
        var session = authority.session("artist");
        Await.until("the first one is over", () -> authority.endsOf(session) == 1);
        try (var after = encoder("artist", 1)) {
            Await.until(
                    "another session began", () -> !authority.session("artist").equals(session));
            assertThat(interval("artist").length()).isBetween(Duration.ofMillis(950), Duration.ofMillis(1_050));
            assertThat(after.isRunning()).isTrue();
        }
    }

    @Test
    void aPictureThatNginxDropsIsKnownByItsDescription() throws Exception {
        try (var newer = new RtmpClient(ingest.getPort())) {
            newer.connect("live")
                    .createStream()
                    .publish("newer")
                    .describe("hvc1")
                    .flush();
            Await.until("it is let in", () -> authority.sessions.size() == 1);
            for (var millis = 0; format("newer") == null; millis += 40) {
                assertThat(millis).as("patience").isLessThan(40_000);
                sendHevc(newer, millis);
                Thread.sleep(40);
            }
            assertThat(format("newer").videoCodec()).isEqualTo("HEVC");
            assertThat(format("newer").keyframeInterval()).isNull();
        }
    }

    @Test
    void nobodyElseGetsToSeeAStream() throws Exception {
        try (var encoder = encoder("private", 1)) {
            Await.until("it is let in", () -> authority.session("private") != null);
            var session = authority.session("private").value();
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
        try (var socket = new Socket(IpLiteral.address("127.0.0.1"), ingest.getPort())) {
            var player = RtmpSession.watching(socket, Deadline.in(Duration.ofSeconds(8)));
            player.shakeHands();
            player.connect(ingest);
            player.play(name);
            return false;
        } catch (java.net.SocketTimeoutException late) {
            return false;
        } catch (IOException hungUp) {
            return true;
        }
    }

    private FfmpegPublisher encoder(String key, int keyframeEverySeconds) {
        return new FfmpegPublisher(
                        ingest.toString(), key, FfmpegPublisher.constantRate(300, FRAMES * keyframeEverySeconds))
                .start();
    }

    private KeyframeInterval interval(String key) {
        Await.until(
                "the interval of " + key + " is known",
                Duration.ofSeconds(60),
                () -> format(key) != null && format(key).keyframeInterval() != null);
        return format(key).keyframeInterval();
    }

    private StreamFormat format(String key) {
        var session = authority.session(key);
        return session == null ? null : authority.formats.get(session);
    }

    /** Enhanced RTMP: a marked header byte and the four letters of the codec, then what would be HEVC. */
    private static void sendHevc(RtmpClient client, int millis) throws IOException {
        var picture = new byte[2000];
        Arrays.fill(picture, (byte) 7);
        picture[0] = (byte) (millis == 0 ? 0x90 : millis % 1000 == 0 ? 0x91 : 0xA1);
        System.arraycopy("hvc1".getBytes(StandardCharsets.US_ASCII), 0, picture, 1, 4);
        var sound = new byte[100];
        sound[0] = (byte) 0xAF;
        sound[1] = (byte) (millis == 0 ? 0 : 1);
        client.media(Media.VIDEO, millis, picture)
                .media(Media.AUDIO, millis, sound)
                .flush();
    }
}
