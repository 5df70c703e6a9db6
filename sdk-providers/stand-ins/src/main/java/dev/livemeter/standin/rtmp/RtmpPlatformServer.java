package dev.livemeter.standin.rtmp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A platform to publish to: a real nginx with its RTMP module, on loopback. It takes the application {@code app}, asks us about every publisher, refuses keys that begin
 * with {@code wrong}, and records what comes.
 */
public final class RtmpPlatformServer implements AutoCloseable {

    private final Path directory;
    private final int port;
    private final HttpServer doorbell;
    private final List<String> published = new CopyOnWriteArrayList<>();
    private final Process process;

    private RtmpPlatformServer() throws IOException {
        directory = Files.createTempDirectory("livemeter-platform-");
        port = FreePorts.free();
        var loopback = InetAddress.getLoopbackAddress();
        doorbell = HttpServer.create(new InetSocketAddress(loopback, 0), 64);
        doorbell.createContext("/", this::note);
        doorbell.start();
        Files.createDirectory(directory.resolve("recorded"));
        Files.write(
                directory.resolve("nginx.conf"),
                List.of(
                        "load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;",
                        "error_log stderr crit;",
                        "pid " + directory + "/nginx.pid;",
                        "daemon off;",
                        "master_process off;",
                        "events { worker_connections 64; }",
                        "rtmp { access_log off; server { listen 127.0.0.1:" + port + ";",
                        "  application app { live on; record all; record_unique on; record_path " + directory
                                + "/recorded;",
                        "    on_publish http://127.0.0.1:"
                                + doorbell.getAddress().getPort() + "/; } } }"));
        process = new ProcessBuilder(
                        "nginx", "-e", "stderr", "-p", directory.toString(), "-c", directory + "/nginx.conf")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    /** Starts one, and waits until it listens. */
    public static RtmpPlatformServer start() throws IOException {
        var server = new RtmpPlatformServer();
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!server.listens()) {
            if (System.nanoTime() > end || !server.process.isAlive()) {
                var log = Files.readString(server.directory.resolve("log"));
                server.close();
                throw new IOException("nginx does not listen: " + log);
            }
            pause();
        }
        return server;
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var name = field(body, "name");
            var arguments = body.indexOf("&type=live");
            var rest = body.substring(arguments + "&type=live".length());
            published.add(name + (rest.isEmpty() ? "" : "?" + rest.substring(1)));
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(name.startsWith("wrong") ? 403 : 200, -1);
        }
    }

    private static String field(String body, String name) {
        for (var pair : body.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    /** Keys that somebody published under, with their arguments, as they came over the wire. */
    public List<String> published() {
        return published;
    }

    /** Files of what came. */
    public List<Path> recorded() {
        try (var files = Files.list(directory.resolve("recorded"))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its application, by a name that the caller's names lead here. */
    public URI at(String scheme, String host) {
        return URI.create(scheme + "://" + host + ":" + port + "/app");
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(3, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        doorbell.stop(0);
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
