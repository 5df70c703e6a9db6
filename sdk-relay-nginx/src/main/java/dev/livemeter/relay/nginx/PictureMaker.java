package dev.livemeter.relay.nginx;

import dev.livemeter.time.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a small JPEG of a film of one picture, by ffmpeg. All of it goes through pipes, so that no disk sees it; ffmpeg is told which formats and codecs and which ways it may use at all, as the
 * film is a stranger's. Thread-safe.
 */
final class PictureMaker {

    private static final Logger log = LoggerFactory.getLogger(PictureMaker.class);

    static final Duration WITHIN = Duration.ofSeconds(10);

    private static final String MISSING =
            "There is no thumbnail, as ffmpeg was not found where the relay is controlled from.";

    private final @Nullable Path ffmpeg;
    private final @Nullable Path nice;
    private final Duration atMost;
    private final Executor workers;
    private final Scheduler scheduler;

    /**
     * @param ffmpeg null where there is none
     * @param nice null where there is none
     */
    PictureMaker(@Nullable Path ffmpeg, @Nullable Path nice, Duration atMost, Executor workers, Scheduler scheduler) {
        this.ffmpeg = ffmpeg;
        this.nice = nice;
        this.atMost = atMost;
        this.workers = workers;
        this.scheduler = scheduler;
    }

    /**
     * With the ffmpeg of this machine. Where it is missing that is logged, and each picture fails.
     *
     * @param given null to look for it
     */
    static PictureMaker find(@Nullable Path given, Executor workers, Scheduler scheduler) {
        var found = given == null ? Remux.program("ffmpeg") : Files.isExecutable(given) ? given : null;
        if (found == null) {
            log.warn(
                    "Streams are to have thumbnails, and {}. They have none, and are relayed all the same.",
                    given == null
                            ? "ffmpeg was not found; install it: apt install ffmpeg"
                            : "the ffmpeg " + given
                                    + " cannot be run; correct the setting, or leave it out to have it looked for");
        }
        return new PictureMaker(found, Remux.program("nice"), WITHIN, workers, scheduler);
    }

    /** What came of it. */
    sealed interface Outcome {

        /** A whole JPEG. */
        final class Made implements Outcome {

            private final byte[] jpeg;

            private Made(byte[] jpeg) {
                this.jpeg = jpeg;
            }

            /** The bytes, changed by nobody from now on. */
            byte[] jpeg() {
                return jpeg;
            }
        }

        /** Nothing, and why, in a sentence for people. */
        record Failed(String why) implements Outcome {}
    }

    /**
     * Makes the picture. Blocks for as long as is allowed at most.
     *
     * @param width of the square that it fits in
     * @param mostBytes that it may have
     */
    Outcome make(byte[] film, int width, int mostBytes) throws InterruptedException {
        if (ffmpeg == null) {
            return new Outcome.Failed(MISSING);
        }
        try {
            return run(command(ffmpeg, width), film, mostBytes);
        } catch (IOException e) {
            log.warn("ffmpeg could not be run for a thumbnail: {}.", e.toString());
            return new Outcome.Failed("There is no thumbnail, as ffmpeg could not be run.");
        }
    }

    /** Constant but for the width, which is a number: nothing that came from outside is in it. */
    private List<String> command(Path program, int width) {
        var command = new ArrayList<String>();
        if (nice != null) {
            // Streams that are on come first.
            command.addAll(List.of(nice.toString(), "-n", "19"));
        }
        command.addAll(List.of(
                program.toString(),
                "-nostdin",
                "-hide_banner",
                "-loglevel",
                "quiet",
                "-threads",
                "1",
                "-protocol_whitelist",
                "pipe",
                "-format_whitelist",
                "flv",
                "-codec_whitelist",
                "h264",
                "-f",
                "flv",
                "-i",
                "pipe:0",
                "-map",
                "0:v:0",
                "-map_metadata",
                "-1",
                "-frames:v",
                "1",
                "-vf",
                "scale=" + width + ":" + width
                        + ":force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuvj420p",
                "-c:v",
                "mjpeg",
                "-threads",
                "1",
                "-q:v",
                "5",
                "-flags",
                "+bitexact",
                "-f",
                "image2pipe",
                "pipe:1"));
        return command;
    }

    private Outcome run(List<String> command, byte[] film, int mostBytes) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var late = new AtomicBoolean();
        var limit = scheduler.after(atMost, () -> {
            late.set(true);
            end(process);
        });
        try {
            feed(process, film);
            byte[] made;
            try (var out = process.getInputStream()) {
                made = out.readNBytes(mostBytes + 1);
            }
            if (made.length > mostBytes) {
                return new Outcome.Failed(
                        "There is no thumbnail, as the picture would have more than " + mostBytes + " bytes.");
            }
            var status = process.waitFor();
            if (late.get()) {
                return new Outcome.Failed(
                        "There is no thumbnail, as it took more than " + atMost.toSeconds() + " seconds to make one.");
            }
            if (status != 0 || !isWhole(made)) {
                log.debug("ffmpeg ended with {} and made {} bytes of a thumbnail.", status, made.length);
                return new Outcome.Failed("There is no thumbnail, as the picture of the stream could not be read.");
            }
            return new Outcome.Made(made);
        } finally {
            limit.cancel();
            end(process);
        }
    }

    /** By a thread of its own: ffmpeg may write before it has read all. It may also have enough before the end. */
    private void feed(Process process, byte[] film) {
        try {
            workers.execute(() -> {
                try (var in = process.getOutputStream()) {
                    in.write(film);
                } catch (IOException enough) {
                    log.debug("ffmpeg did not read all of a picture: {}.", enough.toString());
                }
            });
        } catch (RejectedExecutionException ending) {
            end(process);
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static boolean isWhole(byte[] jpeg) {
        return jpeg.length >= 4
                && (jpeg[0] & 0xFF) == 0xFF
                && (jpeg[1] & 0xFF) == 0xD8
                && (jpeg[jpeg.length - 2] & 0xFF) == 0xFF
                && (jpeg[jpeg.length - 1] & 0xFF) == 0xD9;
    }
}
