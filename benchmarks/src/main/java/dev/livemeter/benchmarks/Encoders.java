package dev.livemeter.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Encoders that cost little: each sends one recorded picture over and over, 720p30 at 2.5 Mbit/s with a keyframe every two seconds where nothing else is said. Thread-safe. */
final class Encoders implements AutoCloseable {

    static final String PICTURE = "720p30, 2.5 Mbit/s, a keyframe every 2 s";

    static final Duration KEYFRAMES = Duration.ofSeconds(2);

    private final Path media;
    private final List<Process> running = new CopyOnWriteArrayList<>();

    private Encoders(Path media) {
        this.media = media;
    }

    /** Makes the picture. */
    static Encoders prepare(Path folder) throws Exception {
        return prepare(folder, "1280x720", 2_500);
    }

    /** Makes a picture of that size and rate. */
    static Encoders prepare(Path folder, String size, int kilobits) throws Exception {
        var media = folder.resolve("picture.flv");
        var rate = kilobits + "k";
        var order = List.of(
                "ffmpeg",
                "-nostdin",
                "-y",
                "-loglevel",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=" + size + ":rate=30",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:sample_rate=44100",
                "-t",
                "12",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-pix_fmt",
                "yuv420p",
                "-g",
                "60",
                "-keyint_min",
                "60",
                "-sc_threshold",
                "0",
                "-b:v",
                rate,
                "-minrate",
                rate,
                "-maxrate",
                rate,
                "-bufsize",
                rate,
                "-x264-params",
                "nal-hrd=cbr",
                "-c:a",
                "aac",
                "-b:a",
                "128k",
                media.toString());
        run(folder, order);
        return new Encoders(media);
    }

    /** Runs a program to its end. */
    static void run(Path folder, List<String> order) throws Exception {
        var log = folder.resolve(order.get(0) + ".log");
        var process = new ProcessBuilder(order)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(order.get(0) + " failed; see " + log + ".");
        }
    }

    /** A new certificate for localhost, with its key, by itself. */
    static void certificate(Path folder, Path certificate, Path key) throws Exception {
        run(
                folder,
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()));
    }

    /** One more begins to publish. */
    Process publish(String server, String key) throws IOException {
        var process = new ProcessBuilder(
                        "ffmpeg",
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-re",
                        "-stream_loop",
                        "-1",
                        "-i",
                        media.toString(),
                        "-c",
                        "copy",
                        "-f",
                        "flv",
                        server + "/" + key)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        running.add(process);
        return process;
    }

    /** One has ended. */
    void forget(Process ended) {
        running.remove(ended);
    }

    /** All of them hang up. */
    void stop() {
        running.forEach(Process::destroy);
        for (var process : running) {
            try {
                if (!process.waitFor(3, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        running.clear();
    }

    @Override
    public void close() {
        stop();
    }
}
