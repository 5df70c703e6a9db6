package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.relay.nginx.RtmpClient.Media;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of streams of real encoders, on a real nginx, by a real ffmpeg. */
@Tag("once") // nginx does not care which JVM asks
class ThumbnailOnAirTest {

    @TempDir
    private Path directory;

    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final ScriptedPictures pictures = new ScriptedPictures();
    private RtmpSink sink;
    private @Nullable NginxRelay relay;

    @BeforeEach
    void begin() throws Exception {
        sink = new RtmpSink();
        authority.pushes = request -> List.of(ScriptedAuthority.push(
                "p", sink.server("twitch"), request.streamKey().reveal()));
    }

    @AfterEach
    void close() throws Exception {
        if (relay != null) {
            relay.close();
        }
        sink.close();
    }

    private URI open(Path ffmpeg) {
        var settings = NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(2)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .workDirectory(directory.resolve("relay"));
        if (ffmpeg != null) {
            settings.ffmpeg(ffmpeg);
        }
        relay = NginxRelay.local(settings.build());
        relay.takePicturesFor(pictures);
        return relay.open(authority).url();
    }

    @Test
    void aStreamIsSeenAsItIsAndNoDiskSeesIt() throws Exception {
        var ingest = open(null);
        try (var encoder = new FfmpegPublisher(ingest.toString(), "artist").start()) {
            Await.until("there is a picture", () -> !pictures.taken.isEmpty());
            var session = authority.session("artist");
            var picture = ImageIO.read(new ByteArrayInputStream(pictures.taken.get(session)));
            // Of 160x120, made to fit into a square of 320.
            assertThat(picture.getWidth()).isEqualTo(320);
            assertThat(picture.getHeight()).isEqualTo(240);
            // The bars of the test picture have eight colours; grey alone would be the sign of a picture that was not
            // read.
            var colours = new HashSet<Integer>();
            for (var x = 5; x < 320; x += 10) {
                colours.add(picture.getRGB(x, 20) & 0xE0E0E0);
            }
            assertThat(colours).hasSizeGreaterThan(4);
            assertThat(pictures.missing).isEmpty();
            assertThat(encoder.isRunning()).isTrue();
            assertThat(MediaBytes.in(directory)).isEmpty();
        }
        Await.until("it is over", () -> authority.endsOf(authority.session("artist")) == 1);
        assertThat(MediaBytes.in(directory)).isEmpty();
    }

    @Test
    void aPictureThatNobodyHereReadsIsToldByItsName() throws Exception {
        var ingest = open(null);
        try (var newer = new RtmpClient(ingest.getPort())) {
            newer.connect("live")
                    .createStream()
                    .publish("newer")
                    .describe("hvc1")
                    .flush();
            Await.until("it is let in", () -> authority.sessions.size() == 1);
            for (var millis = 0; pictures.missing.isEmpty(); millis += 40) {
                assertThat(millis).as("patience").isLessThan(60_000);
                sendHevc(newer, millis);
                // the pace of an encoder, 25 pictures a second; what is waited for is asked above
                Thread.sleep(40);
            }
        }
        assertThat(pictures.missing)
                .containsValue("There is no thumbnail, as the picture is HEVC, and the relay reads H.264 alone.");
        assertThat(pictures.taken).isEmpty();
    }

    @Test
    void withoutFfmpegStreamsGoOnAndAreToldWhy() {
        var ingest = open(directory.resolve("no-ffmpeg"));
        try (var encoder = new FfmpegPublisher(ingest.toString(), "artist").start()) {
            Await.until("it is live", () -> authority.saw("artist", "p", State.LIVE));
            Await.until("it is told", () -> !pictures.missing.isEmpty());
            assertThat(pictures.missing.get(authority.session("artist")))
                    .isEqualTo("There is no thumbnail, as ffmpeg was not found where the relay is controlled from.");
            Await.until("the look tells the rest", () -> authority.formats.containsKey(authority.session("artist")));
            assertThat(encoder.isRunning()).isTrue();
        }
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
