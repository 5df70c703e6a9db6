package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.RtmpClient.Media;
import dev.livemeter.session.StreamFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of the streams of real encoders, and of one that marks its picture the newer way. */
@Tag("once")
class StreamFormatTest {

    @TempDir
    private Path directory;

    @Test
    void whatComesInIsSeen() throws Exception {
        var authority = new ScriptedAuthority();
        try (var sink = new RtmpSink();
                var relay = NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(2)
                        .heartbeat(Duration.ofSeconds(1))
                        .allowPrivateDestinations(true)
                        .workDirectory(directory)
                        .build())) {
            authority.pushes = request -> List.of(ScriptedAuthority.push(
                    "p", sink.server("twitch"), request.streamKey().reveal()));
            var ingest = relay.open(authority).url();
            try (var usual = new FfmpegPublisher(ingest.toString(), "usual", FfmpegPublisher.constantRate(800, 30))
                            .start();
                    var newer = new RtmpClient(ingest.getPort())) {
                newer.connect("live").createStream().publish("newer").flush();
                Await.until("both are let in", () -> authority.sessions.size() == 2);
                for (var millis = 0; !seen(authority, "newer") || !seen(authority, "usual"); millis += 40) {
                    assertThat(millis).as("patience").isLessThan(30_000);
                    sendHevc(newer, millis);
                    Thread.sleep(40);
                }
                assertThat(usual.isRunning()).isTrue();
            }
            assertThat(format(authority, "usual").videoCodec()).isEqualTo("H264");
            assertThat(format(authority, "usual").audioCodec()).isEqualTo("AAC");
            assertThat(format(authority, "usual").width()).isEqualTo(160);
            // nginx reads what an encoder cuts off the last block of 16 lines in another unit.
            assertThat(format(authority, "usual").height()).isBetween(104, 136);
            assertThat(format(authority, "usual").framesPerSecond()).isEqualTo(15);
            assertThat(format(authority, "usual").videoBitsPerSecond()).isBetween(600_000L, 1_000_000L);
            assertThat(format(authority, "usual").audioBitsPerSecond()).isBetween(10_000L, 100_000L);
            assertThat(format(authority, "newer").videoCodec()).isEmpty();
            assertThat(format(authority, "newer").videoBitsPerSecond()).isGreaterThan(50_000);
        }
    }

    private static boolean seen(ScriptedAuthority authority, String key) {
        return authority.formats.containsKey(authority.session(key));
    }

    private static StreamFormat format(ScriptedAuthority authority, String key) {
        return authority.formats.get(authority.session(key));
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
