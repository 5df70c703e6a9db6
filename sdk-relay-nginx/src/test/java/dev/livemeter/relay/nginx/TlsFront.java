package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.deploy.TestPorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a platform has before its RTMP servers: an nginx that ends TLS. Notes the names that clients ask for (SNI). */
final class TlsFront implements AutoCloseable {

    private final Path names;
    private final int port;
    private final Process process;

    TlsFront(Path directory, TestAuthority.Pair pair, int behind) throws IOException {
        Files.createDirectories(directory);
        var loopback = IpLiteral.address("127.0.0.1");
        port = TestPorts.free();
        names = directory.resolve("names");
        var module = NginxInstallation.find(null, null).stream();
        var configuration = directory.resolve("nginx.conf");
        Files.write(
                configuration,
                List.of(
                        module.file() == null ? "" : "load_module " + module.file() + ";",
                        "error_log stderr crit;",
                        "pid " + directory + "/nginx.pid;",
                        "daemon off;",
                        "master_process off;",
                        "events { worker_connections 512; }",
                        "stream { log_format name '$ssl_server_name'; server {",
                        "  listen 127.0.0.1:" + port + " ssl;",
                        "  access_log " + names + " name;",
                        "  ssl_certificate " + pair.certificate() + ";",
                        "  ssl_certificate_key " + pair.key() + ";",
                        "  proxy_pass 127.0.0.1:" + behind + "; } }"));
        process = Programs.start(
                Programs.temporaryFile("front"),
                List.of("nginx", "-e", "stderr", "-p", directory.toString(), "-c", configuration.toString()));
        Await.until("the TLS front listens", () -> {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(loopback, port), 200);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    int port() {
        return port;
    }

    /** Names that clients asked for, told when they hang up. */
    List<String> names() throws IOException {
        return Files.readAllLines(names).stream()
                .filter(line -> !line.equals("-"))
                .toList();
    }

    @Override
    public void close() {
        Programs.stop(process);
    }
}
