package dev.livemeter.platforms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Twitch as far as chat goes: EventSub over WebSocket and the two calls of its API, on loopback. Built from Twitch's published description: it refuses unknown fields, wrong tokens, missing headers, sessions that
 * are not connected, and closes the socket of a client that speaks.
 */
final class TwitchStandIn implements AutoCloseable {

    static final String CLIENT = "client-1";
    static final String CHANNEL = "1001";
    static final String NAME = "Bob";

    private final HttpServer api;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<String> breaches = new CopyOnWriteArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final AtomicInteger pongs = new AtomicInteger();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private volatile int keepalive = 10;
    private volatile boolean silent;
    private volatile boolean welcoming = true;
    private volatile int refusing;
    private volatile String drop = "";

    private static final class Session {
        final String id;
        final WebSocketPeer peer;
        final Set<String> types = ConcurrentHashMap.newKeySet();

        Session(String id, WebSocketPeer peer) {
            this.id = id;
            this.peer = peer;
        }
    }

    TwitchStandIn(String token) throws IOException {
        tokens.add(token);
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(threads);
        api.createContext("/", this::answer);
        api.start();
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::take);
        var unused = pulse.scheduleWithFixedDelay(this::beat, 200, 200, TimeUnit.MILLISECONDS);
    }

    Endpoint helix() {
        return Endpoint.of("http://127.0.0.1:" + api.getAddress().getPort() + "/helix");
    }

    URI eventSub() {
        return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/ws");
    }

    private void take() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(java.net.Socket socket) {
        try (var peer = new WebSocketPeer(socket)) {
            var session = new Session("session-" + numbers.incrementAndGet(), peer);
            sessions.put(session.id, session);
            var former = sessions.get(peer.query().getOrDefault("id", ""));
            if (former != null) {
                session.types.addAll(former.types);
            }
            if (welcoming) {
                welcome(session);
            }
            peer.listen(new WebSocketPeer.Conduct() {
                @Override
                public void said(String text) throws IOException {
                    breaches.add("The client spoke.");
                    peer.closeWith(4001);
                }

                @Override
                public void answeredPing() {
                    pongs.incrementAndGet();
                }
            });
            sessions.remove(session.id);
        } catch (IOException broken) {
            // Found out, and forgotten, when something is told next.
        }
    }

    private void welcome(Session session) throws IOException {
        session.peer.text(message(
                        "session_welcome",
                        id(),
                        Json.object()
                                .add(
                                        "session",
                                        Json.object()
                                                .add("id", session.id)
                                                .add("status", "connected")
                                                .add(
                                                        "connected_at",
                                                        Instant.now().toString())
                                                .add("keepalive_timeout_seconds", keepalive)
                                                .addNull("reconnect_url")))
                .toString());
    }

    private String id() {
        return "eventsub-" + numbers.incrementAndGet();
    }

    private static JsonObject message(String type, String id, JsonObjectBuilder payload) {
        return Json.object()
                .add(
                        "metadata",
                        Json.object()
                                .add("message_id", id)
                                .add("message_type", type)
                                .add("message_timestamp", Instant.now().toString()))
                .add("payload", payload)
                .build();
    }

    private void beat() {
        if (!silent) {
            each(session -> session.peer.text(
                    message("session_keepalive", id(), Json.object()).toString()));
        }
    }

    private interface Deed {
        void on(Session session) throws IOException;
    }

    private void each(Deed deed) {
        for (var session : List.copyOf(sessions.values())) {
            try {
                deed.on(session);
            } catch (IOException gone) {
                sessions.remove(session.id);
            }
        }
    }

    /** Tells an event to all that subscribed to it; with that id, which may be one that was told before. */
    void tell(String type, String id, JsonObject event) {
        var notification = notification(type, id, event);
        each(session -> {
            if (session.types.contains(type)) {
                session.peer.text(notification);
            }
        });
    }

    String notification(String type, String id, JsonObject event) {
        return Json.object()
                .add(
                        "metadata",
                        Json.object()
                                .add("message_id", id)
                                .add("message_type", "notification")
                                .add("message_timestamp", Instant.now().toString())
                                .add("subscription_type", type)
                                .add("subscription_version", "1"))
                .add(
                        "payload",
                        Json.object()
                                .add(
                                        "subscription",
                                        Json.object().add("type", type).add("status", "enabled"))
                                .add("event", event))
                .build()
                .toString();
    }

    static JsonObject chatMessage(String id, String author, String name, String text, List<String> badges, int bits) {
        var sets = new ArrayList<JsonObject>();
        badges.forEach(badge -> sets.add(Json.object()
                .add("set_id", badge)
                .add("id", "1")
                .add("info", "")
                .build()));
        var array = jakarta.json.Json.createArrayBuilder();
        sets.forEach(array::add);
        var event = Json.object()
                .add("broadcaster_user_id", CHANNEL)
                .add("chatter_user_id", author)
                .add("chatter_user_login", name.toLowerCase(java.util.Locale.ROOT))
                .add("chatter_user_name", name)
                .add("message_id", id)
                .add("message", Json.object().add("text", text))
                .add("color", "#00FF7F")
                .add("badges", array)
                .add("message_type", "text");
        return (bits > 0 ? event.add("cheer", Json.object().add("bits", bits)) : event.addNull("cheer")).build();
    }

    void says(String id, String author, String name, String text, String... badges) {
        tell("channel.chat.message", id(), chatMessage(id, author, name, text, List.of(badges), 0));
    }

    void messageDeleted(String id) {
        tell(
                "channel.chat.message_delete",
                id(),
                Json.object()
                        .add("broadcaster_user_id", CHANNEL)
                        .add("target_user_id", "1")
                        .add("message_id", id)
                        .build());
    }

    void userCleared(String user) {
        tell(
                "channel.chat.clear_user_messages",
                id(),
                Json.object()
                        .add("broadcaster_user_id", CHANNEL)
                        .add("target_user_id", user)
                        .build());
    }

    void cleared() {
        tell(
                "channel.chat.clear",
                id(),
                Json.object().add("broadcaster_user_id", CHANNEL).build());
    }

    void revoke(String status) {
        each(session -> session.peer.text(message(
                        "revocation",
                        id(),
                        Json.object()
                                .add(
                                        "subscription",
                                        Json.object()
                                                .add("type", "channel.chat.message")
                                                .add("status", status)))
                .toString()));
    }

    /** Asks clients to come by another address; without one, by the one that keeps their subscriptions. */
    void askToMove(String address) {
        each(session -> session.peer.text(message(
                        "session_reconnect",
                        id(),
                        Json.object()
                                .add(
                                        "session",
                                        Json.object()
                                                .add("id", session.id)
                                                .add("status", "reconnecting")
                                                .addNull("keepalive_timeout_seconds")
                                                .add(
                                                        "reconnect_url",
                                                        address.isEmpty()
                                                                ? eventSub() + "?id=" + session.id
                                                                : address)))
                .toString()));
    }

    /** Says something that is no message of EventSub, or one in an odd form. */
    void raw(WordsOnTheWire words) {
        each(session -> words.to(session.peer));
    }

    interface WordsOnTheWire {
        void to(WebSocketPeer peer) throws IOException;
    }

    /** Breaks all connections without a word. */
    void breakConnections() {
        each(session -> session.peer.close());
        sessions.clear();
    }

    void keepaliveSeconds(int seconds) {
        keepalive = seconds;
    }

    /** Connections stay, and nothing comes any more. */
    void fallSilent(boolean isSilent) {
        silent = isSilent;
    }

    /** Whether sockets are welcomed at once; later by {@link #welcomeAll}. */
    void welcomesAtOnce(boolean atOnce) {
        welcoming = atOnce;
    }

    void welcomeAll() {
        each(this::welcome);
    }

    /** Refuses calls of the API with that status; 0 for none. */
    void refuse(int status) {
        refusing = status;
    }

    /** Drops what is said, for that reason; empty for none. */
    void drop(String code) {
        drop = code;
    }

    void takeToken(String only) {
        tokens.clear();
        tokens.add(only);
    }

    List<String> said() {
        return List.copyOf(said);
    }

    List<String> breaches() {
        return List.copyOf(breaches);
    }

    int sockets() {
        return sessions.size();
    }

    int subscriptions() {
        return subscribed.get();
    }

    int pongs() {
        return pongs.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = Json.parse(exchange.getRequestBody().readAllBytes()).orElseThrow();
            var token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!CLIENT.equals(exchange.getRequestHeaders().getFirst("Client-Id"))) {
                send(exchange, 400, problem("Client ID is missing or wrong"));
            } else if (!token.startsWith("Bearer ") || !tokens.contains(token.substring(7))) {
                send(exchange, 401, problem("Invalid OAuth token"));
            } else if (refusing > 0) {
                send(exchange, refusing, problem("as told"));
            } else if (exchange.getRequestMethod().equals("POST")
                    && exchange.getRequestURI().getPath().equals("/helix/eventsub/subscriptions")) {
                subscribe(exchange, body);
            } else if (exchange.getRequestMethod().equals("POST")
                    && exchange.getRequestURI().getPath().equals("/helix/chat/messages")) {
                post(exchange, body);
            } else {
                send(exchange, 404, problem("Not Found"));
            }
        }
    }

    private void subscribe(HttpExchange exchange, JsonObject body) throws IOException {
        var session = sessions.get(Json.text(body, "transport", "session_id").orElse(""));
        var isWhole = body.keySet().equals(Set.of("type", "version", "condition", "transport"))
                && body.getJsonObject("condition").keySet().equals(Set.of("broadcaster_user_id", "user_id"))
                && body.getJsonObject("transport").keySet().equals(Set.of("method", "session_id"))
                && Json.text(body, "condition", "broadcaster_user_id")
                        .filter(CHANNEL::equals)
                        .isPresent()
                && Json.text(body, "condition", "user_id")
                        .filter(CHANNEL::equals)
                        .isPresent()
                && Json.text(body, "transport", "method")
                        .filter("websocket"::equals)
                        .isPresent()
                && Json.text(body, "version").filter("1"::equals).isPresent();
        if (!isWhole || session == null) {
            send(exchange, 400, problem("session does not exist or has already disconnected, or fields are wrong"));
        } else if (!session.types.add(body.getString("type"))) {
            send(exchange, 409, problem("subscription already exists"));
        } else {
            subscribed.incrementAndGet();
            send(exchange, 202, "{\"data\":[{\"status\":\"enabled\"}],\"total\":1,\"total_cost\":0}");
        }
    }

    private void post(HttpExchange exchange, JsonObject body) throws IOException {
        var text = Json.text(body, "message").orElse("");
        if (!body.keySet().equals(Set.of("broadcaster_id", "sender_id", "message"))
                || text.isEmpty()
                || text.codePointCount(0, text.length()) > 500) {
            send(exchange, 400, problem("The message is missing or too long, or fields are wrong"));
        } else if (!body.getString("sender_id").equals(CHANNEL)) {
            send(exchange, 401, problem("The sender is not the user of the token"));
        } else if (!drop.isEmpty()) {
            send(
                    exchange,
                    200,
                    "{\"data\":[{\"message_id\":\"\",\"is_sent\":false,\"drop_reason\":{\"code\":\"" + drop
                            + "\",\"message\":\"Your message is being checked by mods.\"}}]}");
        } else {
            said.add(text);
            var id = "own-" + numbers.incrementAndGet();
            send(exchange, 200, "{\"data\":[{\"message_id\":\"" + id + "\",\"is_sent\":true}]}");
            says(id, CHANNEL, NAME, text, "broadcaster");
        }
    }

    private static String problem(String message) {
        return Json.object()
                .add("error", "Refused")
                .add("message", message)
                .build()
                .toString();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        breakConnections();
        api.stop(0);
        pulse.shutdownNow();
        threads.shutdownNow();
    }
}
