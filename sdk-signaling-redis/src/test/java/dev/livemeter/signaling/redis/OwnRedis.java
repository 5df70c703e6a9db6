package dev.livemeter.signaling.redis;

import dev.livemeter.testing.ServerPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A Redis of the tests, on a free port of this machine, which keeps nothing on disk. */
final class OwnRedis implements AutoCloseable {

    private static final int FIRST_PORT = 14_000;
    private static final int LAST_PORT = 18_000;

    private final int port;
    private final Path folder;
    private Process process;

    private OwnRedis(int port, Path folder) {
        this.port = port;
        this.folder = folder;
    }

    static OwnRedis start() throws IOException, InterruptedException {
        var redis = new OwnRedis(ServerPorts.free(FIRST_PORT, LAST_PORT), Files.createTempDirectory("livemeter-redis"));
        redis.begin();
        return redis;
    }

    URI uri() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    /** Starts it, with nothing of what it knew before. */
    void begin() throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--dir",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("Redis did not start: " + Files.readString(folder.resolve("log")));
            }
            Thread.sleep(20);
        }
    }

    private boolean answers() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Ends it at once. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
    }

    /** Tells it something, such as {@code FLUSHALL}. */
    void tell(String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        }
    }

    /** What it says to something, as it is sent. */
    String ask(String question) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write((question + "\r\n").getBytes(StandardCharsets.US_ASCII));
            var said = new byte[4096];
            return new String(said, 0, socket.getInputStream().read(said), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(folder.resolve("log"));
        Files.deleteIfExists(folder);
    }
}
