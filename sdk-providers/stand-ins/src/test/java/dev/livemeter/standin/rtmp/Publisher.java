package dev.livemeter.standin.rtmp;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.util.List;

/** An encoder with a test picture, by ffmpeg. */
public final class Publisher implements AutoCloseable {

    private final Process process;

    /** Publishes to a server under a key. */
    public Publisher(URI server, String key) throws IOException {
        process = new ProcessBuilder(List.of(
                        "ffmpeg",
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc=size=160x120:rate=10",
                        "-c:v",
                        "flv1",
                        "-g",
                        "10",
                        "-f",
                        "flv",
                        server + "/" + key))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
    }

    /** Whether it has given up. */
    public boolean isOver() {
        return !process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
