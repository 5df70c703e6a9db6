package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of streams of real encoders, on a real nginx, by a real ffmpeg. */
@Tag("once") // nginx does not care which JVM asks
class ThumbnailOnAirTest {

    @TempDir
    private Path directory;

    private LookedAtRelay open(UnaryOperator<NginxRelayConfig.Builder> more) throws IOException {
        return LookedAtRelay.withPictures(directory.resolve("relay"), more);
    }

    @Test
    void aStreamIsSeenAsItIsAndNoDiskSeesIt() throws Exception {
        try (var relay = open(settings -> settings);
                var encoder = relay.encoder("artist")) {
            Await.until("there is a picture", () -> !relay.pictures.taken.isEmpty());
            var session = relay.authority.session("artist");
            var picture = ImageIO.read(new ByteArrayInputStream(relay.pictures.taken.get(session)));
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
            assertThat(relay.pictures.missing).isEmpty();
            assertThat(encoder.isRunning()).isTrue();
            assertThat(MediaBytes.in(directory)).isEmpty();
            encoder.stop();
            Await.until("it is over", () -> relay.authority.endsOf(session) == 1);
            assertThat(MediaBytes.in(directory)).isEmpty();
        }
    }

    @Test
    void aPictureThatNobodyHereReadsIsToldByItsName() throws Exception {
        try (var relay = open(settings -> settings);
                var newer = new RtmpClient(relay.ingest.getPort())) {
            newer.connect("live")
                    .createStream()
                    .publish("newer")
                    .describe("hvc1")
                    .flush();
            Await.until("it is let in", () -> relay.authority.sessions.size() == 1);
            for (var millis = 0; relay.pictures.missing.isEmpty(); millis += 40) {
                assertThat(millis).as("patience").isLessThan(60_000);
                newer.sendHevc(millis);
                // the pace of an encoder, 25 pictures a second; what is waited for is asked above
                Thread.sleep(40);
            }
            assertThat(relay.pictures.missing)
                    .containsValue("There is no thumbnail, as the picture is HEVC, and the relay reads H.264 alone.");
            assertThat(relay.pictures.taken).isEmpty();
        }
    }

    @Test
    void withoutFfmpegStreamsGoOnAndAreToldWhy() throws Exception {
        try (var relay = open(settings -> settings.ffmpeg(directory.resolve("no-ffmpeg")));
                var encoder = relay.encoder("artist")) {
            Await.until("it is live", () -> relay.authority.saw("artist", "p", State.LIVE));
            Await.until("it is told", () -> !relay.pictures.missing.isEmpty());
            assertThat(relay.pictures.missing.get(relay.authority.session("artist")))
                    .isEqualTo("There is no thumbnail, as ffmpeg was not found where the relay is controlled from.");
            Await.until("the look tells the rest", () -> relay.format("artist") != null);
            assertThat(encoder.isRunning()).isTrue();
        }
    }
}
