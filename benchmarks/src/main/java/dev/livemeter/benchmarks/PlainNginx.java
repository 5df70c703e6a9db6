package dev.livemeter.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An nginx with its RTMP module and nothing of ours: a platform that streams go to, or the relay that ours is compared with. */
final class PlainNginx implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process nginx;
    private final int port;

    private PlainNginx(Process nginx, int port) {
        this.nginx = nginx;
        this.port = port;
    }

    /**
     * Starts one on a free port.
     *
     * @param folder for its configuration; its own
     * @param applications the lines of its RTMP server
     */
    static PlainNginx start(Path folder, List<String> applications) throws IOException {
        return start(folder, freePort(), applications);
    }

    /** Starts one on that port. */
    static PlainNginx start(Path folder, int port, List<String> applications) throws IOException {
        return start(folder, port, applications, "", List.of());
    }

    /** Starts one on a free port, with TLS before it on another. */
    static PlainNginx startWithTls(Path folder, int tlsPort, Path certificate, Path key, List<String> applications)
            throws IOException {
        var port = freePort();
        return start(
                folder,
                port,
                applications,
                "load_module /usr/lib/nginx/modules/ngx_stream_module.so;",
                List.of("stream { server { listen 127.0.0.1:" + tlsPort + " ssl; ssl_certificate \"" + certificate
                        + "\"; ssl_certificate_key \"" + key + "\"; proxy_pass 127.0.0.1:" + port + "; } }"));
    }

    private static PlainNginx start(
            Path folder, int port, List<String> applications, String module, List<String> behind) throws IOException {
        Files.createDirectories(folder);
        var conf = new ArrayList<>(List.of(
                module,
                "load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;",
                "daemon off;",
                "master_process off;",
                "error_log stderr crit;",
                "pid \"" + folder + "/nginx.pid\";",
                "events { worker_connections 8192; }",
                "rtmp { access_log off; chunk_size 4096; server { listen 127.0.0.1:" + port + ";"));
        conf.addAll(applications);
        conf.add("} }");
        conf.addAll(behind);
        var file = Files.write(folder.resolve("nginx.conf"), conf);
        var builder = new ProcessBuilder("nginx", "-e", "stderr", "-p", folder.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile());
        builder.environment().merge("PATH", "/usr/sbin:/usr/local/sbin", (present, more) -> present + ":" + more);
        var started = new PlainNginx(builder.start(), port);
        try {
            started.awaitStart(folder);
            return started;
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    private void awaitStart(Path folder) throws IOException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && nginx.isAlive()) {
            try (var probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return;
            } catch (IOException notYet) {
                MeterRun.sleep(Duration.ofMillis(20));
            }
        }
        throw new IOException("nginx does not listen on port " + port + "; it said: "
                + Files.readString(folder.resolve("nginx.log")).strip() + ".");
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return nginx.pid();
    }

    /** Where to publish to. */
    String server(String application) {
        return "rtmp://127.0.0.1:" + port + "/" + application;
    }

    @Override
    public void close() {
        nginx.destroy();
        try {
            if (!nginx.waitFor(3, TimeUnit.SECONDS)) {
                nginx.descendants().forEach(ProcessHandle::destroyForcibly);
                nginx.destroyForcibly();
            }
        } catch (InterruptedException e) {
            nginx.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
