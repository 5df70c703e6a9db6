package dev.livemeter.standin.twitch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A strict stand-in for Twitch's authorization server, Helix and list of ingest servers, after Twitch's public reference and the rules of its own mock API (twitch-cli). It refuses
 * what Twitch refuses, and besides whatever it does not know: parameters, fields, paths. Thread-safe; one lock for all, as a test asks little.
 */
public final class TwitchServer implements AutoCloseable {

    /** The one application that it knows. */
    public static final String CLIENT_ID = "lm0client0of0thirty0characters";

    /** The secret of that application. */
    public static final String CLIENT_SECRET = "lm0secret0of0thirty0characters";

    private static final String KEY_SCOPE = "channel:read:stream_key";
    private static final String MANAGE_SCOPE = "channel:manage:broadcast";

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, Grant> codes = new HashMap<>();
    private final Map<String, Device> devices = new HashMap<>();
    private final Map<String, Grant> access = new HashMap<>();
    private final Map<String, Grant> refresh = new HashMap<>();
    private final Map<String, String> games = new LinkedHashMap<>();
    private final Deque<Trouble> troubles = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final List<JsonObject> ingests = new ArrayList<>();
    private int points = 800;
    private int serial;

    private TwitchServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        http.setExecutor(threads);
        http.createContext("/", this::serve);
        games.put("509658", "Just Chatting");
        games.put("26936", "Music");
        games.put("1469308723", "Software and Game Development");
    }

    /** Starts one that knows the categories Just Chatting, Music, and Software and Game Development. */
    public static TwitchServer start() throws IOException {
        var server = new TwitchServer();
        server.http.start();
        return server;
    }

    /** Somebody with a channel. */
    private static final class User {
        private final String id;
        private final String login;
        private final String name;
        private String streamKey;
        private String title = "";
        private String game = "";
        private @Nullable JsonObject stream;
        private final List<JsonObject> videos = new ArrayList<>();

        private User(String id, String login, String name) {
            this.id = id;
            this.login = login;
            this.name = name;
            this.streamKey = "live_" + id + "_keyof" + login;
        }
    }

    private record Grant(String user, Set<String> scopes, String redirect, Instant until) {}

    private record Trouble(String path, int status, long delayMillis, Map<String, String> headers) {}

    private static final class Device {
        private final Set<String> scopes;
        private @Nullable String allowedBy;

        private Device(Set<String> scopes) {
            this.scopes = scopes;
        }
    }

    /** Somebody who has a channel. */
    public synchronized void user(String id, String login, String name) {
        users.put(id, new User(id, login, name));
    }

    /** Where its authorization server is, without {@code /oauth2}. */
    public URI identity() {
        return at("");
    }

    /** Where Helix is. */
    public URI api() {
        return at("/helix");
    }

    /** Where the list of ingest servers is. */
    public URI ingests() {
        return at("/ingests");
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
    }

    /** Adds a server to the list of those that take streams. */
    public synchronized void ingest(String name, int priority, boolean standard, String plain, String secure) {
        ingests.add(Json.createObjectBuilder()
                .add("_id", ingests.size() + 1)
                .add("availability", 1.0)
                .add("default", standard)
                .add("name", name)
                .add("url_template", plain)
                .add("url_template_secure", secure)
                .add("priority", priority)
                .build());
    }

    /** What a person gives who allows an application: the code that comes back to its redirect address. */
    public synchronized String code(String user, URI redirect, Set<String> scopes) {
        var code = "code" + ++serial;
        codes.put(code, new Grant(user, Set.copyOf(scopes), redirect.toString(), Instant.MAX));
        return code;
    }

    /** A person enters a device's code. */
    public synchronized void enter(String userCode, String user) {
        var device = devices.get("device-" + userCode);
        if (device == null) {
            throw new IllegalArgumentException("Nobody was given the code " + userCode + ".");
        }
        device.allowedBy = user;
    }

    /** An access token, as if somebody had gone through a flow before. */
    public synchronized String token(String user, Set<String> scopes) {
        return newToken(access, "access", user, scopes);
    }

    /** A refresh token, likewise. */
    public synchronized String refreshToken(String user, Set<String> scopes) {
        return newToken(refresh, "refresh", user, scopes);
    }

    private String newToken(Map<String, Grant> kind, String name, String user, Set<String> scopes) {
        var token = name + ++serial + "of" + user;
        kind.put(token, new Grant(user, Set.copyOf(scopes), "", Instant.now().plusSeconds(14_000)));
        return token;
    }

    /** All access tokens of a person end, as they do after some hours. */
    public synchronized void expireAccess(String user) {
        access.values().removeIf(grant -> grant.user().equals(user));
    }

    /** A person disconnects the application. */
    public synchronized void disconnect(String user) {
        expireAccess(user);
        refresh.values().removeIf(grant -> grant.user().equals(user));
    }

    /** Whether it still knows a token. */
    public synchronized boolean knows(String token) {
        return access.containsKey(token) || refresh.containsKey(token);
    }

    /** A person's stream is shown, and kept as a video if they keep videos. */
    public synchronized void goLive(String user, Instant since, int viewers, boolean keepsVideos) {
        var who = known(user);
        var id = "4" + ++serial;
        who.stream = Json.createObjectBuilder()
                .add("id", id)
                .add("user_id", user)
                .add("user_login", who.login)
                .add("user_name", who.name)
                .add("game_id", who.game)
                .add("game_name", games.getOrDefault(who.game, ""))
                .add("type", "live")
                .add("title", who.title)
                .add("tags", Json.createArrayBuilder())
                .add("tag_ids", Json.createArrayBuilder())
                .add("viewer_count", viewers)
                .add("started_at", since.truncatedTo(ChronoUnit.SECONDS).toString())
                .add("language", "en")
                .add("thumbnail_url", "https://static-cdn.jtvnw.net/live_user-{width}x{height}.jpg")
                .add("is_mature", false)
                .build();
        if (keepsVideos) {
            who.videos.add(0, video(who, id, since));
        }
    }

    private JsonObject video(User who, String stream, Instant since) {
        var id = "2" + ++serial;
        var moment = since.truncatedTo(ChronoUnit.SECONDS).toString();
        return Json.createObjectBuilder()
                .add("id", id)
                .add("stream_id", stream)
                .add("user_id", who.id)
                .add("user_login", who.login)
                .add("user_name", who.name)
                .add("title", who.title)
                .add("description", "")
                .add("created_at", moment)
                .add("published_at", moment)
                .add("url", "https://www.twitch.tv/videos/" + id)
                .add("thumbnail_url", "")
                .add("viewable", "public")
                .add("view_count", 0)
                .add("language", "en")
                .add("type", "archive")
                .add("duration", "1m2s")
                .addNull("muted_segments")
                .build();
    }

    /** A person's stream is shown no more. */
    public synchronized void goOffline(String user) {
        known(user).stream = null;
    }

    /** What a person's channel says: title, and the id of its category. */
    public synchronized List<String> channel(String user) {
        var who = known(user);
        return List.of(who.title, who.game);
    }

    /** A person's stream key. */
    public synchronized String streamKey(String user) {
        return known(user).streamKey;
    }

    /** A person has their stream key replaced. */
    public synchronized void resetKey(String user, String key) {
        known(user).streamKey = key;
    }

    /** So many requests are left in this minute. */
    public synchronized void leave(int left) {
        points = left;
    }

    /** The next request whose path ends so is answered with that status, or after that delay, or both. */
    public synchronized void trouble(String path, int status, long delayMillis) {
        troubles.add(new Trouble(path, status, delayMillis, Map.of()));
    }

    /** What was asked, in order: method and path, without parameters. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    private User known(String id) {
        var user = users.get(id);
        if (user == null) {
            throw new IllegalArgumentException("There is no user " + id + ".");
        }
        return user;
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    /** What is answered. */
    private record Reply(int status, @Nullable JsonObject body, Map<String, String> headers) {

        static Reply of(JsonObjectBuilder body) {
            return new Reply(200, body.build(), Map.of());
        }

        static Reply of(int status, String error, String message) {
            return new Reply(
                    status,
                    Json.createObjectBuilder()
                            .add("error", error)
                            .add("status", status)
                            .add("message", message)
                            .build(),
                    Map.of());
        }

        /** The authorization server leaves the field {@code error} out. */
        static Reply bare(int status, String message) {
            return new Reply(
                    status,
                    Json.createObjectBuilder()
                            .add("status", status)
                            .add("message", message)
                            .build(),
                    Map.of());
        }
    }

    /** A request that is refused. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Reply reply;

        Refused(Reply reply) {
            super("refused");
            this.reply = reply;
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var reply = answer(exchange, body);
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            if (reply.body() == null) {
                exchange.sendResponseHeaders(reply.status(), -1);
                return;
            }
            var bytes = reply.body().toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
            exchange.sendResponseHeaders(reply.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply answer(HttpExchange exchange, String body) throws InterruptedException {
        var path = exchange.getRequestURI().getPath();
        var trouble = noted(exchange.getRequestMethod(), path);
        if (trouble.isPresent()) {
            TimeUnit.MILLISECONDS.sleep(trouble.get().delayMillis());
            if (trouble.get().status() > 0) {
                return Reply.of(trouble.get().status(), "Trouble", "As the test wants it");
            }
        }
        synchronized (this) {
            try {
                if (path.startsWith("/helix/")) {
                    return helix(exchange, path.substring("/helix".length()), body);
                }
                return other(exchange, path, body);
            } catch (Refused refused) {
                return refused.reply;
            }
        }
    }

    private synchronized Optional<Trouble> noted(String method, String path) {
        requests.add(method + " " + path);
        var next = troubles.peek();
        return next != null && path.endsWith(next.path()) ? Optional.ofNullable(troubles.poll()) : Optional.empty();
    }

    private Reply other(HttpExchange exchange, String path, String body) throws Refused {
        return switch (exchange.getRequestMethod() + " " + path) {
            case "GET /ingests" -> {
                var list = Json.createArrayBuilder();
                ingests.forEach(list::add);
                yield Reply.of(Json.createObjectBuilder().add("ingests", list));
            }
            case "GET /oauth2/authorize" -> consent(parameters(exchange));
            case "GET /oauth2/validate" -> validate(exchange);
            case "POST /oauth2/token" -> token(form(exchange, body));
            case "POST /oauth2/device" -> device(form(exchange, body));
            case "POST /oauth2/revoke" -> revoke(form(exchange, body));
            default -> Reply.of(404, "Not Found", "");
        };
    }

    /** A person who allows everything at once; the first user that there is. */
    private Reply consent(Map<String, String> query) throws Refused {
        only(
                query,
                Set.of(
                        "client_id",
                        "redirect_uri",
                        "response_type",
                        "scope",
                        "state",
                        "force_verify",
                        "code_challenge",
                        "code_challenge_method"));
        checkClient(query);
        if (!"code".equals(query.get("response_type"))) {
            throw new Refused(Reply.bare(400, "invalid response type"));
        }
        var redirect = query.getOrDefault("redirect_uri", "");
        var scopes = new TreeSet<>(Arrays.asList(query.getOrDefault("scope", "").split(" ", -1)));
        var code = code(users.keySet().iterator().next(), URI.create(redirect), scopes);
        var back = redirect + "?code=" + code + "&scope=" + encoded(String.join(" ", scopes)) + "&state="
                + encoded(query.getOrDefault("state", ""));
        return new Reply(302, null, Map.of("Location", back));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Reply validate(HttpExchange exchange) throws Refused {
        var header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        var grant = header.startsWith("OAuth ") ? access.get(header.substring("OAuth ".length())) : null;
        if (grant == null) {
            throw new Refused(Reply.bare(401, "invalid access token"));
        }
        return Reply.of(Json.createObjectBuilder()
                .add("client_id", CLIENT_ID)
                .add("login", known(grant.user()).login)
                .add("scopes", array(grant.scopes()))
                .add("user_id", grant.user())
                .add("expires_in", 13_000));
    }

    private Reply token(Map<String, String> form) throws Refused {
        checkClient(form);
        var type = form.getOrDefault("grant_type", "");
        switch (type) {
            case "authorization_code" -> {
                // Twitch has no PKCE; it takes no notice of what it does not know.
                only(form, Set.of("client_id", "client_secret", "code", "grant_type", "redirect_uri", "code_verifier"));
                checkSecret(form);
                var grant = codes.remove(form.getOrDefault("code", ""));
                if (grant == null) {
                    throw new Refused(Reply.bare(400, "Invalid authorization code"));
                }
                if (!grant.redirect().equals(form.get("redirect_uri"))) {
                    throw new Refused(Reply.bare(400, "Parameter redirect_uri does not match registered URI"));
                }
                return tokens(grant.user(), grant.scopes());
            }
            case "refresh_token" -> {
                only(form, Set.of("client_id", "client_secret", "grant_type", "refresh_token"));
                checkSecret(form);
                var grant = refresh.remove(form.getOrDefault("refresh_token", ""));
                if (grant == null) {
                    throw new Refused(Reply.of(400, "Bad Request", "Invalid refresh token"));
                }
                return tokens(grant.user(), grant.scopes());
            }
            case "urn:ietf:params:oauth:grant-type:device_code" -> {
                only(form, Set.of("client_id", "client_secret", "scopes", "device_code", "grant_type"));
                var device = devices.get(form.getOrDefault("device_code", ""));
                if (device == null) {
                    throw new Refused(Reply.bare(400, "invalid device code"));
                }
                if (device.allowedBy == null) {
                    throw new Refused(Reply.bare(400, "authorization_pending"));
                }
                devices.remove(form.getOrDefault("device_code", ""));
                return tokens(device.allowedBy, device.scopes);
            }
            default -> throw new Refused(Reply.bare(400, "invalid grant type"));
        }
    }

    private Reply tokens(String user, Set<String> scopes) {
        return Reply.of(Json.createObjectBuilder()
                .add("access_token", token(user, scopes))
                .add("expires_in", 13_824)
                .add("refresh_token", refreshToken(user, scopes))
                .add("scope", array(scopes))
                .add("token_type", "bearer"));
    }

    private Reply device(Map<String, String> form) throws Refused {
        only(form, Set.of("client_id", "scopes"));
        checkClient(form);
        var user = "ABCD" + ++serial;
        devices.put(
                "device-" + user,
                new Device(new TreeSet<>(
                        Arrays.asList(form.getOrDefault("scopes", "").split(" ", -1)))));
        return Reply.of(Json.createObjectBuilder()
                .add("device_code", "device-" + user)
                .add("expires_in", 1800)
                .add("interval", 5)
                .add("user_code", user)
                .add("verification_uri", "https://www.twitch.tv/activate?device-code=" + user));
    }

    private Reply revoke(Map<String, String> form) throws Refused {
        only(form, Set.of("client_id", "token"));
        checkClient(form);
        if (access.remove(form.getOrDefault("token", "")) == null) {
            throw new Refused(Reply.bare(400, "Invalid token"));
        }
        return new Reply(200, null, Map.of());
    }

    private static void checkClient(Map<String, String> form) throws Refused {
        if (!CLIENT_ID.equals(form.get("client_id"))) {
            throw new Refused(Reply.bare(400, form.containsKey("client_id") ? "invalid client" : "missing client id"));
        }
    }

    private static void checkSecret(Map<String, String> form) throws Refused {
        if (!CLIENT_SECRET.equals(form.get("client_secret"))) {
            throw new Refused(Reply.bare(
                    form.containsKey("client_secret") ? 403 : 400,
                    form.containsKey("client_secret") ? "invalid client secret" : "missing client secret"));
        }
    }

    private Reply helix(HttpExchange exchange, String path, String body) throws Refused {
        var query = parameters(exchange);
        var grant = authenticate(exchange);
        var reply = points-- <= 0
                ? Reply.of(429, "Too Many Requests", "")
                : switch (exchange.getRequestMethod() + " " + path) {
                    case "GET /users" -> theUsers(query, grant);
                    case "GET /games" -> theGames(query);
                    case "GET /search/categories" -> search(query);
                    case "GET /channels" -> theChannel(query);
                    case "PATCH /channels" -> modify(exchange, query, grant, body);
                    case "GET /streams/key" -> theKey(query, grant);
                    case "GET /streams" -> theStreams(query);
                    case "GET /videos" -> theVideos(query);
                    default -> Reply.of(404, "Not Found", "");
                };
        return new Reply(
                reply.status(),
                reply.body(),
                Map.of(
                        "Ratelimit-Limit", "800",
                        "Ratelimit-Remaining", Integer.toString(Math.max(0, points)),
                        "Ratelimit-Reset", Long.toString(Instant.now().getEpochSecond() + 30)));
    }

    private Grant authenticate(HttpExchange exchange) throws Refused {
        var headers = exchange.getRequestHeaders();
        var client = headers.getFirst("Client-Id");
        var authorization =
                Optional.ofNullable(headers.getFirst("Authorization")).orElse("");
        if (!authorization.startsWith("Bearer ")) {
            throw new Refused(Reply.of(401, "Unauthorized", "OAuth token is missing"));
        }
        var grant = access.get(authorization.substring("Bearer ".length()));
        if (grant == null || grant.until().isBefore(Instant.now())) {
            throw new Refused(Reply.of(401, "Unauthorized", "Invalid OAuth token"));
        }
        if (!CLIENT_ID.equals(client)) {
            throw new Refused(Reply.of(401, "Unauthorized", "Client ID and OAuth token must match"));
        }
        return grant;
    }

    private static void needs(Grant grant, String scope) throws Refused {
        if (!grant.scopes().contains(scope)) {
            throw new Refused(Reply.of(401, "Unauthorized", "Missing scope: " + scope));
        }
    }

    private static void owns(Grant grant, Map<String, String> query) throws Refused {
        var id = required(query, "broadcaster_id");
        if (!id.equals(grant.user())) {
            throw new Refused(Reply.of(
                    401,
                    "Unauthorized",
                    "The ID in broadcaster_id must match the user ID found in the request's OAuth token."));
        }
    }

    private Reply theUsers(Map<String, String> query, Grant grant) throws Refused {
        only(query, Set.of("id", "login"));
        var data = Json.createArrayBuilder();
        for (var user : users.values()) {
            var meant = query.isEmpty()
                    ? user.id.equals(grant.user())
                    : user.id.equals(query.get("id")) || user.login.equals(query.get("login"));
            if (meant) {
                data.add(Json.createObjectBuilder()
                        .add("id", user.id)
                        .add("login", user.login)
                        .add("display_name", user.name)
                        .add("type", "")
                        .add("broadcaster_type", "affiliate")
                        .add("description", "")
                        .add("profile_image_url", "")
                        .add("offline_image_url", "")
                        .add("view_count", 0)
                        .add("created_at", "2020-01-01T00:00:00Z"));
            }
        }
        return Reply.of(Json.createObjectBuilder().add("data", data));
    }

    private Reply theGames(Map<String, String> query) throws Refused {
        only(query, Set.of("name", "id", "igdb_id"));
        if (query.isEmpty()) {
            throw new Refused(Reply.of(400, "Bad Request", "Missing required parameter \"id, name, or igdb_id\""));
        }
        var data = Json.createArrayBuilder();
        games.forEach((id, name) -> {
            if (name.equals(query.get("name")) || id.equals(query.get("id"))) {
                data.add(game(id, name).add("igdb_id", ""));
            }
        });
        return Reply.of(Json.createObjectBuilder().add("data", data));
    }

    private static JsonObjectBuilder game(String id, String name) {
        return Json.createObjectBuilder().add("id", id).add("name", name).add("box_art_url", "");
    }

    private Reply search(Map<String, String> query) throws Refused {
        only(query, Set.of("query", "first", "after"));
        var words = required(query, "query").toLowerCase(java.util.Locale.ROOT);
        var data = Json.createArrayBuilder();
        games.forEach((id, name) -> {
            if (name.toLowerCase(java.util.Locale.ROOT).contains(words)) {
                data.add(game(id, name));
            }
        });
        return Reply.of(Json.createObjectBuilder().add("data", data).add("pagination", Json.createObjectBuilder()));
    }

    private Reply theChannel(Map<String, String> query) throws Refused {
        only(query, Set.of("broadcaster_id"));
        var user = users.get(required(query, "broadcaster_id"));
        var data = Json.createArrayBuilder();
        if (user != null) {
            data.add(Json.createObjectBuilder()
                    .add("broadcaster_id", user.id)
                    .add("broadcaster_login", user.login)
                    .add("broadcaster_name", user.name)
                    .add("broadcaster_language", "en")
                    .add("game_id", user.game)
                    .add("game_name", games.getOrDefault(user.game, ""))
                    .add("title", user.title)
                    .add("delay", 0));
        }
        return Reply.of(Json.createObjectBuilder().add("data", data));
    }

    private Reply modify(HttpExchange exchange, Map<String, String> query, Grant grant, String body) throws Refused {
        only(query, Set.of("broadcaster_id"));
        needs(grant, MANAGE_SCOPE);
        owns(grant, query);
        var type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        if (!type.startsWith("application/json")) {
            throw new Refused(Reply.of(400, "Bad Request", "The body is not JSON"));
        }
        var fields = json(body);
        for (var field : fields.keySet()) {
            if (!Set.of(
                            "game_id",
                            "broadcaster_language",
                            "title",
                            "delay",
                            "tags",
                            "content_classification_labels",
                            "is_branded_content")
                    .contains(field)) {
                throw new Refused(Reply.of(400, "Bad Request", "The field " + field + " is not known"));
            }
            if (!(fields.get(field) instanceof JsonString)
                    && !(field.equals("delay") && fields.get(field) instanceof JsonNumber)) {
                throw new Refused(Reply.of(400, "Bad Request", "The field " + field + " is of another type"));
            }
        }
        if (fields.isEmpty()) {
            throw new Refused(Reply.of(400, "Bad Request", "At least one field is required"));
        }
        if (fields.containsKey("title")
                && (fields.getString("title").isEmpty()
                        || fields.getString("title").length() > 140)) {
            throw new Refused(Reply.of(400, "Bad Request", "The title is empty or too long"));
        }
        var game = fields.getString("game_id", "");
        if (!game.isEmpty() && !game.equals("0") && !games.containsKey(game)) {
            throw new Refused(Reply.of(400, "Bad Request", "Game ID is invalid"));
        }
        var user = known(grant.user());
        user.title = fields.getString("title", user.title);
        user.game = fields.getString("game_id", user.game);
        return new Reply(204, null, Map.of());
    }

    private Reply theKey(Map<String, String> query, Grant grant) throws Refused {
        only(query, Set.of("broadcaster_id"));
        needs(grant, KEY_SCOPE);
        owns(grant, query);
        return Reply.of(Json.createObjectBuilder()
                .add(
                        "data",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder().add("stream_key", known(grant.user()).streamKey))));
    }

    private Reply theStreams(Map<String, String> query) throws Refused {
        only(query, Set.of("user_id", "user_login", "game_id", "type", "language", "first", "before", "after"));
        var data = Json.createArrayBuilder();
        for (var user : users.values()) {
            if (user.stream != null && user.id.equals(query.getOrDefault("user_id", user.id))) {
                data.add(user.stream);
            }
        }
        return Reply.of(Json.createObjectBuilder().add("data", data).add("pagination", Json.createObjectBuilder()));
    }

    private Reply theVideos(Map<String, String> query) throws Refused {
        only(
                query,
                Set.of("id", "user_id", "game_id", "language", "period", "sort", "type", "first", "after", "before"));
        if (!query.containsKey("id") && !query.containsKey("user_id") && !query.containsKey("game_id")) {
            throw new Refused(Reply.of(400, "Bad Request", "One of id, user_id or game_id is required"));
        }
        if (!Set.of("all", "archive", "highlight", "upload").contains(query.getOrDefault("type", "all"))
                || !query.getOrDefault("first", "20").matches("[1-9][0-9]?|100")) {
            throw new Refused(Reply.of(400, "Bad Request", "A parameter has a value that there is not"));
        }
        var data = Json.createArrayBuilder();
        var user = users.get(query.getOrDefault("user_id", ""));
        if (user != null) {
            user.videos.forEach(data::add);
        }
        return Reply.of(Json.createObjectBuilder().add("data", data).add("pagination", Json.createObjectBuilder()));
    }

    private static void only(Map<String, String> given, Set<String> known) throws Refused {
        for (var name : given.keySet()) {
            if (!known.contains(name)) {
                throw new Refused(Reply.of(400, "Bad Request", "The parameter " + name + " is not known"));
            }
        }
    }

    private static String required(Map<String, String> query, String name) throws Refused {
        var value = query.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new Refused(Reply.of(400, "Bad Request", "Missing required parameter \"" + name + "\""));
        }
        return value;
    }

    private static JsonObject json(String body) throws Refused {
        try (var reader = Json.createReader(new StringReader(body))) {
            return reader.readObject();
        } catch (JsonException | IllegalStateException e) {
            throw new Refused(Reply.of(400, "Bad Request", "Error reading body"));
        }
    }

    private static JsonArrayBuilder array(Set<String> texts) {
        var array = Json.createArrayBuilder();
        new TreeSet<>(texts).forEach(array::add);
        return array;
    }

    private static Map<String, String> form(HttpExchange exchange, String body) throws Refused {
        var type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        if (!type.startsWith("application/x-www-form-urlencoded")
                || exchange.getRequestURI().getRawQuery() != null) {
            throw new Refused(Reply.bare(400, "expected a form"));
        }
        return pairs(body);
    }

    private static Map<String, String> parameters(HttpExchange exchange) throws Refused {
        var query = exchange.getRequestURI().getRawQuery();
        return query == null ? Map.of() : pairs(query);
    }

    private static Map<String, String> pairs(String text) throws Refused {
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : text.split("&", -1)) {
            var at = pair.indexOf('=');
            if (at > 0) {
                var name = URLDecoder.decode(pair.substring(0, at), StandardCharsets.UTF_8);
                if (pairs.put(name, URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8)) != null) {
                    throw new Refused(Reply.of(400, "Bad Request", "The parameter " + name + " is given twice"));
                }
            }
        }
        return pairs;
    }
}
