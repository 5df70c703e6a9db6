package dev.livemeter.studio;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An encoder: ffmpeg publishing a test picture with a tone, as OBS would publish a camera. */
final class TestPicture implements AutoCloseable {

    private final Process ffmpeg;

    private TestPicture(Process ffmpeg) {
        this.ffmpeg = ffmpeg;
    }

    /** Begins to publish. */
    static TestPicture publish(String server, String key) throws IOException {
        var encoder = new ProcessBuilder(
                "ffmpeg",
                "-nostdin",
                "-loglevel",
                "error",
                "-re",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=640x360:rate=25",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:sample_rate=44100",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-tune",
                "zerolatency",
                "-pix_fmt",
                "yuv420p",
                "-g",
                "25",
                "-b:v",
                "800k",
                "-c:a",
                "aac",
                "-f",
                "flv",
                server + "/" + key);
        return new TestPicture(encoder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    boolean isPublishing() {
        return ffmpeg.isAlive();
    }

    /** Waits until the server has thrown it out; whether that happened in time. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return ffmpeg.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        ffmpeg.destroy();
        try {
            if (!ffmpeg.waitFor(2, TimeUnit.SECONDS)) {
                ffmpeg.destroyForcibly();
            }
        } catch (InterruptedException e) {
            ffmpeg.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
