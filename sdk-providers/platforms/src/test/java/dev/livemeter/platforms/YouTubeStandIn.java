package dev.livemeter.platforms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * YouTube as far as chat goes, on loopback: the broadcast, the pages of its chat, the stream of it, and insertions. Built from the published description: it refuses unknown parameters and
 * fields, wrong tokens, and page tokens that it did not give.
 */
final class YouTubeStandIn implements AutoCloseable {

    static final String BROADCAST = "broadcast-1";
    static final String CHAT = "chat-1";
    static final String CHANNEL = "UC-bob";
    static final String NAME = "Bob";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<JsonObject> items = new ArrayList<>();
    private final List<HttpExchange> streams = new CopyOnWriteArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile int streamStatus = 200;
    private volatile String refusal = "";
    private volatile boolean hasChat = true;
    private boolean isOffline;
    private int round;

    YouTubeStandIn(String token) throws IOException {
        tokens.add(token);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    Endpoint api() {
        return Endpoint.of("http://127.0.0.1:" + server.getAddress().getPort() + "/youtube/v3");
    }

    private synchronized void add(JsonObject item) {
        items.add(item);
        notifyAll();
    }

    static JsonObjectBuilder snippet(String type) {
        return Json.object()
                .add("type", type)
                .add("liveChatId", CHAT)
                .add("publishedAt", Instant.now().toString())
                .add("hasDisplayContent", true);
    }

    /** Adds an item of the chat, as it is. */
    void item(String id, JsonObjectBuilder snippet, @Nullable JsonObjectBuilder author) {
        var item = Json.object()
                .add("kind", "youtube#liveChatMessage")
                .add("id", id)
                .add("snippet", snippet);
        add((author == null ? item : item.add("authorDetails", author)).build());
    }

    static JsonObjectBuilder author(String id, String name, String... flags) {
        var author = Json.object().add("channelId", id).add("displayName", name);
        for (var flag : flags) {
            author.add(flag, true);
        }
        return author;
    }

    void says(String id, String author, String name, String text, String... flags) {
        item(
                id,
                snippet("textMessageEvent")
                        .add("displayMessage", text)
                        .add("textMessageDetails", Json.object().add("messageText", text)),
                author(author, name, flags));
    }

    void goOffline() {
        synchronized (this) {
            isOffline = true;
            notifyAll();
        }
    }

    /** Breaks all streams; new ones can be opened at once. */
    void breakStreams() {
        synchronized (this) {
            round++;
            notifyAll();
        }
        for (var stream : streams) {
            stream.close();
        }
        streams.clear();
    }

    void streamStatus(int status) {
        streamStatus = status;
    }

    /** All but streams is refused for that reason; empty for none. */
    void refuse(String reason) {
        refusal = reason;
    }

    void withoutChat() {
        hasChat = false;
    }

    void takeToken(String only) {
        tokens.clear();
        tokens.add(only);
    }

    List<String> said() {
        return List.copyOf(said);
    }

    int polls() {
        return polls.get();
    }

    int streamsOpened() {
        return opened.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        var path = exchange.getRequestURI().getPath();
        var query = query(exchange);
        if (!token.startsWith("Bearer ") || !tokens.contains(token.substring(7))) {
            refuse(exchange, 401, "authError");
        } else if (path.equals("/youtube/v3/liveChat/messages/stream")
                && exchange.getRequestMethod().equals("GET")) {
            stream(exchange, query);
        } else if (!refusal.isEmpty()) {
            refuse(exchange, 403, refusal);
        } else if (path.equals("/youtube/v3/liveBroadcasts")
                && exchange.getRequestMethod().equals("GET")) {
            broadcast(exchange, query);
        } else if (path.equals("/youtube/v3/liveChat/messages")
                && exchange.getRequestMethod().equals("GET")) {
            polls.incrementAndGet();
            list(exchange, query);
        } else if (path.equals("/youtube/v3/liveChat/messages")
                && exchange.getRequestMethod().equals("POST")) {
            insert(exchange, query);
        } else {
            refuse(exchange, 404, "notFound");
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        var query = new HashMap<String, String>();
        for (var pair : String.valueOf(exchange.getRequestURI().getRawQuery()).split("&", -1)) {
            var parts = pair.split("=", 2);
            query.put(parts[0], java.net.URLDecoder.decode(parts.length == 2 ? parts[1] : "", StandardCharsets.UTF_8));
        }
        return query;
    }

    private void broadcast(HttpExchange exchange, Map<String, String> query) throws IOException {
        if (!query.equals(Map.of("part", "snippet", "id", BROADCAST))) {
            refuse(exchange, 400, "invalidParameter");
            return;
        }
        var snippet = Json.object().add("title", "Bob live");
        var item =
                Json.object().add("id", BROADCAST).add("snippet", hasChat ? snippet.add("liveChatId", CHAT) : snippet);
        send(
                exchange,
                200,
                Json.object()
                        .add("items", jakarta.json.Json.createArrayBuilder().add(item))
                        .build());
    }

    private boolean isPage(Map<String, String> query) {
        return Set.of("liveChatId", "part", "maxResults", "pageToken").containsAll(query.keySet())
                && CHAT.equals(query.get("liveChatId"))
                && "id,snippet,authorDetails".equals(query.get("part"))
                && query.getOrDefault("pageToken", "page-0").matches("page-[0-9]+");
    }

    private static int from(Map<String, String> query) {
        return Integer.parseInt(query.getOrDefault("pageToken", "page-0").substring(5));
    }

    private synchronized JsonObject page(int from) {
        JsonArrayBuilder array = jakarta.json.Json.createArrayBuilder();
        items.subList(from, items.size()).forEach(array::add);
        var page = Json.object()
                .add("kind", "youtube#liveChatMessageListResponse")
                .add("nextPageToken", "page-" + items.size())
                .add("pollingIntervalMillis", 50)
                .add("items", array);
        return (isOffline ? page.add("offlineAt", Instant.now().toString()) : page).build();
    }

    private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
        if (isPage(query)) {
            send(exchange, 200, page(from(query)));
        } else {
            refuse(exchange, 400, "pageTokenInvalid");
        }
    }

    private void stream(HttpExchange exchange, Map<String, String> query) throws IOException {
        opened.incrementAndGet();
        if (streamStatus != 200 || !isPage(query)) {
            refuse(exchange, streamStatus == 200 ? 400 : streamStatus, "notFound");
            return;
        }
        streams.add(exchange);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (exchange) {
            var out = exchange.getResponseBody();
            out.write('[');
            var from = from(query);
            var first = true;
            final int mine;
            synchronized (this) {
                mine = round;
            }
            while (true) {
                var page = page(from);
                out.write(((first ? "" : ",\r\n") + page).getBytes(StandardCharsets.UTF_8));
                out.flush();
                first = false;
                from = Integer.parseInt(page.getString("nextPageToken").substring(5));
                synchronized (this) {
                    while (items.size() == from && round == mine && !isOffline) {
                        wait(TimeUnit.SECONDS.toMillis(5));
                    }
                    if (round != mine) {
                        return;
                    }
                }
            }
        } catch (IOException gone) {
            // The client left.
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void insert(HttpExchange exchange, Map<String, String> query) throws IOException {
        var body = Json.parse(exchange.getRequestBody().readAllBytes()).orElseThrow();
        var snippet = body.getJsonObject("snippet");
        if (!query.equals(Map.of("part", "snippet"))
                || !body.keySet().equals(Set.of("snippet"))
                || !snippet.keySet().equals(Set.of("liveChatId", "type", "textMessageDetails"))
                || !snippet.getString("liveChatId").equals(CHAT)
                || !snippet.getString("type").equals("textMessageEvent")) {
            refuse(exchange, 400, "invalidValue");
            return;
        }
        var text = snippet.getJsonObject("textMessageDetails").getString("messageText");
        said.add(text);
        var id = "own-" + said.size();
        says(id, CHANNEL, NAME, text, "isChatOwner");
        send(exchange, 200, Json.object().add("id", id).build());
    }

    private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
        send(
                exchange,
                status,
                Json.object()
                        .add(
                                "error",
                                Json.object()
                                        .add("code", status)
                                        .add(
                                                "errors",
                                                jakarta.json.Json.createArrayBuilder()
                                                        .add(Json.object().add("reason", reason))))
                        .build());
    }

    private static void send(HttpExchange exchange, int status, JsonObject json) throws IOException {
        try (exchange) {
            var bytes = json.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        breakStreams();
        threads.shutdownNow();
        server.stop(0);
    }
}
