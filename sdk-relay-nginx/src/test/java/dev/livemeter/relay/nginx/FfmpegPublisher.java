package dev.livemeter.relay.nginx;

import java.nio.file.Path;
import java.util.List;

/** An encoder as an artist has one: publishes a moving picture and a tone until it is stopped or cut off. */
final class FfmpegPublisher implements AutoCloseable {

    private final String url;
    private final Path log = Programs.temporaryFile("ffmpeg");
    private Process process;

    FfmpegPublisher(String ingestUrl, String key) {
        this.url = ingestUrl + "/" + key;
    }

    FfmpegPublisher start() {
        process = Programs.start(
                log,
                List.of(
                        "ffmpeg",
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc=size=160x120:rate=15",
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
                        "-g",
                        "15",
                        "-b:v",
                        "100k",
                        "-c:a",
                        "aac",
                        "-b:a",
                        "32k",
                        "-f",
                        "flv",
                        url));
        return this;
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Hangs up as a person does, with the farewell that RTMP has for it. */
    void stop() {
        if (process != null) {
            Programs.stop(process);
        }
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        stop();
    }
}
