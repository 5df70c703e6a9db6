package dev.livemeter.http.turn;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real coturn on the loopback address, which relays between programs on this machine. */
public final class Coturn implements AutoCloseable {

    private final Process server;
    private final int port;

    private Coturn(Process server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts one, and waits until it listens.
     *
     * @param folder where it writes
     * @param secrets each of which it takes
     */
    public static Coturn start(Path folder, String... secrets) throws IOException, InterruptedException {
        var port = freePort();
        var relayed = freePort();
        var log = folder.resolve("turnserver.log");
        var command = new ArrayList<>(List.of(
                "turnserver",
                "-n",
                "--log-file=stdout",
                "--simple-log",
                "--listening-ip=127.0.0.1",
                "--relay-ip=127.0.0.1",
                "--listening-port=" + port,
                "--min-port=" + relayed,
                "--max-port=" + (relayed + 20),
                "--realm=example.test",
                "--use-auth-secret",
                "--allow-loopback-peers",
                "--no-cli",
                "--no-tls",
                "--no-dtls",
                "--pidfile=" + folder.resolve("pid"),
                "--db=" + folder.resolve("db")));
        for (var secret : secrets) {
            command.add("--static-auth-secret=" + secret);
        }
        try {
            var coturn = new Coturn(
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start(),
                    port);
            coturn.awaitListening(log);
            return coturn;
        } catch (IOException missing) {
            throw new AssertionError(
                    "There is no turnserver to test with; install it with: apt install coturn", missing);
        }
    }

    private void awaitListening(Path log) throws IOException, InterruptedException {
        for (var i = 0; i < 600 && server.isAlive(); i++) {
            if (Files.readString(log).contains("listener opened on : 127.0.0.1:" + port)
                    || Files.readString(log).contains("listener thread")) {
                return;
            }
            Thread.sleep(50);
        }
        close();
        throw new AssertionError(
                "coturn did not start; is it installed (apt install coturn)? It said: " + Files.readString(log));
    }

    /** Free for UDP and for TCP, a moment ago. */
    private static int freePort() throws IOException {
        try (var tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
            return udp.getLocalPort() > 65_000 ? freePort() : udp.getLocalPort();
        }
    }

    /** Its port for UDP and TCP. */
    public int port() {
        return port;
    }

    /** Its address for browsers. */
    public String url() {
        return "turn:127.0.0.1:" + port + "?transport=udp";
    }

    @Override
    public void close() {
        server.destroy();
        try {
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
