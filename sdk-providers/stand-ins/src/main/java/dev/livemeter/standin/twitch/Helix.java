package dev.livemeter.standin.twitch;

import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import dev.livemeter.standin.twitch.TwitchAccounts.Grant;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Twitch's API. Its server's lock guards it. */
final class Helix {

    private static final String KEY_SCOPE = "channel:read:stream_key";
    private static final String MANAGE_SCOPE = "channel:manage:broadcast";
    private static final String READ_CHAT_SCOPE = "user:read:chat";
    private static final String WRITE_CHAT_SCOPE = "user:write:chat";
    private static final int LONGEST_MESSAGE = 500;
    private static final int POINTS = 800;
    private static final Set<String> CHANNEL_FIELDS = Set.of(
            "game_id",
            "broadcaster_language",
            "title",
            "delay",
            "tags",
            "content_classification_labels",
            "is_branded_content");

    private final InstantSource clock;
    private final Map<String, TwitchUser> users;
    private final TwitchAccounts accounts;
    private final EventSub events;
    private final Map<String, String> games = new LinkedHashMap<>();
    private int points = POINTS;
    private int refusing;

    Helix(InstantSource clock, Map<String, TwitchUser> users, TwitchAccounts accounts, EventSub events) {
        this.clock = clock;
        this.users = users;
        this.accounts = accounts;
        this.events = events;
        games.put("509658", "Just Chatting");
        games.put("26936", "Music");
        games.put("1469308723", "Software and Game Development");
    }

    void leave(int left) {
        points = left;
    }

    void refuse(int status) {
        refusing = status;
    }

    Response answer(Request request, String path) throws Refused {
        var grant = accounts.authenticate(request);
        if (refusing > 0) {
            throw Refused.of(refusing, "Trouble", "As the test wants it");
        }
        return work(request, path, grant)
                .with(Map.of(
                        "Ratelimit-Limit", Integer.toString(POINTS),
                        "Ratelimit-Remaining", Integer.toString(Math.max(0, points)),
                        "Ratelimit-Reset", Long.toString(clock.instant().getEpochSecond() + 30)));
    }

    private Response work(Request request, String path, Grant grant) throws Refused {
        var query = Form.ofQuery(request.query());
        if (points-- <= 0) {
            return Refused.of(429, "Too Many Requests", "").response();
        }
        return switch (request.method() + " " + path) {
            case "GET /users" -> theUsers(query, grant);
            case "GET /games" -> theGames(query);
            case "GET /search/categories" -> search(query);
            case "GET /channels" -> theChannel(query);
            case "PATCH /channels" -> modify(request, query, grant);
            case "GET /streams/key" -> theKey(query, grant);
            case "GET /streams" -> theStreams(query);
            case "GET /videos" -> theVideos(query);
            case "POST /eventsub/subscriptions" -> subscribe(request, query, grant);
            case "POST /chat/messages" -> say(request, query, grant);
            default -> Refused.of(404, "Not Found", "").response();
        };
    }

    private static Response list(JsonArrayBuilder data) {
        return Response.json(200, Json.createObjectBuilder().add("data", data).build());
    }

    private static Response page(JsonArrayBuilder data) {
        return Response.json(
                200,
                Json.createObjectBuilder()
                        .add("data", data)
                        .add("pagination", Json.createObjectBuilder())
                        .build());
    }

    private Response theUsers(Form query, Grant grant) throws Refused {
        query.only(Set.of("id", "login"));
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
        return list(data);
    }

    private Response theGames(Form query) throws Refused {
        query.only(Set.of("name", "id", "igdb_id"));
        if (query.isEmpty()) {
            throw Refused.bad("Missing required parameter \"id, name, or igdb_id\"");
        }
        var data = Json.createArrayBuilder();
        games.forEach((id, name) -> {
            if (name.equals(query.get("name")) || id.equals(query.get("id"))) {
                data.add(game(id, name).add("igdb_id", ""));
            }
        });
        return list(data);
    }

    private static JsonObjectBuilder game(String id, String name) {
        return Json.createObjectBuilder().add("id", id).add("name", name).add("box_art_url", "");
    }

    private Response search(Form query) throws Refused {
        query.only(Set.of("query", "first", "after"));
        var words = query.required("query").toLowerCase(Locale.ROOT);
        var data = Json.createArrayBuilder();
        games.forEach((id, name) -> {
            if (name.toLowerCase(Locale.ROOT).contains(words)) {
                data.add(game(id, name));
            }
        });
        return page(data);
    }

    private Response theChannel(Form query) throws Refused {
        query.only(Set.of("broadcaster_id"));
        var user = users.get(query.required("broadcaster_id"));
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
        return list(data);
    }

    private Response modify(Request request, Form query, Grant grant) throws Refused {
        query.only(Set.of("broadcaster_id"));
        grant.needs(MANAGE_SCOPE);
        grant.isOf("broadcaster_id", query.required("broadcaster_id"));
        var fields = json(request);
        for (var field : fields.keySet()) {
            if (!CHANNEL_FIELDS.contains(field)) {
                throw Refused.bad("The field " + field + " is not known");
            }
            if (!(fields.get(field) instanceof JsonString)
                    && !(field.equals("delay") && fields.get(field) instanceof JsonNumber)) {
                throw Refused.bad("The field " + field + " is of another type");
            }
        }
        if (fields.isEmpty()) {
            throw Refused.bad("At least one field is required");
        }
        if (fields.containsKey("title")
                && (fields.getString("title").isEmpty()
                        || fields.getString("title").length() > 140)) {
            throw Refused.bad("The title is empty or too long");
        }
        var game = fields.getString("game_id", "");
        if (!game.isEmpty() && !game.equals("0") && !games.containsKey(game)) {
            throw Refused.bad("Game ID is invalid");
        }
        var user = known(grant);
        user.title = fields.getString("title", user.title);
        user.game = fields.getString("game_id", user.game);
        return Response.empty(204);
    }

    private Response theKey(Form query, Grant grant) throws Refused {
        query.only(Set.of("broadcaster_id"));
        grant.needs(KEY_SCOPE);
        grant.isOf("broadcaster_id", query.required("broadcaster_id"));
        return list(
                Json.createArrayBuilder().add(Json.createObjectBuilder().add("stream_key", known(grant).streamKey)));
    }

    private Response theStreams(Form query) throws Refused {
        query.only(Set.of("user_id", "user_login", "game_id", "type", "language", "first", "before", "after"));
        var data = Json.createArrayBuilder();
        for (var user : users.values()) {
            var stream = user.stream;
            if (stream != null && user.id.equals(query.get("user_id", user.id))) {
                data.add(stream.json(user, games.getOrDefault(user.game, "")));
            }
        }
        return page(data);
    }

    private Response theVideos(Form query) throws Refused {
        query.only(
                Set.of("id", "user_id", "game_id", "language", "period", "sort", "type", "first", "after", "before"));
        if (!query.has("id") && !query.has("user_id") && !query.has("game_id")) {
            throw Refused.bad("One of id, user_id or game_id is required");
        }
        if (!Set.of("all", "archive", "highlight", "upload").contains(query.get("type", "all"))
                || !query.get("first", "20").matches("[1-9][0-9]?|100")) {
            throw Refused.bad("A parameter has a value that there is not");
        }
        var data = Json.createArrayBuilder();
        var user = users.get(query.get("user_id"));
        if (user != null) {
            user.videos.forEach(video -> data.add(video.json(user)));
        }
        return page(data);
    }

    private Response subscribe(Request request, Form query, Grant grant) throws Refused {
        query.only(Set.of());
        var body = json(request);
        grant.needs(READ_CHAT_SCOPE);
        return Response.json(202, events.subscribe(body, grant.user(), users.keySet()));
    }

    private Response say(Request request, Form query, Grant grant) throws Refused {
        query.only(Set.of());
        var body = json(request);
        grant.needs(WRITE_CHAT_SCOPE);
        for (var field : body.entrySet()) {
            if (!Set.of("broadcaster_id", "sender_id", "message", "reply_parent_message_id")
                            .contains(field.getKey())
                    || !(field.getValue() instanceof JsonString)) {
                throw Refused.bad("The field " + field.getKey() + " is not known, or of another type");
            }
        }
        var text = body.getString("message", "");
        if (text.isEmpty()) {
            throw Refused.bad("The parameter \"message\" is required");
        }
        grant.isOf("sender_id", body.getString("sender_id", ""));
        var channel = users.get(body.getString("broadcaster_id", ""));
        if (channel == null) {
            throw Refused.bad("The parameter \"broadcaster_id\" is required");
        }
        if (text.codePointCount(0, text.length()) > LONGEST_MESSAGE) {
            throw Refused.of(422, "Unprocessable Entity", "The message is too large");
        }
        return list(Json.createArrayBuilder().add(channel.chat.post(known(grant), text)));
    }

    private TwitchUser known(Grant grant) throws Refused {
        var user = users.get(grant.user());
        if (user == null) {
            throw Refused.of(401, "Unauthorized", "Invalid OAuth token");
        }
        return user;
    }

    private static JsonObject json(Request request) throws Refused {
        if (!request.isOf("application/json")) {
            throw Refused.bad("The body is not JSON");
        }
        try (var reader = Json.createReader(new StringReader(request.text()))) {
            return reader.readObject();
        } catch (JsonException | IllegalStateException e) {
            throw Refused.bad("Error reading body");
        }
    }
}
