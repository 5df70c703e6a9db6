package dev.livemeter.standin.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on a free port of loopback, with as many threads as there are requests. */
public final class LoopbackServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(LoopbackServer.class.getName());

    private final HttpServer http;
    private final ExecutorService threads;
    private final Site site;

    /** What answers. It is called by many threads. */
    public interface Site {

        Response answer(Request request) throws IOException, InterruptedException;
    }

    /**
     * Starts one.
     *
     * @param name of its threads
     */
    public LoopbackServer(String name, Site site) {
        this.site = site;
        threads = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(threads);
        http.createContext("/", this::serve);
        http.start();
    }

    /** Its address, with a slash at the end. */
    public URI root() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/");
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange, asked(exchange));
        } catch (InterruptedException | InterruptedIOException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request asked(HttpExchange exchange) throws IOException {
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders(),
                exchange.getRequestBody().readAllBytes());
    }

    private void answer(HttpExchange exchange, Request request) throws IOException, InterruptedException {
        var response = response(request);
        if (response.isCut()) {
            return;
        }
        response.headers().forEach(exchange.getResponseHeaders()::set);
        // The JDK's server writes head and body apart. On a connection that goes on, the body waits up to 40 ms for
        // the client's system to confirm the head; an end of the connection pushes it out.
        exchange.getResponseHeaders().set("Connection", "close");
        var stream = response.stream();
        if (stream != null) {
            exchange.sendResponseHeaders(response.status(), 0);
            stream.writeTo(exchange.getResponseBody());
            return;
        }
        var bytes = response.bytes();
        exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private Response response(Request request) throws IOException, InterruptedException {
        try {
            return site.answer(request);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "The stand-in failed at " + request + ".", bug);
            return Response.text(500, "The stand-in itself failed; its log says where.");
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
