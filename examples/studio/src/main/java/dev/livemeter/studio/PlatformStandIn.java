package dev.livemeter.studio;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A local RTMP server that stands for a platform: an nginx of its own that takes any stream and lets it be read. */
final class PlatformStandIn implements AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(5);

    /** Ends nginx when the pipe to this process breaks, so that even a kill -9 of the studio leaves no server behind. */
    private static final String SUPERVISE = "\"$@\" & child=$!; cat > /dev/null; kill \"$child\"; wait \"$child\"";

    private final String name;
    private final int port;
    private final Process supervisor;

    private PlatformStandIn(String name, int port, Process supervisor) {
        this.name = name;
        this.port = port;
        this.supervisor = supervisor;
    }

    /**
     * Starts one.
     *
     * @param folder for its configuration; it may be shared with others
     * @param directives more lines for its RTMP application
     */
    static PlatformStandIn start(String name, Path folder, String... directives) {
        try {
            var port = freePort();
            var home = Files.createDirectories(folder.resolve("platform-" + port));
            var conf = Files.writeString(
                    home.resolve("nginx.conf"), configuration(home, port, String.join(" ", directives)));
            var nginx = new ProcessBuilder(
                    "sh", "-c", SUPERVISE, "sh", "nginx", "-p", home.toString(), "-c", conf.toString());
            nginx.environment().merge("PATH", "/usr/sbin:/usr/local/sbin", (present, more) -> present + ":" + more);
            var supervisor = nginx.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(home.resolve("start.log").toFile())
                    .start();
            var standIn = new PlatformStandIn(name, port, supervisor);
            standIn.awaitStart(home);
            return standIn;
        } catch (IOException e) {
            throw new LivemeterException(
                    "studio.stand_in",
                    "The stand-in for a platform could not be started: " + e.getMessage() + ".",
                    false,
                    e);
        }
    }

    private static String configuration(Path home, int port, String directives) {
        return String.join(
                "\n",
                "load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;",
                "daemon off; master_process off; worker_processes 1;",
                "pid \"" + home + "/nginx.pid\"; error_log \"" + home + "/error.log\" warn;",
                "events { worker_connections 256; }",
                "rtmp { access_log off; server { listen 127.0.0.1:" + port
                        + "; application app { live on; idle_streams off; drop_idle_publisher 15s; "
                        + directives + " } } }",
                "");
    }

    private void awaitStart(Path home) throws IOException {
        var end = System.nanoTime() + START_WITHIN.toNanos();
        while (System.nanoTime() < end) {
            try (var probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return;
            } catch (IOException notYet) {
                pause();
            }
        }
        close();
        throw new IOException("it does not listen on port " + port + " after " + START_WITHIN.toSeconds() + " s: "
                + Files.readString(home.resolve("start.log")).strip());
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String name() {
        return name;
    }

    /** Where to publish to. */
    String server() {
        return "rtmp://127.0.0.1:" + port + "/app";
    }

    @Override
    public void close() {
        try {
            supervisor.getOutputStream().close();
            if (!supervisor.waitFor(3, TimeUnit.SECONDS)) {
                supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
                supervisor.destroyForcibly();
            }
        } catch (IOException e) {
            supervisor.destroyForcibly();
        } catch (InterruptedException e) {
            supervisor.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
