package dev.livemeter.relay.nginx;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.livemeter.LivemeterException;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener on loopback for callbacks. It closes the connection with each answer, as nginx takes an answer as complete only
 * then.
 */
final class CallbackServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CallbackServer.class);
    private static final int BACKLOG = 512;

    /** How nginx learns that something could not be decided. */
    enum Undecided {
        /** By the status 503, which turns away. */
        ANSWERED,
        /** By no answer: the gate repeats its last one, as if nobody were here. */
        UNANSWERED
    }

    private static final int UNDECIDED_STATUS = 503;

    private final HttpServer server;
    private final WebHandler handler;
    private final Undecided undecided;

    private CallbackServer(HttpServer server, WebHandler handler, Undecided undecided) {
        this.server = server;
        this.handler = handler;
        this.undecided = undecided;
    }

    private static HttpServer create(InetAddress loopback, int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(loopback, port), BACKLOG);
        } catch (BindException taken) {
            return HttpServer.create(new InetSocketAddress(loopback, 0), BACKLOG);
        }
    }

    /**
     * Listens.
     *
     * @param port that one, or a free one where it is 0 or taken
     */
    static CallbackServer start(WebHandler handler, Executor workers, int port, Undecided undecided) {
        try {
            var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            var server = create(loopback, port);
            var callbacks = new CallbackServer(server, handler, undecided);
            server.createContext("/", callbacks::exchange);
            server.setExecutor(workers);
            server.start();
            return callbacks;
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.callback_listener",
                    "The relay could not listen on 127.0.0.1 for nginx's callbacks: " + e.getMessage()
                            + ". Check that the loopback interface is up and that there are free ports.",
                    true,
                    e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
                send(exchange, WebResponse.empty(403));
                return;
            }
            var answer = answer(exchange);
            if (answer.status() != UNDECIDED_STATUS || undecided == Undecided.ANSWERED) {
                send(exchange, answer);
            }
        }
    }

    private WebResponse answer(HttpExchange exchange) throws IOException {
        // One byte more than is allowed shows the handler that it was too much.
        var body = exchange.getRequestBody().readNBytes(CallbackHandler.MOST_BYTES + 1);
        Map<String, List<String>> headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, header -> List.copyOf(header.getValue())));
        var request = new WebRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                Map.of(),
                headers,
                WebBody.of(body),
                exchange.getRemoteAddress().getAddress().getHostAddress());
        try {
            return handler.handle(request);
        } catch (RuntimeException e) {
            log.error("A callback of nginx could not be answered.", e);
            return WebResponse.empty(500);
        }
    }

    private static void send(HttpExchange exchange, WebResponse response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(response.status(), -1);
    }
}
