package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** A server that speaks the protocol of PeerServer, and clients of it. Whoever extends one of the contracts says how a server is started. */
public abstract class PeerFixture {

    // Without the offer of HTTP/2, which is an Upgrade too and refused by PeerServer.
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<AutoCloseable> open = new ArrayList<>();
    private URI server = URI.create("http://not-started.invalid/");
    private Supplier<URI> next = () -> server;

    /** For the contracts. */
    PeerFixture() {}

    /** Starts a server on the loopback address. */
    protected abstract Running start(Settings settings) throws Exception;

    /** A server that runs. */
    public interface Running extends AutoCloseable {

        /** Its address with the path of its settings, ending with a slash. */
        URI url();

        /** Where the next client connects: one node after the other, where there are several. */
        default URI next() {
            return url();
        }

        /** Ends it, with all its connections. */
        @Override
        void close();
    }

    /**
     * How it is to behave.
     *
     * @param path {@code /} or such as {@code /calls}
     * @param origins that may connect; none for all
     */
    public record Settings(
            String path,
            Duration expireTimeout,
            Duration expireEvery,
            Duration aliveTimeout,
            int concurrentLimit,
            boolean discovery,
            List<String> origins) {

        /**
         * As it is without options, but that what waits may wait longer, as some machines stand still for seconds, and that what waited too long is looked
         * for more often.
         */
        public static Settings usual() {
            return new Settings(
                    "/",
                    Duration.ofSeconds(30),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(60),
                    5000,
                    false,
                    List.of());
        }

        Settings at(String elsewhere) {
            return new Settings(
                    elsewhere, expireTimeout, expireEvery, aliveTimeout, concurrentLimit, discovery, origins);
        }

        Settings expiring(Duration timeout) {
            return new Settings(path, timeout, expireEvery, aliveTimeout, concurrentLimit, discovery, origins);
        }

        Settings alive(Duration timeout) {
            return new Settings(path, expireTimeout, expireEvery, timeout, concurrentLimit, discovery, origins);
        }

        Settings limit(int peers) {
            return new Settings(path, expireTimeout, expireEvery, aliveTimeout, peers, discovery, origins);
        }

        Settings openDiscovery() {
            return new Settings(path, expireTimeout, expireEvery, aliveTimeout, concurrentLimit, true, origins);
        }

        Settings onlyFrom(String origin) {
            return new Settings(
                    path, expireTimeout, expireEvery, aliveTimeout, concurrentLimit, discovery, List.of(origin));
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        open.clear();
    }

    final void serve(Settings settings) throws Exception {
        var running = start(settings);
        open.add(running);
        server = running.url();
        next = running::next;
    }

    final void serve() throws Exception {
        serve(Settings.usual());
    }

    final URI address(String below) {
        return URI.create(server + below);
    }

    final URI socket(String query) {
        return URI.create(next.get().toString().replaceFirst("^http", "ws") + "peerjs?" + query);
    }

    final PeerClient at(URI address) {
        return kept(PeerClient.at(http, address));
    }

    final PeerClient raw(String query) {
        return at(socket(query));
    }

    final PeerClient from(String origin, String id) {
        return kept(PeerClient.from(http, socket(query(id, "t")), origin));
    }

    final PeerClient deaf(String id) {
        return kept(PeerClient.deaf(http, socket(query(id, "t"))));
    }

    private PeerClient kept(PeerClient client) {
        open.add(client);
        return client;
    }

    /** Connects, and reads nothing yet. */
    final PeerClient wishes(String id, String token) {
        return raw(query(id, token));
    }

    /** Connects and reads OPEN. */
    final PeerClient joins(String id, String token) {
        return wishes(id, token).opened();
    }

    final PeerClient joins(String id) {
        return joins(id, "token-of-" + id);
    }

    private static String query(String id, String token) {
        return "key=peerjs&id=" + URLEncoder.encode(id, StandardCharsets.UTF_8) + "&token=" + token + "&version=1.5.5";
    }

    final HttpResponse<String> get(String below, String... headers) throws IOException, InterruptedException {
        return ask("GET", below, headers);
    }

    final HttpResponse<String> ask(String method, String below, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address(below))
                .timeout(Duration.ofSeconds(PeerClient.PATIENCE_SECONDS))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until exactly these are listed: the end of a socket reaches the client earlier than the server's books. */
    final void awaitListed(String... ids) throws IOException, InterruptedException {
        var wanted = Stream.of(ids).map(id -> '"' + id + '"').collect(Collectors.joining(",", "[", "]"));
        var deadline = System.nanoTime()
                + Duration.ofSeconds(PeerClient.PATIENCE_SECONDS).toNanos();
        var listed = get("peerjs/peers").body();
        while (!listed.equals(wanted) && System.nanoTime() < deadline) {
            Thread.sleep(10);
            listed = get("peerjs/peers").body();
        }
        assertThat(listed).isEqualTo(wanted);
    }

    /** A message as a client writes it. */
    static String message(String type, String to, String payload) {
        return "{\"type\":\"" + type + "\",\"dst\":\"" + to + "\",\"payload\":" + payload + "}";
    }

    /** A message as the other one reads it. */
    static String relayed(String type, String from, String to, String payload) {
        return "{\"type\":\"" + type + "\",\"src\":\"" + from + "\",\"dst\":\"" + to + "\",\"payload\":" + payload
                + "}";
    }

    static String expire(String from, String to) {
        return "{\"type\":\"EXPIRE\",\"src\":\"" + from + "\",\"dst\":\"" + to + "\"}";
    }

    static String error(String sentence) {
        return "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"" + sentence + "\"}}";
    }
}
