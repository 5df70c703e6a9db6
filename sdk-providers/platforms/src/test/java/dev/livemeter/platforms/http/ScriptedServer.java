package dev.livemeter.platforms.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real server on loopback that answers as it is told, in order, and remembers what it was asked. */
public final class ScriptedServer implements AutoCloseable {

    private final HttpServer server;
    private final Queue<Step> script = new ConcurrentLinkedQueue<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public ScriptedServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            var headers = new ArrayList<String>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.add(name + ": " + values.get(0)));
            asked.add(new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            var step = Objects.requireNonNullElse(script.poll(), new Step(500, Map.of(), "nothing in the script"));
            step.headers().forEach(exchange.getResponseHeaders()::set);
            var body = step.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(step.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    public ScriptedServer then(int status, String body) {
        return then(status, Map.of(), body);
    }

    public ScriptedServer then(int status, Map<String, String> headers, String body) {
        script.add(new Step(status, headers, body));
        return this;
    }

    public Endpoint endpoint() {
        return Endpoint.of("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private record Step(int status, Map<String, String> headers, String body) {}

    public record Asked(String method, String uri, List<String> headers, String body) {}
}
