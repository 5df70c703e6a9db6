package dev.livemeter.standin.twitch;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.InstantSource;
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
import org.jspecify.annotations.Nullable;

/**
 * EventSub over WebSocket: tells applications what happens in the channels that they subscribed to. It refuses what Twitch refuses, and closes the socket of a client that speaks.
 * Thread-safe.
 */
public final class EventSub implements AutoCloseable {

    private static final int UNUSED = 4003;
    private static final int SPOKE = 4001;
    private static final long UNUSED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Set<String> TYPES =
            Set.of(ChatRoom.MESSAGE, ChatRoom.DELETED, ChatRoom.USER_CLEARED, ChatRoom.CLEARED);

    private final InstantSource clock;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(EventSub::thread);
    private final ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor(EventSub::thread);
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final List<String> breaches = new CopyOnWriteArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final AtomicInteger pongs = new AtomicInteger();
    private volatile int keepalive = 10;
    private volatile boolean silent;
    private volatile boolean welcoming = true;

    EventSub(InstantSource clock) {
        this.clock = clock;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::take);
        var unused = pulse.scheduleWithFixedDelay(this::beat, 200, 200, TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "twitch-eventsub");
        thread.setDaemon(true);
        return thread;
    }

    private static final class Session {

        private final String id;
        private final WebSocketPeer peer;
        private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
        private final long since = System.nanoTime();

        private Session(String id, WebSocketPeer peer) {
            this.id = id;
            this.peer = peer;
        }
    }

    private record Subscription(String type, String channel) {}

    /** Where sockets are opened. */
    public URI address() {
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

    private void serve(Socket socket) {
        try (var peer = new WebSocketPeer(socket)) {
            var session = new Session("session-" + numbers.incrementAndGet(), peer);
            sessions.put(session.id, session);
            var former = sessions.get(peer.query().getOrDefault("id", ""));
            if (former != null) {
                session.subscriptions.addAll(former.subscriptions);
            }
            if (welcoming) {
                welcome(session);
            }
            peer.listen(new WebSocketPeer.Conduct() {
                @Override
                public void said(String text) throws IOException {
                    breaches.add("The client spoke.");
                    peer.closeWith(SPOKE);
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
        var body = Json.createObjectBuilder()
                .add("id", session.id)
                .add("status", "connected")
                .add("connected_at", clock.instant().toString())
                .add("keepalive_timeout_seconds", keepalive)
                .addNull("reconnect_url");
        session.peer.text(message("session_welcome", Json.createObjectBuilder().add("session", body)));
    }

    private String id() {
        return "eventsub-" + numbers.incrementAndGet();
    }

    private JsonObjectBuilder metadata(String type, String id) {
        return Json.createObjectBuilder()
                .add("message_id", id)
                .add("message_type", type)
                .add("message_timestamp", clock.instant().toString());
    }

    private String message(String type, JsonObjectBuilder payload) {
        return Json.createObjectBuilder()
                .add("metadata", metadata(type, id()))
                .add("payload", payload)
                .build()
                .toString();
    }

    private void beat() {
        each(session -> {
            if (session.subscriptions.isEmpty() && System.nanoTime() - session.since > UNUSED_AFTER_NANOS) {
                session.peer.closeWith(UNUSED);
                sessions.remove(session.id);
            } else if (!silent) {
                session.peer.text(message("session_keepalive", Json.createObjectBuilder()));
            }
        });
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

    void tell(String type, String channel, JsonObject event) {
        deliver(type, channel, notification(type, id(), event));
    }

    /** Tells an event, as JSON, to all that subscribed to it; with that id, which may be one that was told before. */
    public void tell(String type, String channel, String id, String event) {
        deliver(type, channel, notification(type, id, event));
    }

    private void deliver(String type, String channel, String notification) {
        each(session -> {
            if (session.subscriptions.contains(new Subscription(type, channel))) {
                session.peer.text(notification);
            }
        });
    }

    /** What is sent for an event, as JSON. */
    public String notification(String type, String id, String event) {
        try (var reader = Json.createReader(new StringReader(event))) {
            return notification(type, id, reader.readObject());
        }
    }

    private String notification(String type, String id, JsonObject event) {
        return Json.createObjectBuilder()
                .add(
                        "metadata",
                        metadata("notification", id)
                                .add("subscription_type", type)
                                .add("subscription_version", "1"))
                .add(
                        "payload",
                        Json.createObjectBuilder()
                                .add(
                                        "subscription",
                                        Json.createObjectBuilder()
                                                .add("type", type)
                                                .add("status", "enabled"))
                                .add("event", event))
                .build()
                .toString();
    }

    /** Takes all subscriptions to messages back, for a reason such as {@code authorization_revoked} or {@code user_removed}. */
    public void revoke(String status) {
        var ended = Json.createObjectBuilder()
                .add("type", ChatRoom.MESSAGE)
                .add("status", status)
                .build();
        each(session -> session.peer.text(
                message("revocation", Json.createObjectBuilder().add("subscription", ended))));
    }

    /** Asks clients to come by another address; null for the one that keeps their subscriptions. */
    public void askToMove(@Nullable String elsewhere) {
        each(session -> {
            var body = Json.createObjectBuilder()
                    .add("id", session.id)
                    .add("status", "reconnecting")
                    .addNull("keepalive_timeout_seconds")
                    .add("reconnect_url", elsewhere == null ? address() + "?id=" + session.id : elsewhere);
            session.peer.text(
                    message("session_reconnect", Json.createObjectBuilder().add("session", body)));
        });
    }

    /** Says something to all that is no message of EventSub, or one in an odd form. */
    public void raw(WordsOnTheWire words) {
        each(session -> words.to(session.peer));
    }

    /** What is said to one socket. */
    public interface WordsOnTheWire {

        void to(WebSocketPeer peer) throws IOException;
    }

    /** Breaks all connections without a word. */
    public void breakConnections() {
        each(session -> session.peer.close());
        sessions.clear();
    }

    /** What sockets that are welcomed from now on are told. */
    public void keepaliveSeconds(int seconds) {
        keepalive = seconds;
    }

    /** Whether connections stay, and nothing comes any more. */
    public void fallSilent(boolean isSilent) {
        silent = isSilent;
    }

    /** Whether sockets are welcomed at once; later by {@link #welcomeAll}. */
    public void welcomesAtOnce(boolean atOnce) {
        welcoming = atOnce;
    }

    /** Welcomes all that are there. */
    public void welcomeAll() {
        each(this::welcome);
    }

    /** What clients did that they must not. */
    public List<String> breaches() {
        return List.copyOf(breaches);
    }

    /** How many are connected. */
    public int sockets() {
        return sessions.size();
    }

    /** How many subscriptions were ever made. */
    public int subscriptions() {
        return subscribed.get();
    }

    /** How many pings were answered. */
    public int pongs() {
        return pongs.get();
    }

    /** An application subscribes; {@code user} is whose token it has. */
    JsonObject subscribe(JsonObject body, String user, Set<String> channels) throws Refused {
        keys("the body", body, Set.of("type", "version", "condition", "transport"));
        var condition = object(body, "condition");
        var transport = object(body, "transport");
        var type = text(body, "type");
        if (!TYPES.contains(type) || !text(body, "version").equals("1")) {
            throw Refused.bad("invalid subscription type and version");
        }
        keys("condition", condition, Set.of("broadcaster_user_id", "user_id"));
        keys("transport", transport, Set.of("method", "session_id"));
        var channel = text(condition, "broadcaster_user_id");
        if (!channels.contains(channel)) {
            throw Refused.bad("the broadcaster does not exist");
        }
        if (!text(condition, "user_id").equals(user)) {
            throw Refused.of(403, "Forbidden", "subscription missing proper authorization");
        }
        var session = sessions.get(text(transport, "session_id"));
        if (!text(transport, "method").equals("websocket") || session == null) {
            throw Refused.bad("websocket transport session does not exist or has already disconnected");
        }
        if (!session.subscriptions.add(new Subscription(type, channel))) {
            throw Refused.of(409, "Conflict", "subscription already exists");
        }
        subscribed.incrementAndGet();
        var made = Json.createObjectBuilder()
                .add("id", id())
                .add("status", "enabled")
                .add("type", type)
                .add("version", "1")
                .add("condition", condition)
                .add("created_at", clock.instant().toString())
                .add("transport", transport)
                .add("cost", 0);
        return Json.createObjectBuilder()
                .add("data", Json.createArrayBuilder().add(made))
                .add("total", session.subscriptions.size())
                .add("total_cost", 0)
                .add("max_total_cost", 10)
                .build();
    }

    private static void keys(String what, JsonObject object, Set<String> expected) throws Refused {
        if (!object.keySet().equals(expected)) {
            throw Refused.bad(what + " has other fields than " + expected);
        }
    }

    private static JsonObject object(JsonObject from, String name) throws Refused {
        if (from.get(name) instanceof JsonObject object) {
            return object;
        }
        throw Refused.bad(name + " is no object");
    }

    private static String text(JsonObject from, String name) {
        return from.get(name) instanceof JsonString text ? text.getString() : "";
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        breakConnections();
        pulse.shutdownNow();
        threads.shutdownNow();
    }
}
