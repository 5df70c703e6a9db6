package dev.livemeter.http.signaling;

import dev.livemeter.testing.contract.PeerFixture.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The real PeerServer, as often as it is wanted, in one process of Node, as starting that takes a second. */
final class PeerServerProcess implements AutoCloseable {

    /** Without a listener for errors, one malformed frame would end the process. */
    private static final String SCRIPT = """
            const { PeerServer } = require(process.argv[1] + '/peer');
            require('readline').createInterface({ input: process.stdin }).on('line', line => {
                const app = PeerServer(JSON.parse(line), server => console.log('PORT ' + server.address().port));
                app.on('error', () => {});
            }).on('close', () => process.exit(0));
            """;

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private PeerServerProcess(Process process) {
        this.process = process;
        this.orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Where the packages {@code peer} and {@code peerjs} are, put there by {@code bin/lib/npm.sh}. */
    static Path packages() {
        var modules = Path.of(System.getProperty("user.home"), ".cache", "livemeter", "npm", "node_modules");
        if (!Files.isDirectory(modules.resolve("peer")) || !Files.isDirectory(modules.resolve("peerjs"))) {
            throw new IllegalStateException("The npm packages peer and peerjs are not in " + modules
                    + "; run bin/lib/npm.sh, as bin/test does.");
        }
        return modules;
    }

    static PeerServerProcess start() {
        try {
            return new PeerServerProcess(
                    new ProcessBuilder("node", "-e", SCRIPT, packages().toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException missing) {
            throw new IllegalStateException("Node could not be started; install it, as bin/test does.", missing);
        }
    }

    /** One more server; gives its address. */
    URI serve(Settings settings) throws IOException {
        var origins =
                settings.origins().stream().map(origin -> '"' + origin + '"').collect(Collectors.joining(","));
        orders.write("{\"port\":0,\"host\":\"127.0.0.1\",\"path\":\"" + settings.path()
                + "\",\"expire_timeout\":" + settings.expireTimeout().toMillis()
                + ",\"cleanup_out_msgs\":" + settings.expireEvery().toMillis()
                + ",\"alive_timeout\":" + settings.aliveTimeout().toMillis()
                + ",\"concurrent_limit\":" + settings.concurrentLimit()
                + ",\"allow_discovery\":" + settings.discovery()
                + (origins.isEmpty() ? "" : ",\"corsOptions\":{\"origin\":[" + origins + "]}") + "}\n");
        orders.flush();
        var line = answers.readLine();
        if (line == null || !line.startsWith("PORT ")) {
            throw new IOException("PeerServer did not begin; it said: " + line + ".");
        }
        var path = settings.path().equals("/") ? "/" : settings.path() + "/";
        return URI.create("http://127.0.0.1:" + line.substring("PORT ".length()) + path);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
