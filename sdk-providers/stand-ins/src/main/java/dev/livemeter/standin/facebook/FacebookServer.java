package dev.livemeter.standin.facebook;

import dev.livemeter.standin.facebook.LiveVideo.Comment;
import dev.livemeter.standin.facebook.Person.Page;
import dev.livemeter.standin.facebook.Tokens.Token;
import dev.livemeter.standin.http.LoopbackServer;
import dev.livemeter.standin.http.Permission;
import dev.livemeter.standin.http.Publishers;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Facebook Login and the Graph API's live videos on loopback: refuses what their contract does not have, and plays what they document. Thread-safe.
 *
 * <p>People sign in at the dialog as whom they please, and choose their pages; {@link #allow} does so for them. Media come by {@link #receive}, or by the callbacks of nginx-rtmp:
 * {@code on_publish} and {@code on_publish_done} to {@link #callbacks()}.
 */
public final class FacebookServer implements AutoCloseable {

    public static final String APP_ID = "471100471100471";
    public static final String APP_SECRET = "app-secret-of-the-stand-in-00000";

    /** The version of the Graph API that it plays. */
    public static final String VERSION = "v24.0";

    private static final String ROOT = "/" + VERSION;
    private static final String DIALOG = ROOT + "/dialog/oauth";

    /** Of the Graph API's own client. */
    private static final Set<String> CREATE = Set.of(
            "content_tags",
            "crossposting_actions",
            "custom_labels",
            "description",
            "enable_backup_ingest",
            "encoding_settings",
            "event_params",
            "fisheye_video_cropped",
            "front_z_rotation",
            "game_show",
            "is_audio_only",
            "is_spherical",
            "original_fov",
            "privacy",
            "projection",
            "published",
            "schedule_custom_profile_image",
            "spatial_audio_format",
            "status",
            "stereoscopic_mode",
            "stop_on_delete_stream",
            "stream_type",
            "targeting",
            "title");

    private static final Set<String> OF_PAGES =
            Set.of("crossposting_actions", "custom_labels", "game_show", "targeting");
    private static final Set<String> UPDATE = Set.of("end_live_video", "status", "title", "description", "privacy");
    private static final Set<String> STATUSES =
            Set.of("UNPUBLISHED", "LIVE_NOW", "SCHEDULED_UNPUBLISHED", "SCHEDULED_LIVE", "SCHEDULED_CANCELED");
    private static final Set<String> COMMON = Set.of("access_token", "appsecret_proof", "fields");

    private final InstantSource clock;
    private final Tokens tokens;
    private final LoopbackServer loopback;
    private final Publishers publishers;
    private final Map<String, Person> people = new LinkedHashMap<>();
    private final Map<String, LiveVideo> videos = new LinkedHashMap<>();
    private final Set<String> ineligible = new HashSet<>();
    private final Map<String, Queue<Fault>> faults = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private URI ingest = URI.create("rtmps://live-api-s.facebook.invalid:443/rtmp/");
    private boolean lists = true;
    private long number = 4_000_000;

    private FacebookServer(InstantSource clock) {
        this.clock = clock;
        this.tokens = new Tokens(clock, APP_ID, APP_SECRET);
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
        this.loopback = new LoopbackServer("facebook-server", this::answer);
    }

    /** Starts one on a free port. */
    public static FacebookServer start(InstantSource clock) {
        return new FacebookServer(clock);
    }

    /** Where both the dialog and the Graph API are, without a version. */
    public URI root() {
        return URI.create(loopback.root().toString().replaceFirst("/$", ""));
    }

    /** Where nginx-rtmp tells of publishers. */
    public URI callbacks() {
        return URI.create(root() + "/ingest");
    }

    /** Somebody with a Facebook account. */
    public synchronized Person person(String id, String name) {
        var person = new Person(id, name);
        people.put(id, person);
        return person;
    }

    /** Allows an address to be come back to. */
    public synchronized void redirect(URI address) {
        tokens.redirect(address.toString());
    }

    /** What a person's browser is sent back to after they said yes in that dialog, to those of the permissions, all where none are given, and for those pages. */
    public synchronized URI allow(URI dialog, Person person, Set<String> permissions, Page... pages) {
        var query = single(dialog.getRawQuery());
        return back(query, "code", tokens.allow(query, person, permissions, new LinkedHashSet<>(List.of(pages))));
    }

    /** What it is sent back to after they said no. */
    public synchronized URI deny(URI dialog) {
        return denied(single(dialog.getRawQuery()));
    }

    private static URI denied(Map<String, String> query) {
        return URI.create(back(query, "error", "access_denied")
                + "&error_reason=user_denied&error_description=Permissions+error");
    }

    private static URI back(Map<String, String> query, String name, String value) {
        return URI.create(query.get("redirect_uri") + "?" + name + "=" + value + "&state="
                + URLEncoder.encode(query.getOrDefault("state", ""), StandardCharsets.UTF_8));
    }

    /** One token ends before its time; what it was had with does not. */
    public synchronized void end(String token) {
        tokens.end(token);
    }

    /** The person removes the application: all that they allowed ends. */
    public synchronized void withdraw(Person person) {
        tokens.withdraw(person, 458);
    }

    /** The person changes their password: all tokens end. */
    public synchronized void changePassword(Person person) {
        tokens.withdraw(person, 460);
    }

    /** Whether a token stands. */
    public synchronized boolean takes(String token) {
        return tokens.takes(token);
    }

    /** Where media go; ends with a slash. */
    public synchronized void ingest(URI server) {
        ingest = server;
    }

    /** Media arrive under that key. */
    public synchronized boolean receive(String key) {
        var found = byKey(key);
        if (found == null || found.isOver()) {
            return false;
        }
        found.receive(clock.instant());
        return true;
    }

    /** No more do. */
    public synchronized void lose(String key) {
        var found = byKey(key);
        if (found != null) {
            found.lose();
        }
    }

    private @Nullable LiveVideo byKey(String key) {
        var name = key.replaceFirst("\\?.*", "");
        return videos.values().stream()
                .filter(video -> video.key.replaceFirst("\\?.*", "").equals(name))
                .findFirst()
                .orElse(null);
    }

    public synchronized String key(String video) {
        return known(video).key;
    }

    /** What Facebook measures of the stream, in bits a second. */
    public synchronized void health(String video, long videoBits, long audioBits) {
        known(video).videoBits = videoBits;
        known(video).audioBits = audioBits;
    }

    public synchronized void viewers(String video, long viewers) {
        known(video).viewers = viewers;
    }

    /** Facebook notes an error of the stream. */
    public synchronized void error(String video, int code, String type) {
        known(video)
                .errors
                .add(Json.createObjectBuilder()
                        .add("id", String.valueOf(++number))
                        .add("error_code", code)
                        .add("error_type", type)
                        .add("error_message", "Words of the platform's own.")
                        .build());
    }

    /** What is read back as the status. */
    public synchronized void status(String video, String word) {
        known(video).status = word;
    }

    /** The recording is ready. */
    public synchronized void recorded(String video) {
        known(video).status = "VOD";
    }

    /** Somebody deletes it by other means. */
    public synchronized void forget(String video) {
        videos.remove(video);
    }

    /** The page or person may not go live: too young, or too few followers. */
    public synchronized void refuseLive(String owner) {
        ineligible.add(owner);
    }

    /** Whether the live videos of a page can be listed. */
    public synchronized void lists(boolean yes) {
        lists = yes;
    }

    /** Somebody writes something. */
    public synchronized void says(String video, String comment, String author, String name, String text) {
        known(video).comments.add(new Comment(comment, author, name, text, clock.instant()));
    }

    /** A comment is deleted. */
    public synchronized void remove(String video, String comment) {
        known(video).comments.removeIf(one -> one.id.equals(comment));
    }

    /** All that somebody wrote is deleted, as where the page bans them. */
    public synchronized void removeAll(String video, String author) {
        known(video).comments.removeIf(one -> one.author.equals(author));
    }

    /** The page hides a comment. */
    public synchronized void hide(String video, String comment) {
        known(video).comments.stream().filter(one -> one.id.equals(comment)).forEach(one -> one.hidden = true);
    }

    /** What somebody wrote, in order. */
    public synchronized List<String> saidBy(String video, String author) {
        return known(video).comments.stream()
                .filter(one -> one.author.equals(author))
                .map(one -> one.text)
                .toList();
    }

    /** All live videos, in the order in which they were made. */
    public synchronized List<String> videos() {
        return List.copyOf(videos.keySet());
    }

    /** The title of one. */
    public synchronized String title(String video) {
        return known(video).title;
    }

    public synchronized String description(String video) {
        return known(video).description;
    }

    /** What only the page's managers see. */
    public synchronized List<String> labels(String video) {
        return known(video).labels;
    }

    /** Who may see it, as it was made; empty where nothing was said. */
    public synchronized String privacy(String video) {
        return known(video).privacy;
    }

    /** What goes wrong with the next request of that name, such as {@code live_videos.create}; several come one after the other. */
    public synchronized void next(String operation, Fault fault) {
        faults.computeIfAbsent(operation, any -> new ArrayDeque<>()).add(fault);
    }

    /** The requests that came, by name, in order. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    public synchronized void forgetAsked() {
        asked.clear();
    }

    @Override
    public void close() {
        loopback.close();
    }

    private LiveVideo known(String id) {
        var video = videos.get(id);
        if (video == null) {
            throw GraphError.gone(id);
        }
        return video;
    }

    private Response answer(Request request) throws InterruptedException {
        var answer = answered(request);
        if (!answer.delay().isZero()) {
            TimeUnit.NANOSECONDS.sleep(answer.delay().toNanos());
        }
        return answer.response();
    }

    private record Answer(Response response, Duration delay) {

        static Answer now(Response response) {
            return new Answer(response, Duration.ZERO);
        }
    }

    private synchronized Answer answered(Request request) {
        try {
            return switch (request.line()) {
                case "GET " + DIALOG -> Answer.now(dialog(request.query()));
                case "POST " + DIALOG -> Answer.now(chosen(request.form()));
                case "POST /ingest" -> Answer.now(publishers.told(request));
                default -> graph(request);
            };
        } catch (GraphError refused) {
            return Answer.now(refused.reply());
        }
    }

    private Permission permission() {
        var choices = new LinkedHashMap<String, String>();
        for (var person : people.values()) {
            choices.put(person.id(), person.name() + ", and all pages");
            person.pages()
                    .forEach(page -> choices.put(
                            person.id() + " " + page.id(), person.name() + ", and the page " + page.name()));
        }
        return new Permission("Facebook", APP_ID, choices);
    }

    private Response dialog(String query) {
        var asked = single(query);
        var objection = tokens.objectionTo(asked);
        return objection.isEmpty()
                ? permission().page(DIALOG, query, asked.getOrDefault("scope", ""))
                : permission().wrong(400, objection);
    }

    private Response chosen(Map<String, String> form) {
        var query = single(form.getOrDefault("request", ""));
        var objection = tokens.objectionTo(query);
        if (!objection.isEmpty()) {
            return permission().wrong(400, objection);
        }
        var choice = Permission.account(form);
        if (choice == null) {
            return Response.seeOther(denied(query));
        }
        var halves = choice.split(" ", 2);
        var person = people.get(halves[0]);
        if (person == null) {
            return permission().wrong(400, "There is no such person.");
        }
        var pages = new LinkedHashSet<>(person.pages());
        pages.removeIf(page -> halves.length == 2 && !page.id().equals(halves[1]));
        return Response.seeOther(back(query, "code", tokens.allow(query, person, Set.of(), pages)));
    }

    private static Map<String, String> single(@Nullable String query) {
        var single = new LinkedHashMap<String, String>();
        Request.pairs(query).forEach((name, values) -> single.put(name, values.get(0)));
        return single;
    }

    private Answer graph(Request request) {
        if (!request.path().startsWith(ROOT + "/")) {
            throw new GraphError(
                    400, 2635, 0, "(#2635) You are calling a version of the Graph API that is not " + VERSION + ".");
        }
        if (request.bytes().length > 0 && !Parts.isForm(request)) {
            throw GraphError.parameter("The body is no form.");
        }
        // Meta's own client ends the address of a node with a slash.
        var path = request.path().substring(ROOT.length() + 1).replaceFirst("/$", "");
        var parameters = request.parameters();
        parameters.putAll(Parts.of(request));
        var operation = operation(request.method(), path);
        asked.add(operation);
        var fault = faults.getOrDefault(operation, new ArrayDeque<>()).poll();
        if (fault != null && fault.instead() != null) {
            return new Answer(fault.apply(Response.empty(200)), fault.delay());
        }
        Response done;
        try {
            done = Response.json(
                    200, run(operation, path, parameters, request.bearer().orElse("")));
        } catch (GraphError refused) {
            done = refused.reply();
        }
        return fault == null ? Answer.now(done) : new Answer(fault.apply(done), fault.delay());
    }

    private static String operation(String method, String path) {
        var parts = path.split("/", -1);
        var shape = method + " "
                + (parts[0].matches("[0-9]+") ? "ID" : parts[0])
                + (parts.length == 2 ? "/" + parts[1] : parts.length > 2 ? "/?" : "");
        return switch (shape) {
            case "GET oauth/access_token", "POST oauth/access_token" -> "oauth";
            case "GET debug_token" -> "debug_token";
            case "GET me" -> "me";
            case "GET me/accounts" -> "me.accounts";
            case "DELETE me/permissions" -> "me.permissions.delete";
            case "GET ID/live_videos" -> "live_videos.list";
            case "POST ID/live_videos" -> "live_videos.create";
            case "GET ID/comments" -> "comments.list";
            case "POST ID/comments" -> "comments.create";
            case "GET ID" -> "node";
            case "POST ID" -> "node.update";
            case "DELETE ID" -> "node.delete";
            default ->
                throw new GraphError(
                        404, 2500, 0, "(#2500) Unknown path components: /" + path + " for " + method + ".");
        };
    }

    private JsonObject run(String operation, String path, Map<String, String> parameters, String bearer) {
        if (operation.equals("oauth")) {
            return tokens.token(parameters);
        }
        var text = bearer.isEmpty() ? parameters.getOrDefault("access_token", "") : bearer;
        var id = path.replaceFirst("/.*", "");
        if (operation.equals("debug_token")) {
            allowed(parameters, Set.of("input_token"));
            if (!tokens.isApplication(text)) {
                throw GraphError.parameter("You must provide an app access token to inspect a token.");
            }
            return Json.createObjectBuilder()
                    .add("data", tokens.inspect(parameters.getOrDefault("input_token", "")))
                    .build();
        }
        if (text.isEmpty()) {
            throw new GraphError(400, 104, 0, "An access token is required to request this resource.");
        }
        var token = tokens.require(text);
        var proof = parameters.get("appsecret_proof");
        if (proof == null) {
            throw new GraphError(400, 100, 0, "API calls from the server require an appsecret_proof argument");
        }
        if (!proof.equals(tokens.proof(text))) {
            throw new GraphError(400, 100, 0, "Invalid appsecret_proof provided in the API argument");
        }
        return switch (operation) {
            case "me" -> {
                allowed(parameters, Set.of());
                yield fields("user", parameters, "id,name").of(person(token));
            }
            case "me.accounts" -> accounts(token, parameters);
            case "me.permissions.delete" -> {
                allowed(parameters, Set.of("permission"));
                if (token.page() != null) {
                    throw GraphError.gone("permissions");
                }
                tokens.withdraw(token.person(), 458);
                yield Json.createObjectBuilder().add("success", true).build();
            }
            case "live_videos.list" -> list(token, id, parameters);
            case "live_videos.create" -> create(token, id, parameters);
            case "comments.list" -> comments(token, id, parameters);
            case "comments.create" -> comment(token, id, parameters);
            case "node" -> node(token, id, parameters);
            case "node.update" -> update(token, id, parameters);
            case "node.delete" -> {
                allowed(parameters, Set.of());
                requireCreates(token, readable(token, id).owner);
                videos.remove(id);
                yield Json.createObjectBuilder().add("success", true).build();
            }
            default -> throw new IllegalStateException(operation);
        };
    }

    private static void allowed(Map<String, String> parameters, Set<String> names) {
        for (var name : parameters.keySet()) {
            if (!names.contains(name) && !COMMON.contains(name)) {
                throw GraphError.parameter("The parameter " + name + " does not exist here.");
            }
        }
    }

    private static Fields fields(String kind, Map<String, String> parameters, String usual) {
        return Fields.read(kind, parameters.getOrDefault("fields", ""), usual);
    }

    private static JsonObject person(Token token) {
        var page = token.page();
        return Json.createObjectBuilder()
                .add("id", token.owner())
                .add("name", page == null ? token.person().name() : page.name())
                .build();
    }

    private static void require(Token token, String... permissions) {
        for (var permission : permissions) {
            if (!token.permissions().contains(permission)) {
                throw GraphError.permission("Requires the permission " + permission + ".");
            }
        }
    }

    private JsonObject accounts(Token token, Map<String, String> parameters) {
        allowed(parameters, Set.of("limit", "after"));
        require(token, "pages_show_list");
        var limit = Integer.parseInt(parameters.getOrDefault("limit", "25"));
        var pages = List.copyOf(token.pages());
        var from = Integer.parseInt(parameters.getOrDefault("after", "0"));
        var wanted = fields("page", parameters, "id,name,access_token,tasks,category");
        var data = Json.createArrayBuilder();
        var to = Math.min(pages.size(), from + limit);
        pages.subList(from, to).forEach(page -> data.add(wanted.of(page(token, page))));
        var paging = Json.createObjectBuilder()
                .add("cursors", Json.createObjectBuilder().add("before", "0").add("after", String.valueOf(to)));
        if (to < pages.size()) {
            paging.add("next", root() + ROOT + "/me/accounts?after=" + to);
        }
        return Json.createObjectBuilder()
                .add("data", data)
                .add("paging", paging)
                .build();
    }

    private JsonObject page(Token token, Page page) {
        return Json.createObjectBuilder()
                .add("id", page.id())
                .add("name", page.name())
                .add("category", "Musician")
                .add("tasks", Json.createArrayBuilder(List.copyOf(page.tasks())))
                .add("access_token", tokens.ofPage(token, page))
                .build();
    }

    /** Who goes live on a page does so with the page's own token, and on a profile with the person's. */
    private void requireCreates(Token token, String owner) {
        if (!token.owner().equals(owner)) {
            throw GraphError.gone(owner);
        }
        var page = token.page();
        if (page == null) {
            require(token, "publish_video");
            return;
        }
        require(token, "pages_read_engagement", "pages_manage_posts");
        if (!page.tasks().contains("CREATE_CONTENT")) {
            throw GraphError.permission("The person may not create content on the page.");
        }
    }

    private JsonObject list(Token token, String owner, Map<String, String> parameters) {
        allowed(parameters, Set.of("broadcast_status", "source", "limit", "after"));
        if (!lists) {
            throw new GraphError(400, 100, 0, "(#100) Tried accessing nonexisting field (live_videos)");
        }
        requireCreates(token, owner);
        var wanted = fields("live video", parameters, "id,title,status,secure_stream_url,stream_url");
        var data = Json.createArrayBuilder();
        var newest = new ArrayList<>(videos.values());
        Collections.reverse(newest);
        newest.stream()
                .filter(video -> video.owner.equals(owner))
                .limit(Integer.parseInt(parameters.getOrDefault("limit", "25")))
                .forEach(video -> data.add(wanted.of(video.json(ingest.toString()))));
        return Json.createObjectBuilder().add("data", data).build();
    }

    private JsonObject create(Token token, String owner, Map<String, String> parameters) {
        allowed(parameters, CREATE);
        requireCreates(token, owner);
        if (token.page() == null) {
            OF_PAGES.stream().filter(parameters::containsKey).findFirst().ifPresent(name -> {
                throw GraphError.parameter("The parameter " + name + " is for pages.");
            });
        }
        if (ineligible.contains(owner)) {
            throw GraphError.permission("The account or page does not meet the requirements to go live.");
        }
        if (!STATUSES.contains(parameters.getOrDefault("status", "LIVE_NOW"))) {
            throw GraphError.parameter("Param status must be one of {" + String.join(", ", STATUSES) + "}");
        }
        if (parameters.getOrDefault("title", "").codePoints().count() > 254) {
            throw GraphError.parameter("Param title must be at most 254 characters.");
        }
        if (!Set.of("true", "false").contains(parameters.getOrDefault("stop_on_delete_stream", "true"))) {
            throw GraphError.parameter("Param stop_on_delete_stream must be a boolean.");
        }
        var id = String.valueOf(++number);
        var key = "FB-" + id + "-0-Ab" + number * 7919 % 1_000_003
                + "?s_bl=1&s_oil=2&s_prp=cln1-1&s_sw=0&s_tids=1&s_vt=api-s&a=Abw" + number;
        var video = new LiveVideo(id, owner, person(token).getString("name"), key, parameters, clock.instant());
        video.labels = labelsOf(parameters.getOrDefault("custom_labels", "[]"));
        video.privacy = privacyOf(parameters.getOrDefault("privacy", ""));
        videos.put(id, video);
        return Json.createObjectBuilder()
                .add("id", id)
                .add("stream_url", ingest + key)
                .add("secure_stream_url", ingest + key)
                .add("stream_secondary_urls", Json.createArrayBuilder())
                .add("secure_stream_secondary_urls", Json.createArrayBuilder())
                .build();
    }

    private static List<String> labelsOf(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readArray().getValuesAs(JsonString.class).stream()
                    .map(JsonString::getString)
                    .toList();
        } catch (JsonException | ClassCastException e) {
            throw GraphError.parameter("Param custom_labels must be an array.");
        }
    }

    private static String privacyOf(String text) {
        if (text.isEmpty()) {
            return "";
        }
        try (var reader = Json.createReader(new StringReader(text))) {
            var value = reader.readObject().getString("value", "");
            if (Set.of("EVERYONE", "ALL_FRIENDS", "FRIENDS_OF_FRIENDS", "CUSTOM", "SELF")
                    .contains(value)) {
                return value;
            }
        } catch (JsonException e) {
            // refused below
        }
        throw GraphError.parameter("Param privacy is not one that there is.");
    }

    /** A live video that the token may see: its own, and as a person those of one's pages not. */
    private LiveVideo readable(Token token, String id) {
        var video = videos.get(id);
        if (video == null || !video.owner.equals(token.owner())) {
            throw GraphError.gone(id);
        }
        return video;
    }

    private JsonObject node(Token token, String id, Map<String, String> parameters) {
        allowed(parameters, Set.of("target_token"));
        var page = token.pages().stream().filter(one -> one.id().equals(id)).findFirst();
        if (page.isPresent()) {
            require(token, "pages_show_list");
            return fields("page", parameters, "id,name").of(page(token, page.get()));
        }
        return fields("live video", parameters, "id,title,status,secure_stream_url,stream_url,embed_html")
                .of(readable(token, id).json(ingest.toString()));
    }

    private JsonObject update(Token token, String id, Map<String, String> parameters) {
        allowed(parameters, UPDATE);
        var video = readable(token, id);
        requireCreates(token, video.owner);
        video.title = parameters.getOrDefault("title", video.title);
        video.description = parameters.getOrDefault("description", video.description);
        if ("true".equals(parameters.get("end_live_video")) && !video.isOver()) {
            video.end();
        }
        return Json.createObjectBuilder().add("id", id).build();
    }

    private JsonObject comments(Token token, String id, Map<String, String> parameters) {
        allowed(parameters, Set.of("filter", "live_filter", "order", "since", "limit", "after"));
        var video = readable(token, id);
        if (token.page() != null) {
            require(token, "pages_read_engagement", "pages_read_user_content");
        }
        oneOf(parameters, "filter", Set.of("stream", "toplevel"));
        oneOf(parameters, "live_filter", Set.of("filter_low_quality", "no_filter"));
        oneOf(parameters, "order", Set.of("chronological", "reverse_chronological"));
        var wanted = fields("comment", parameters, "id,created_time,from,message");
        var all = new ArrayList<>(video.comments);
        if ("reverse_chronological".equals(parameters.get("order"))) {
            Collections.reverse(all);
        }
        var data = Json.createArrayBuilder();
        all.stream()
                .limit(Integer.parseInt(parameters.getOrDefault("limit", "25")))
                .forEach(comment -> data.add(wanted.of(comment.json())));
        return Json.createObjectBuilder().add("data", data).build();
    }

    private static void oneOf(Map<String, String> parameters, String name, Set<String> words) {
        if (parameters.containsKey(name) && !words.contains(parameters.get(name))) {
            throw GraphError.parameter("Param " + name + " must be one of {" + String.join(", ", words) + "}");
        }
    }

    private JsonObject comment(Token token, String id, Map<String, String> parameters) {
        allowed(parameters, Set.of("message"));
        var video = readable(token, id);
        if (token.page() != null) {
            require(token, "pages_manage_engagement");
        }
        var message = parameters.getOrDefault("message", "");
        if (message.isEmpty() || message.codePointCount(0, message.length()) > 8000) {
            throw GraphError.parameter("Param message must be 1 to 8000 characters.");
        }
        var comment = id + "_" + ++number;
        video.comments.add(
                new Comment(comment, token.owner(), person(token).getString("name"), message, clock.instant()));
        return Json.createObjectBuilder().add("id", comment).build();
    }
}
