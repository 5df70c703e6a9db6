package dev.livemeter.standin.kick;

import dev.livemeter.standin.http.LoopbackServer;
import dev.livemeter.standin.http.Permission;
import dev.livemeter.standin.http.Publishers;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Kick's authorization server and public API on loopback, as far as streams go: refuses what their description does not have. Thread-safe. Media come by {@link #receive}, or by the callbacks of
 * nginx-rtmp: {@code on_publish} and {@code on_publish_done} to {@link #callbacks()}.
 */
public final class KickServer implements AutoCloseable {

    public static final String CLIENT_ID = "01STANDIN0000000000000000";
    public static final String CLIENT_SECRET = "client-secret-of-the-stand-in";

    private static final Set<String> SCOPES = Set.of(
            "user:read",
            "channel:read",
            "channel:write",
            "channel:rewards:read",
            "channel:rewards:write",
            "chat:write",
            "streamkey:read",
            "events:subscribe",
            "moderation:ban",
            "moderation:chat_message:manage",
            "kicks:read");
    private static final Set<String> PAGE = Set.of(
            "response_type",
            "client_id",
            "redirect_uri",
            "redirect",
            "scope",
            "state",
            "code_challenge",
            "code_challenge_method");
    private static final String PAGE_PATH = "/oauth/authorize";
    private static final Duration LIFE = Duration.ofHours(2);

    private final InstantSource clock;
    private final LoopbackServer loopback;
    private final Publishers publishers;
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private final Map<Long, String> categories = new LinkedHashMap<>();
    private final Set<String> redirects = new TreeSet<>();
    private final Map<String, Code> codes = new HashMap<>();
    private final Map<String, Issued> accesses = new HashMap<>();
    private final Map<String, Grant> refreshes = new HashMap<>();
    private final Map<String, Queue<Response>> faults = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private URI ingest = URI.create("rtmps://fa0000000000.global-contribute.live-video.invalid");
    private int number;

    private KickServer(InstantSource clock) {
        this.clock = clock;
        this.publishers = new Publishers(new Publishers.Stage() {
            @Override
            public boolean begins(String key, Map<String, String> arguments) {
                return receive(key);
            }

            @Override
            public void ends(String key) {
                lose(key);
            }
        });
        this.loopback = new LoopbackServer("kick-server", this::answer);
        categories.put(15L, "Just Chatting");
        categories.put(28L, "Chess");
    }

    /** Starts one on a free port. */
    public static KickServer start(InstantSource clock) {
        return new KickServer(clock);
    }

    /** Somebody's channel. Its server's lock guards it. */
    public static final class Channel {
        private final long id;
        private final String name;
        private final String slug;
        private final String key;
        private String title = "";
        private long category = 15;
        private long viewers;
        private @Nullable Instant liveSince;

        private Channel(long id, String name, String slug) {
            this.id = id;
            this.name = name;
            this.slug = slug;
            this.key = "sk_us-west-2_" + slug + id;
        }

        public String key() {
            return key;
        }

        public String title() {
            return title;
        }

        public long category() {
            return category;
        }

        public String id() {
            return String.valueOf(id);
        }
    }

    private static final class Grant {
        private final Channel channel;
        private final Set<String> scopes;
        private boolean ended;

        private Grant(Channel channel, Set<String> scopes) {
            this.channel = channel;
            this.scopes = scopes;
        }
    }

    private record Issued(Grant grant, Instant until) {}

    private record Code(Grant grant, String redirect, String challenge) {}

    /** A refusal; never leaves this class. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Response reply;

        private Refusal(Response reply) {
            super(String.valueOf(reply.status()), null, false, false);
            this.reply = reply;
        }
    }

    /** Where both the authorization server and the API are. */
    public URI root() {
        return URI.create(loopback.root().toString().replaceFirst("/$", ""));
    }

    /** Where nginx-rtmp tells of publishers. */
    public URI callbacks() {
        return URI.create(root() + "/ingest");
    }

    public synchronized Channel channel(long id, String name, String slug) {
        var channel = new Channel(id, name, slug);
        channels.put(String.valueOf(id), channel);
        return channel;
    }

    /** Allows an address to be come back to. */
    public synchronized void redirect(URI address) {
        redirects.add(address.toString());
    }

    /** What a person's browser is sent back to after they said yes on that page, to those of the scopes; to all where none are given. */
    public synchronized URI allow(URI page, Channel channel, Set<String> scopes) {
        return allow(single(page.getRawQuery()), channel, scopes);
    }

    private URI allow(Map<String, String> query, Channel channel, Set<String> scopes) {
        var objection = objectionTo(query);
        if (!objection.isEmpty()) {
            throw new IllegalArgumentException(objection);
        }
        var given = new LinkedHashSet<>(List.of(query.getOrDefault("scope", "").split(" ")));
        if (!scopes.isEmpty()) {
            given.retainAll(scopes);
        }
        var code = "CODE" + ++number;
        var redirect = query.getOrDefault("redirect_uri", "");
        codes.put(code, new Code(new Grant(channel, given), redirect, query.getOrDefault("code_challenge", "")));
        return URI.create(redirect + "?code=" + code + "&state="
                + URLEncoder.encode(query.getOrDefault("state", ""), StandardCharsets.UTF_8));
    }

    private String objectionTo(Map<String, String> query) {
        if (!PAGE.containsAll(query.keySet())) {
            return "There is a parameter that the page does not have.";
        }
        if (!CLIENT_ID.equals(query.get("client_id")) || !redirects.contains(query.getOrDefault("redirect_uri", ""))) {
            return "The application or its redirect address is unknown.";
        }
        return "code".equals(query.get("response_type"))
                        && "S256".equals(query.get("code_challenge_method"))
                        && query.getOrDefault("code_challenge", "").matches("[A-Za-z0-9_-]{43}")
                        && !query.getOrDefault("state", "").isEmpty()
                        && SCOPES.containsAll(
                                List.of(query.getOrDefault("scope", "").split(" ")))
                ? ""
                : "Invalid request";
    }

    /** All access tokens end now; what they are renewed with does not. */
    public synchronized void expireTokens() {
        accesses.replaceAll((text, issued) -> new Issued(issued.grant(), Instant.EPOCH));
    }

    /** The person takes back what they allowed. */
    public synchronized void withdraw(Channel channel) {
        accesses.values().stream()
                .map(Issued::grant)
                .filter(grant -> grant.channel == channel)
                .forEach(grant -> grant.ended = true);
    }

    public synchronized boolean takes(String access) {
        var issued = accesses.get(access);
        return issued != null && !issued.grant().ended && issued.until().isAfter(clock.instant());
    }

    /** Where media go, as Kick tells it: without the application. */
    public synchronized void ingest(URI server) {
        ingest = server;
    }

    /** Media arrive under that key. */
    public synchronized boolean receive(String key) {
        return channels.values().stream()
                .filter(channel -> channel.key.equals(key))
                .peek(channel -> channel.liveSince = clock.instant().truncatedTo(ChronoUnit.SECONDS))
                .findFirst()
                .isPresent();
    }

    /** No more do. */
    public synchronized void lose(String key) {
        channels.values().stream()
                .filter(channel -> channel.key.equals(key))
                .forEach(channel -> channel.liveSince = null);
    }

    public synchronized void viewers(Channel channel, long viewers) {
        channel.viewers = viewers;
    }

    /** The next request of that name, such as {@code GET /public/v1/channels}, is answered so; several come one after the other. */
    public synchronized void next(String request, int status, String text) {
        faults.computeIfAbsent(request, any -> new ArrayDeque<>()).add(Response.text(status, text));
    }

    /** The requests that came, in order. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        loopback.close();
    }

    private synchronized Response answer(Request request) {
        asked.add(request.toString());
        var queue = faults.getOrDefault(request.toString(), new ArrayDeque<>());
        if (!queue.isEmpty()) {
            return queue.remove();
        }
        try {
            return switch (request.line()) {
                case "GET " + PAGE_PATH -> page(request.query());
                case "POST " + PAGE_PATH -> answered(request.form());
                case "POST /oauth/token" -> token(request);
                case "POST /oauth/revoke" -> revoke(request);
                case "GET /public/v1/users" -> users(request);
                case "GET /public/v1/channels" -> channels(request);
                case "PATCH /public/v1/channels" -> update(request);
                case "GET /public/v2/categories" -> categories(request);
                case "POST /ingest" -> publishers.told(request);
                default -> refusal(404, "Not Found");
            };
        } catch (Refusal refused) {
            return refused.reply;
        }
    }

    private static Response refusal(int status, String message) {
        return Response.json(
                status,
                Json.createObjectBuilder()
                        .add("data", JsonValue.EMPTY_JSON_OBJECT)
                        .add("message", message)
                        .build());
    }

    private static Response invalid() {
        return Response.json(
                400, Json.createObjectBuilder().add("error", "Invalid request").build());
    }

    private Permission permission() {
        var choices = new LinkedHashMap<String, String>();
        channels.forEach((id, channel) -> choices.put(id, channel.name));
        return new Permission("Kick", CLIENT_ID, choices);
    }

    private Response page(String query) {
        var asked = single(query);
        var objection = objectionTo(asked);
        return objection.isEmpty()
                ? permission().page(PAGE_PATH, query, asked.getOrDefault("scope", ""))
                : permission().wrong(400, objection);
    }

    private Response answered(Map<String, String> form) {
        var query = single(form.getOrDefault("request", ""));
        var objection = objectionTo(query);
        if (!objection.isEmpty()) {
            return permission().wrong(400, objection);
        }
        var choice = Permission.account(form);
        if (choice == null) {
            return Response.seeOther(URI.create(query.get("redirect_uri") + "?error=access_denied&state="
                    + URLEncoder.encode(query.getOrDefault("state", ""), StandardCharsets.UTF_8)));
        }
        var channel = channels.get(choice);
        return channel == null
                ? permission().wrong(400, "There is no such channel.")
                : Response.seeOther(allow(query, channel, Set.of()));
    }

    private static Map<String, String> single(@Nullable String query) {
        var single = new LinkedHashMap<String, String>();
        Request.pairs(query).forEach((name, values) -> single.put(name, values.get(0)));
        return single;
    }

    private Response token(Request request) {
        var form = request.form();
        if (!CLIENT_ID.equals(form.get("client_id")) || !CLIENT_SECRET.equals(form.get("client_secret"))) {
            return Response.json(
                    401,
                    Json.createObjectBuilder().add("error", "invalid_client").build());
        }
        return switch (form.getOrDefault("grant_type", "")) {
            case "authorization_code" -> {
                known(form, "grant_type", "client_id", "client_secret", "redirect_uri", "code_verifier", "code");
                var code = codes.remove(form.getOrDefault("code", ""));
                yield code == null
                                || !code.redirect().equals(form.get("redirect_uri"))
                                || !code.challenge().equals(challenge(form.getOrDefault("code_verifier", "")))
                        ? invalid()
                        : issue(code.grant());
            }
            case "refresh_token" -> {
                known(form, "grant_type", "client_id", "client_secret", "refresh_token");
                var grant = refreshes.remove(form.getOrDefault("refresh_token", ""));
                yield grant == null || grant.ended ? invalid() : issue(grant);
            }
            default -> invalid();
        };
    }

    private static void known(Map<String, String> given, String... names) {
        if (!Set.of(names).containsAll(given.keySet())) {
            throw new Refusal(invalid());
        }
    }

    private Response issue(Grant grant) {
        var access = "access-" + ++number;
        var refresh = "refresh-" + number;
        accesses.put(access, new Issued(grant, clock.instant().plus(LIFE)));
        refreshes.put(refresh, grant);
        return Response.json(
                200,
                Json.createObjectBuilder()
                        .add("access_token", access)
                        .add("token_type", "Bearer")
                        .add("refresh_token", refresh)
                        .add("expires_in", LIFE.toSeconds())
                        .add("scope", String.join(" ", grant.scopes))
                        .build());
    }

    private Response revoke(Request request) {
        known(request.parameters(), "token", "token_hint_type");
        var token = request.parameters().getOrDefault("token", "");
        var kind = request.parameters().getOrDefault("token_hint_type", "access_token");
        if (!Set.of("access_token", "refresh_token").contains(kind)) {
            return invalid();
        }
        var removed = kind.equals("access_token") ? accesses.remove(token) : refreshes.remove(token);
        return removed == null ? invalid() : Response.text(200, "OK");
    }

    private Grant require(Request request, String scope) {
        var token = request.bearer().orElse("");
        var issued = accesses.get(token);
        if (issued == null || !takes(token)) {
            throw new Refusal(refusal(401, "Unauthorized"));
        }
        var grant = issued.grant();
        if (!grant.scopes.contains(scope)) {
            throw new Refusal(refusal(403, "Forbidden"));
        }
        return grant;
    }

    private static Response data(JsonObjectBuilder one) {
        return Response.json(
                200,
                Json.createObjectBuilder()
                        .add("data", Json.createArrayBuilder().add(one))
                        .add("message", "OK")
                        .build());
    }

    private Response users(Request request) {
        var grant = require(request, "user:read");
        if (!request.parameters().isEmpty()) {
            return refusal(400, "Bad Request");
        }
        return data(Json.createObjectBuilder()
                .add("user_id", grant.channel.id)
                .add("name", grant.channel.name)
                .add("email", "somebody@host.invalid")
                .add("profile_picture", ""));
    }

    private Response channels(Request request) {
        var grant = require(request, "channel:read");
        if (!Set.of("broadcaster_user_id", "slug")
                        .containsAll(request.parameters().keySet())
                || request.parameters().size() > 1) {
            return refusal(400, "Bad Request");
        }
        var channel = grant.channel;
        var isOwn = request.parameters().isEmpty()
                || channel.id().equals(request.parameters().get("broadcaster_user_id"))
                || channel.slug.equals(request.parameters().get("slug"));
        if (!isOwn) {
            return Response.json(
                    200,
                    Json.createObjectBuilder()
                            .add("data", JsonValue.EMPTY_JSON_ARRAY)
                            .add("message", "OK")
                            .build());
        }
        var since = channel.liveSince;
        var stream = Json.createObjectBuilder()
                .add("is_live", since != null)
                .add("is_mature", false)
                .add("language", "en")
                .add("custom_tags", JsonValue.EMPTY_JSON_ARRAY)
                .add("start_time", since == null ? "0001-01-01T00:00:00Z" : since.toString())
                .add("thumbnail", "")
                .add("viewer_count", since == null ? 0 : channel.viewers);
        if (grant.scopes.contains("streamkey:read")) {
            stream.add("url", ingest.toString()).add("key", channel.key);
        }
        return data(Json.createObjectBuilder()
                .add("broadcaster_user_id", channel.id)
                .add("slug", channel.slug)
                .add("channel_description", "")
                .add("banner_picture", "")
                .add("stream_title", channel.title)
                .add("category", category(channel.category))
                .add("stream", stream));
    }

    private JsonObjectBuilder category(long id) {
        return Json.createObjectBuilder()
                .add("id", id)
                .add("name", categories.getOrDefault(id, ""))
                .add("thumbnail", "");
    }

    private Response update(Request request) {
        var grant = require(request, "channel:write");
        var body = body(request);
        if (body.isEmpty()
                || !Set.of("stream_title", "category_id", "custom_tags").containsAll(body.keySet())
                || !isFit(body)) {
            return refusal(400, "Bad Request");
        }
        if (body.get("stream_title") instanceof JsonString title) {
            grant.channel.title = title.getString();
        }
        if (body.get("category_id") instanceof JsonNumber category) {
            grant.channel.category = category.longValue();
        }
        return Response.empty(204);
    }

    private static JsonObject body(Request request) {
        if (!request.isOf("application/json")) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        try (var reader = Json.createReader(new StringReader(request.text()))) {
            return reader.readObject();
        } catch (JsonException e) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
    }

    private boolean isFit(JsonObject body) {
        return (!body.containsKey("stream_title")
                        || (body.get("stream_title") instanceof JsonString title
                                && !title.getString().isBlank()))
                && (!body.containsKey("category_id")
                        || (body.get("category_id") instanceof JsonNumber id
                                && categories.containsKey(id.longValue())));
    }

    private Response categories(Request request) {
        require(request, "channel:read");
        if (!Set.of("name", "tag", "id", "limit", "cursor")
                .containsAll(request.parameters().keySet())) {
            return refusal(400, "Bad Request");
        }
        var name = request.parameters().getOrDefault("name", "").toLowerCase(Locale.ROOT);
        var data = Json.createArrayBuilder();
        categories.forEach((id, known) -> {
            if (known.toLowerCase(Locale.ROOT).contains(name)) {
                data.add(category(id));
            }
        });
        return Response.json(
                200,
                Json.createObjectBuilder()
                        .add("data", data)
                        .add("message", "OK")
                        .add("pagination", Json.createObjectBuilder().add("next_cursor", ""))
                        .build());
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
