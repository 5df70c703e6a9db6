package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.PictureMaker.Outcome;
import dev.livemeter.rtmp.Message;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.WorkerThreads;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A keyframe becomes a small picture, or a sentence says why not. */
@Tag("once") // ffmpeg does not care which JVM asks
@Timeout(120)
class PictureMakerTest {

    private static final int WIDTH = 320;

    @TempDir
    private Path directory;

    private final ExecutorService workers = WorkerThreads.create();
    private final SystemScheduler scheduler = new SystemScheduler(workers);

    @AfterEach
    void close() {
        scheduler.close();
        workers.shutdownNow();
    }

    private PictureMaker maker() {
        return PictureMaker.find(null, workers, scheduler);
    }

    /** What an encoder sends of one picture of that size. */
    private static byte[] encoded(String picture) throws Exception {
        var encoder = new ProcessBuilder(
                        "ffmpeg",
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-f",
                        "lavfi",
                        "-i",
                        picture,
                        "-frames:v",
                        "1",
                        "-c:v",
                        "libx264",
                        "-pix_fmt",
                        "yuv420p",
                        "-f",
                        "flv",
                        "pipe:1")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        encoder.getOutputStream().close();
        var film = encoder.getInputStream().readAllBytes();
        assertThat(encoder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return film;
    }

    /** Shows the pictures of a film to somebody who watches, with so many bytes of each. */
    private static KeyframeWish watch(byte[] film, int kept) throws Exception {
        var wish = new KeyframeWish();
        for (var at = 13; at + 11 < film.length; ) {
            var length = ByteBuffer.wrap(film).getInt(at) & 0xFFFFFF;
            var body = Arrays.copyOfRange(film, at + 11, at + 11 + length);
            if (film[at] == Message.VIDEO) {
                wish.see(message(body, kept));
            }
            at += 11 + length + 4;
        }
        return wish;
    }

    /** As the chunks of a connection are put together where only the beginning is kept. */
    private static Message message(byte[] body, int kept) {
        return new Message(Message.VIDEO, 1, 0, body.length > kept ? Arrays.copyOf(body, kept) : body, body.length);
    }

    private static byte[] made(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Made.class);
        return ((Outcome.Made) outcome).jpeg();
    }

    @Test
    void anyShapeFitsIntoTheSquareAndKeepsItsShape() throws Exception {
        var wide = watch(encoded("testsrc=size=1280x720"), Integer.MAX_VALUE).film();
        var picture = ImageIO.read(new ByteArrayInputStream(made(maker().make(wide.orElseThrow(), WIDTH, 100_000))));
        assertThat(picture.getWidth()).isEqualTo(320);
        assertThat(picture.getHeight()).isEqualTo(180);

        var high = watch(encoded("testsrc=size=98x1022"), Integer.MAX_VALUE).film();
        picture = ImageIO.read(new ByteArrayInputStream(made(maker().make(high.orElseThrow(), WIDTH, 100_000))));
        assertThat(picture.getWidth()).isBetween(28, 32);
        assertThat(picture.getHeight()).isEqualTo(320);
    }

    @Test
    void nothingTellsWhatMadeIt() throws Exception {
        var film = watch(encoded("testsrc=size=320x180"), Integer.MAX_VALUE).film();
        var text = new String(made(maker().make(film.orElseThrow(), WIDTH, 100_000)), StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain("Lav").doesNotContain("x264");
    }

    @Test
    void aPictureWithTooManyBytesIsNone() throws Exception {
        // Noise in every pixel is the worst that there is.
        var film = watch(encoded("nullsrc=size=640x640,geq=random(1)*255:128:128"), Integer.MAX_VALUE)
                .film();
        assertThat(maker().make(film.orElseThrow(), WIDTH, 4_000))
                .isEqualTo(
                        new Outcome.Failed("There is no thumbnail, as the picture would have more than 4000 bytes."));
    }

    @Test
    void whatIsNoPictureIsTold() throws Exception {
        var film =
                watch(encoded("testsrc=size=320x180"), Integer.MAX_VALUE).film().orElseThrow();
        var random = new Random(11);
        for (var round = 0; round < 5; round++) {
            var broken = film.clone();
            for (var at = 13 + 11; at < broken.length; at++) {
                broken[at] = (byte) random.nextInt(256);
            }
            assertThat(maker().make(broken, WIDTH, 100_000))
                    .isEqualTo(new Outcome.Failed(
                            "There is no thumbnail, as the picture of the stream could not be read."));
        }
        assertThat(maker().make(new byte[0], WIDTH, 100_000)).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void anFfmpegThatHangsIsEndedWithAllThatItStarted() throws Exception {
        var mark = "9" + Math.abs(new Random().nextInt(1_000_000_000));
        var hanging = directory.resolve("ffmpeg");
        Files.writeString(hanging, "#!/bin/sh\nsleep " + mark + "\n");
        Files.setPosixFilePermissions(hanging, PosixFilePermissions.fromString("rwx------"));
        var maker = new PictureMaker(hanging, null, Duration.ofMillis(500), workers, scheduler);
        assertThat(maker.make(new byte[1_000_000], WIDTH, 100_000))
                .isEqualTo(new Outcome.Failed("There is no thumbnail, as it took more than 0 seconds to make one."));
        Await.until(
                "nothing of it is left",
                () -> ProcessHandle.allProcesses()
                        .noneMatch(process -> process.info()
                                .commandLine()
                                .filter(line -> line.contains(mark))
                                .isPresent()));
    }

    @Test
    void withoutAProgramThereIsNoPicture() throws Exception {
        var maker = PictureMaker.find(directory.resolve("none"), workers, scheduler);
        assertThat(maker.make(new byte[10], WIDTH, 100_000))
                .isEqualTo(new Outcome.Failed(
                        "There is no thumbnail, as ffmpeg was not found where the relay is controlled from."));
    }

    @Test
    void aKeyframeOfWhichOnlyTheBeginningCameIsNone() throws Exception {
        var film = encoded("testsrc=size=320x180");
        assertThat(watch(film, 600).film()).isEmpty();
        assertThat(watch(film, 600).wasTooLarge()).isTrue();
        assertThat(watch(film, Integer.MAX_VALUE).wasTooLarge()).isFalse();
    }
}
