package dev.livemeter.standin.youtube;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * YouTube's live API and Google's authorization server on loopback, for tests: refuses what their contract does not have, and plays what they document. Thread-safe.
 *
 * <p>People sign in at the {@linkplain #page() page} as whom they please; {@link #allow} does so for them. Media come by {@link #receive}, or by the callbacks of
 * nginx-rtmp: {@code on_publish} and {@code on_publish_done} to {@link #callbacks()}.
 */
public final class YouTubeServer implements AutoCloseable {

    public static final String CLIENT_ID = "471100-livemeter.apps.googleusercontent.com";
    public static final String CLIENT_SECRET = "GOCSPX-client-secret";

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");
    private static final String API = "/youtube/v3/";

    private final InstantSource clock;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "youtube-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Contract contract = new Contract();
    private final GoogleAccounts accounts;
    private final LiveDesk desk;
    private final Map<String, Channel> people = new LinkedHashMap<>();
    private final Map<String, Queue<Fault>> faults = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private long quota = 10_000;
    private long spent;
    private LocalDate day;

    private YouTubeServer(InstantSource clock) throws IOException {
        this.clock = clock;
        this.accounts = new GoogleAccounts(clock, CLIENT_ID, CLIENT_SECRET);
        this.desk = new LiveDesk(clock);
        this.day = LocalDate.ofInstant(clock.instant(), PACIFIC);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** Starts one on a free port. */
    public static YouTubeServer start(InstantSource clock) {
        try {
            return new YouTubeServer(clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything below one address. */
    public URI root() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    public URI api() {
        return root().resolve("youtube/v3");
    }

    public URI page() {
        return root().resolve("o/oauth2/v2/auth");
    }

    public URI token() {
        return root().resolve("token");
    }

    public URI revocation() {
        return root().resolve("revoke");
    }

    public URI devices() {
        return root().resolve("device/code");
    }

    /** Where nginx-rtmp tells of publishers. */
    public URI callbacks() {
        return root().resolve("ingest");
    }

    /** Somebody with a Google account and a channel. */
    public synchronized Channel person(String name, String channelTitle) {
        var channel = new Channel(name, channelTitle);
        people.put(name, channel);
        return channel;
    }

    /** Allows an address to be come back to. */
    public synchronized void redirect(URI address) {
        accounts.redirect(address.toString());
    }

    /** What a person's browser is sent back to after they said yes on that page, to those of the scopes; to all where none are given. */
    public synchronized URI allow(URI page, Channel person, Set<String> scopes) {
        var query = form(page.getRawQuery());
        var code = accounts.allow(query, person, scopes);
        return URI.create(query.get("redirect_uri") + "?state=" + query.get("state") + "&code=" + code);
    }

    /** A person enters a device's code; null for one who says no. */
    public synchronized void enter(String userCode, @Nullable Channel person) {
        accounts.enter(userCode, person);
    }

    public synchronized void tokenLife(Duration life) {
        accounts.life(life);
    }

    public synchronized void rotation(boolean rotates) {
        accounts.rotation(rotates);
    }

    /** All access tokens end now. */
    public synchronized void expireTokens() {
        accounts.expire();
    }

    /** A person takes back what they allowed. */
    public synchronized void takeBack(Channel person) {
        accounts.takeBack(person);
    }

    /** How many refresh tokens' grants stand. */
    public synchronized long standingGrants() {
        return accounts.standing();
    }

    /** Where media go; {@code tls} null for a platform without RTMPS. */
    public synchronized void ingest(URI plain, @Nullable URI tls) {
        desk.ingest(plain, tls);
    }

    /** Media arrive under that key. */
    public synchronized boolean receive(String key) {
        return desk.receive(key);
    }

    /** No more do. */
    public synchronized void lose(String key) {
        desk.lose(key);
    }

    /** What the platform makes of the media; each issue is {@code severity type reason}. */
    public synchronized void health(String key, String status, String... issues) {
        desk.health(
                key,
                status,
                Arrays.stream(issues)
                        .map(issue -> issue.split(" ", 3))
                        .map(words -> Json.createObjectBuilder()
                                .add("severity", words[0])
                                .add("type", words[1])
                                .add("reason", words[2])
                                .add("description", "Words of the platform's own.")
                                .build())
                        .toList());
    }

    public synchronized void autoStarts(boolean works) {
        desk.autoStarts(works);
    }

    /** How many looks a transition to live takes. */
    public synchronized void slowTransitions(int looks) {
        desk.slowness(looks);
    }

    public synchronized void viewers(String broadcast, @Nullable Long viewers) {
        desk.viewers(broadcast, viewers);
    }

    /** How far the video of a broadcast is: {@code uploaded}, {@code processed}, {@code failed}, {@code rejected}. */
    public synchronized void upload(String broadcast, String status) {
        desk.upload(broadcast, status);
    }

    /** Puts a broadcast where no caller could. */
    public synchronized void phase(String broadcast, String phase) {
        desk.phase(broadcast, phase);
    }

    /** The person deletes a broadcast or its video. */
    public synchronized void forget(String broadcast) {
        desk.forget(broadcast);
    }

    /** Somebody announces a broadcast by other means. */
    public synchronized void announce(Channel channel, String title) {
        desk.announce(channel, title);
    }

    public synchronized List<String> broadcasts() {
        return desk.broadcasts();
    }

    public synchronized JsonObject broadcast(String id) {
        return desk.broadcast(id);
    }

    public synchronized List<String> streams() {
        return desk.streams();
    }

    public synchronized JsonObject stream(String id) {
        return desk.stream(id);
    }

    /** Units a day. */
    public synchronized void quota(long units) {
        quota = units;
    }

    /** Units spent today. */
    public synchronized long spent() {
        return spent;
    }

    /** What goes wrong with the next request of that method, such as {@code liveBroadcasts.insert} or {@code token}; several come one after the other. */
    public synchronized void next(String method, Fault fault) {
        faults.computeIfAbsent(method, any -> new ArrayDeque<>()).add(fault);
    }

    /** The methods that were called, in order. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    public synchronized void forgetAsked() {
        asked.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            if (path.startsWith(API)) {
                api(exchange, path.substring(API.length()));
            } else {
                other(exchange, path);
            }
        }
    }

    private void api(HttpExchange exchange, String path) throws IOException {
        final Contract.Method method;
        final Supplier<JsonObject> work;
        final Fault fault;
        try {
            method = contract.find(exchange.getRequestMethod(), path);
            var body = body(exchange);
            synchronized (this) {
                asked.add(method.name());
                var queue = faults.getOrDefault(method.name(), new ArrayDeque<>());
                fault = queue.isEmpty() ? Fault.slow(Duration.ZERO) : queue.remove();
                charge(method);
            }
            work = () -> answer(exchange, method, body);
        } catch (ApiError error) {
            json(exchange, error.status(), Map.of(), error.json());
            return;
        }
        var error = fault.error();
        if (error != null) {
            pause(fault.delay());
            json(
                    exchange,
                    error.status(),
                    fault.headers(),
                    new ApiError(error.status(), error.domain(), error.reason(), "Played by the test.").json());
            return;
        }
        try {
            final JsonObject answer;
            synchronized (this) {
                answer = work.get();
            }
            pause(fault.delay());
            if (fault.cut()) {
                return;
            }
            json(exchange, answer.isEmpty() && method.verb().equals("DELETE") ? 204 : 200, fault.headers(), answer);
        } catch (ApiError refused) {
            json(
                    exchange,
                    refused.status(),
                    refused.status() == 401
                            ? Map.of("WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\"")
                            : Map.of(),
                    refused.json());
        }
    }

    private JsonObject answer(HttpExchange exchange, Contract.Method method, @Nullable JsonObject body) {
        var grant = bearer(exchange);
        if (method.scopes().stream().noneMatch(grant.scopes()::contains)) {
            throw new ApiError(
                    403, "global", "insufficientPermissions", "Request had insufficient authentication scopes.");
        }
        var query = method.check(lists(exchange.getRequestURI().getRawQuery()));
        var takesBody = !method.fields().isEmpty();
        if (takesBody) {
            if (body == null) {
                throw ApiError.bad("required", "The request has no body of JSON.");
            }
            method.check(body, query.parts());
        } else if (body != null && !body.isEmpty()) {
            throw ApiError.bad("badRequest", "The method takes no body.");
        }
        return desk.call(method.name(), grant.person(), query, body == null ? JsonValue.EMPTY_JSON_OBJECT : body);
    }

    private GoogleAccounts.Grant bearer(HttpExchange exchange) {
        var header = exchange.getRequestHeaders().getFirst("Authorization");
        if (header == null) {
            throw new ApiError(401, "global", "required", "Login Required.");
        }
        var grant = header.startsWith("Bearer ") ? accounts.bearer(header.substring("Bearer ".length())) : null;
        if (grant == null) {
            throw new ApiError(401, "global", "authError", "Invalid Credentials");
        }
        return grant;
    }

    /** Every request costs a unit, also one that is refused. */
    private void charge(Contract.Method method) {
        var today = LocalDate.ofInstant(clock.instant(), PACIFIC);
        if (today.isAfter(day)) {
            day = today;
            spent = 0;
        }
        if (spent + method.units() > quota) {
            throw new ApiError(
                    403,
                    "youtube.quota",
                    "quotaExceeded",
                    "The request cannot be completed because you have exceeded your <a href=\"/youtube/v3/getting-started#quota\">quota</a>.");
        }
        spent += method.units();
    }

    private void other(HttpExchange exchange, String path) throws IOException {
        try {
            switch (exchange.getRequestMethod() + " " + path) {
                case "GET /o/oauth2/v2/auth" -> page(exchange);
                case "GET /o/oauth2/v2/auth/allow" -> allowed(exchange);
                case "GET /device" ->
                    html(
                            exchange,
                            "<form method=get action=/device/allow>Code <input name=user_code> as <input name=person>"
                                    + "<button>Allow</button></form>");
                case "GET /device/allow" -> {
                    var query = form(exchange.getRequestURI().getRawQuery());
                    synchronized (this) {
                        accounts.enter(query.getOrDefault("user_code", ""), people.get(query.get("person")));
                    }
                    html(exchange, "Done. You may go back to your device.");
                }
                case "POST /token" -> oauth(exchange, "token", accounts::token);
                case "POST /revoke" -> oauth(exchange, "revoke", accounts::revoke);
                case "POST /device/code" ->
                    oauth(
                            exchange,
                            "device",
                            form -> accounts.device(
                                    form, root().resolve("device").toString()));
                case "POST /ingest" -> published(exchange);
                default -> html(exchange, 404, "There is nothing here.");
            }
        } catch (OAuthError error) {
            json(
                    exchange,
                    error.status(),
                    Map.of(),
                    Json.createObjectBuilder()
                            .add("error", error.getMessage())
                            .add("error_description", "In words of the platform's own.")
                            .build());
        }
    }

    private void oauth(HttpExchange exchange, String name, Function<Map<String, String>, JsonObject> work)
            throws IOException {
        if (!"application/x-www-form-urlencoded"
                .equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
            throw new OAuthError(400, "invalid_request");
        }
        var fields = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        final Fault fault;
        final JsonObject answer;
        synchronized (this) {
            asked.add(name);
            var queue = faults.getOrDefault(name, new ArrayDeque<>());
            fault = queue.isEmpty() ? Fault.slow(Duration.ZERO) : queue.remove();
            if (fault.error() != null) {
                throw new OAuthError(fault.error().status(), fault.error().reason());
            }
            answer = work.apply(fields);
        }
        pause(fault.delay());
        if (!fault.cut()) {
            json(exchange, 200, Map.of("Cache-Control", "no-store"), answer);
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        var query = exchange.getRequestURI().getRawQuery();
        var choices = new StringBuilder("<h1>Stand-in for Google</h1>");
        synchronized (this) {
            people.forEach((name, channel) -> choices.append("<p><a id=\"allow-")
                    .append(name)
                    .append("\" href=\"/o/oauth2/v2/auth/allow?person=")
                    .append(name)
                    .append("&amp;")
                    .append(query.replace("&", "&amp;"))
                    .append("\">Allow as ")
                    .append(channel.title())
                    .append("</a>"));
        }
        html(exchange, choices.toString());
    }

    private void allowed(HttpExchange exchange) throws IOException {
        var query = form(exchange.getRequestURI().getRawQuery());
        final URI back;
        synchronized (this) {
            var person = people.get(query.remove("person"));
            if (person == null) {
                throw new OAuthError(400, "invalid_request");
            }
            var code = accounts.allow(query, person, Set.of());
            back = URI.create(query.get("redirect_uri") + "?state=" + query.get("state") + "&code=" + code);
        }
        exchange.getResponseHeaders().set("Location", back.toString());
        exchange.sendResponseHeaders(302, -1);
    }

    /** As nginx-rtmp tells: a form with {@code call} and {@code name}. */
    private void published(HttpExchange exchange) throws IOException {
        var fields = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        var key = fields.getOrDefault("name", "");
        synchronized (this) {
            if (fields.getOrDefault("call", "").equals("publish")) {
                html(exchange, desk.receive(key) ? 200 : 403, "");
                return;
            }
            desk.lose(key);
        }
        html(exchange, 200, "");
    }

    private static @Nullable JsonObject body(HttpExchange exchange) throws IOException {
        var bytes = exchange.getRequestBody().readAllBytes();
        if (bytes.length > 0 && "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
            bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
        }
        // Google's client sends the absence of a body as an empty gzip file.
        if (bytes.length == 0) {
            return null;
        }
        var type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw ApiError.bad("parseError", "The body is not declared as JSON.");
        }
        try (var reader = Json.createReader(new ByteArrayInputStream(bytes))) {
            return reader.readObject();
        } catch (JsonException e) {
            throw ApiError.bad("parseError", "Parse Error");
        }
    }

    private static Map<String, List<String>> lists(@Nullable String query) {
        var lists = new LinkedHashMap<String, List<String>>();
        if (query != null && !query.isEmpty()) {
            for (var pair : query.split("&", -1)) {
                var halves = pair.split("=", 2);
                lists.computeIfAbsent(decoded(halves[0]), any -> new ArrayList<>())
                        .add(halves.length == 2 ? decoded(halves[1]) : "");
            }
        }
        return lists;
    }

    private static Map<String, String> form(@Nullable String text) {
        var form = new LinkedHashMap<String, String>();
        lists(text).forEach((name, values) -> {
            if (values.size() > 1) {
                throw new OAuthError(400, "invalid_request");
            }
            form.put(name, values.get(0));
        });
        return form;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void pause(Duration delay) {
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void json(HttpExchange exchange, int status, Map<String, String> headers, JsonObject json)
            throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        var bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, status == 204 ? -1 : bytes.length);
        if (status != 204) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void html(HttpExchange exchange, String body) throws IOException {
        html(exchange, 200, body);
    }

    private static void html(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=UTF-8");
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** The text at a path of one of the resources. */
    public static String text(JsonObject from, String path) {
        return Contract.at(from, path) instanceof JsonString text ? text.getString() : "";
    }
}
