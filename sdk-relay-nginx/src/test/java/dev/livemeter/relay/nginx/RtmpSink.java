package dev.livemeter.relay.nginx;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A platform to push to: an nginx with its RTMP module, apart from the one under test, with the plain applications {@code youtube}
 * and {@code twitch}. Can be stopped and started again on the same port.
 */
final class RtmpSink implements AutoCloseable {

    private final Path directory;
    private final int port;
    private final int statisticsPort;
    private final HttpServer doorbell;
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private Process process;

    RtmpSink() throws IOException {
        directory = Files.createTempDirectory("livemeter-sink-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        var loopback = InetAddress.getLoopbackAddress();
        port = TestPorts.free();
        statisticsPort = TestPorts.free();
        doorbell = HttpServer.create(new InetSocketAddress(loopback, 0), 64);
        doorbell.createContext("/", this::note);
        doorbell.start();
        var nginx = NginxInstallation.find(null, null);
        var configuration = new ArrayList<>(List.of(
                "load_module " + nginx.module() + ";",
                "error_log stderr crit;",
                "pid " + directory + "/nginx.pid;",
                "daemon off;",
                "master_process off;",
                "events { worker_connections 512; }",
                "rtmp { access_log off; server { listen 127.0.0.1:" + port + "; listen [::1]:" + port + ";",
                "  application youtube { live on; on_publish http://127.0.0.1:"
                        + doorbell.getAddress().getPort() + "/; }",
                "  application twitch { live on; } } }",
                "http { access_log off;"));
        for (var kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            if (!nginx.lacks("http_" + kind + "_module")) {
                configuration.add("  " + kind + "_temp_path temp-" + kind + ";");
            }
        }
        configuration.add("  server { listen 127.0.0.1:" + statisticsPort + "; rtmp_stat global live; } }");
        Files.write(directory.resolve("nginx.conf"), configuration);
        start();
    }

    /** Keys that somebody published to the application youtube with, exactly as they came over the wire. */
    List<String> keys() {
        return keys;
    }

    private void note(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var arguments = body.indexOf("&type=live");
            var rest = body.substring(arguments + "&type=live".length());
            keys.add(CallbackForm.parse(body).text("name") + (rest.isEmpty() ? "" : "?" + rest.substring(1)));
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    void start() {
        process = Programs.start(
                Programs.temporaryFile("sink"),
                List.of("nginx", "-e", "stderr", "-p", directory.toString(), "-c", directory + "/nginx.conf"));
        Await.until("the sink listens", () -> {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(IpLiteral.address("127.0.0.1"), port), 200);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    void stop() {
        Programs.stop(process);
    }

    /** From now on it holds its connections and does nothing, like a machine that hangs. */
    void freeze() {
        Programs.signal("STOP", process.pid());
    }

    void thaw() {
        Programs.signal("CONT", process.pid());
    }

    /** The moments, in seconds, of the pictures that a viewer gets from now on, for so long. */
    List<Double> moments(String application, String key, int seconds) throws Exception {
        var probe = new ProcessBuilder(
                        "ffprobe",
                        "-loglevel",
                        "error",
                        "-select_streams",
                        "v",
                        "-show_entries",
                        "packet=pts_time",
                        "-of",
                        "csv=p=0",
                        "-read_intervals",
                        "%+" + seconds,
                        server(application) + "/" + key)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            var output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return output.lines()
                    .map(line -> line.replace(",", "").strip())
                    .filter(line -> line.matches("[0-9.]+"))
                    .map(Double::valueOf)
                    .toList();
        } finally {
            Programs.stop(probe);
        }
    }

    String server(String application) {
        return "rtmp://127.0.0.1:" + port + "/" + application;
    }

    int port() {
        return port;
    }

    /** The page of its statistics. */
    URI statistics() {
        return URI.create("http://127.0.0.1:" + statisticsPort + "/");
    }

    /** Reads from the sink what a viewer would see, and counts decoded pictures. */
    int frames(String application, String key, int wanted) throws Exception {
        var probe = new ProcessBuilder(
                        "ffmpeg",
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-rw_timeout",
                        "10000000",
                        "-i",
                        server(application) + "/" + key,
                        "-an",
                        "-frames:v",
                        Integer.toString(wanted),
                        "-f",
                        "framemd5",
                        "-")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            var output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            probe.waitFor(60, TimeUnit.SECONDS);
            return (int) output.lines().filter(line -> line.startsWith("0,")).count();
        } finally {
            Programs.stop(probe);
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        doorbell.stop(0);
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
