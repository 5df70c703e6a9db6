package dev.livemeter.standin.rtmp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The place where a platform takes streams: a real nginx with its RTMP module on a free port of loopback. It needs the programs {@code nginx} and {@code sh}, and the module at
 * {@code /usr/lib/nginx/modules/ngx_rtmp_module.so}. nginx ends with this process, even one that is killed. Thread-safe.
 */
public final class NginxIngest implements AutoCloseable {

    /** Ends nginx when the pipe to this process breaks, so that even a kill -9 leaves no server behind. */
    private static final String SUPERVISE = "\"$@\" & child=$!; cat > /dev/null; kill \"$child\"; wait \"$child\"";

    private static final long START_WITHIN_SECONDS = 10;

    private final Path directory;
    private final String application;
    private final int port;
    private final Process supervisor;

    private NginxIngest(Path directory, Setup setup) throws IOException {
        this.directory = directory;
        this.application = setup.application;
        this.port = FreePorts.free();
        var conf = Files.writeString(directory.resolve("nginx.conf"), setup.configuration(directory, port));
        var nginx = new ProcessBuilder(
                "sh",
                "-c",
                SUPERVISE,
                "sh",
                "nginx",
                "-e",
                "stderr",
                "-p",
                directory.toString(),
                "-c",
                conf.toString());
        nginx.environment().merge("PATH", "/usr/sbin:/usr/local/sbin", (present, more) -> present + ":" + more);
        this.supervisor = nginx.redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    /** What an ingest takes, and whom it asks. */
    public static final class Setup {

        private final String application;
        private @Nullable URI callbacks;
        private boolean recording;

        private Setup(String application) {
            this.application = application;
        }

        /** Asks this address, by {@code on_publish}, about each publisher, and tells it by {@code on_publish_done} when one is gone. Else everybody is taken. */
        public Setup asking(URI address) {
            callbacks = address;
            return this;
        }

        /** Keeps what comes, in files of {@link NginxIngest#recorded}. */
        public Setup recording() {
            recording = true;
            return this;
        }

        private String configuration(Path directory, int port) throws IOException {
            var lines = new StringBuilder("live on; idle_streams off; drop_idle_publisher 15s;");
            if (callbacks != null) {
                lines.append(" on_publish ")
                        .append(callbacks)
                        .append("; on_publish_done ")
                        .append(callbacks)
                        .append(';');
            }
            if (recording) {
                var folder = Files.createDirectory(directory.resolve("recorded"));
                lines.append(" record all; record_unique on; record_path ")
                        .append(folder)
                        .append(';');
            }
            return String.join(
                    "\n",
                    "load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;",
                    "error_log stderr crit;",
                    "pid " + directory + "/nginx.pid;",
                    "daemon off;",
                    "master_process off;",
                    "events { worker_connections 256; }",
                    "rtmp { access_log off; server { listen 127.0.0.1:" + port + "; application " + application + " { "
                            + lines + " } } }",
                    "");
        }

        /**
         * Starts it, and waits until it listens.
         *
         * @throws UncheckedIOException with what nginx said, where it does not within 10 seconds
         */
        public NginxIngest start() {
            try {
                var ingest = new NginxIngest(Files.createTempDirectory("livemeter-platform-"), this);
                ingest.awaitStart();
                return ingest;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One that takes an application, such as {@code live2} or {@code app}. */
    public static Setup of(String application) {
        return new Setup(application);
    }

    private void awaitStart() throws IOException {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_WITHIN_SECONDS);
        while (!listens()) {
            if (System.nanoTime() > end || !supervisor.isAlive()) {
                var log = Files.readString(directory.resolve("log")).strip();
                close();
                throw new IOException("nginx does not listen on port " + port
                        + "; install nginx with its RTMP module. It said: " + log);
            }
            pause();
        }
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

    /** Where to publish to, without the key. */
    public URI address() {
        return at("rtmp", "127.0.0.1");
    }

    /** Its application, by a name that the caller's names lead here. */
    public URI at(String scheme, String host) {
        return URI.create(scheme + "://" + host + ":" + port + "/" + application);
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Files of what came; none where nothing is recorded. */
    public List<Path> recorded() {
        var folder = directory.resolve("recorded");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            end();
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() throws IOException {
        supervisor.getOutputStream().close();
        try {
            if (!supervisor.waitFor(3, TimeUnit.SECONDS)) {
                supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
                supervisor.destroyForcibly().waitFor(3, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
            supervisor.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
