package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An encoder as an artist has one: publishes a moving picture and a tone until it is stopped or cut off. */
final class FfmpegPublisher implements AutoCloseable {

    /** A small picture at about 100 kbit/s. */
    private static final List<String> SMALL = List.of("-g", "15", "-b:v", "100k");

    /** As many bits as asked for, whatever the picture shows. */
    static List<String> constantRate(int kilobits, int keyframeEvery) {
        return List.of(
                "-g",
                Integer.toString(keyframeEvery),
                "-b:v",
                kilobits + "k",
                "-minrate",
                kilobits + "k",
                "-maxrate",
                kilobits + "k",
                "-bufsize",
                kilobits + "k",
                "-x264-params",
                "nal-hrd=cbr:scenecut=0");
    }

    private final String url;
    private final List<String> video;
    private final Path log = Programs.temporaryFile("ffmpeg");
    private Process process;
    private boolean frozen;

    FfmpegPublisher(String ingestUrl, String key) {
        this(ingestUrl, key, SMALL);
    }

    FfmpegPublisher(String ingestUrl, String key, List<String> video) {
        this.url = ingestUrl + "/" + key;
        this.video = video;
    }

    FfmpegPublisher start() {
        var command = new ArrayList<>(List.of(
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
                "zerolatency"));
        command.addAll(video);
        command.addAll(List.of("-c:a", "aac", "-b:a", "32k", "-f", "flv", url));
        process = Programs.start(log, command);
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
        try {
            frozen = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
