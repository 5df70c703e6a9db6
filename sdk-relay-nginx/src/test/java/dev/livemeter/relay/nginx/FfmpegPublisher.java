package dev.livemeter.relay.nginx;

import java.nio.file.Path;
import java.util.List;

/** An encoder as an artist has one: publishes a moving picture and a tone, at the pace at which they are shown, until it is stopped or cut off. What it sends was encoded before. */
final class FfmpegPublisher implements AutoCloseable {

    private final String url;
    private final Path show;
    private final Path log = Programs.temporaryFile("ffmpeg");
    private Process process;
    private boolean frozen;

    FfmpegPublisher(String ingestUrl, String key) {
        this(ingestUrl, key, EncodedShow.SMALL);
    }

    FfmpegPublisher(String ingestUrl, String key, List<String> video) {
        this.url = ingestUrl + "/" + key;
        this.show = EncodedShow.of(video);
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
                        "-stream_loop",
                        "-1",
                        "-i",
                        show.toString(),
                        "-c",
                        "copy",
                        "-f",
                        "flv",
                        url));
        return this;
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Hangs up as a person does, with the farewell that RTMP has for it; without one where it is frozen. */
    void stop() {
        if (frozen) {
            process.destroyForcibly().onExit().join();
        } else if (process != null) {
            Programs.stop(process);
        }
    }

    /** From now on it holds its connection and sends nothing; it ends by being killed alone. */
    void freeze() {
        Programs.signal("STOP", process.pid());
        frozen = true;
    }

    boolean isFrozen() {
        return frozen;
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        stop();
    }
}
