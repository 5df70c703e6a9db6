package dev.livemeter.standin.facebook;

import dev.livemeter.standin.facebook.Person.Page;
import dev.livemeter.standin.http.LoopbackServer;
import dev.livemeter.standin.http.Permission;
import dev.livemeter.standin.http.Publishers;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
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

    private final Tokens tokens;
    private final LoopbackServer loopback;
    private final Publishers publishers;
    private final Map<String, Person> people = new LinkedHashMap<>();
    private final LiveVideos videos;
    private final GraphCalls calls;
    private final Map<String, Queue<Fault>> faults = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    private FacebookServer(InstantSource clock) {
        this.tokens = new Tokens(clock, APP_ID, APP_SECRET);
        this.videos = new LiveVideos(clock);
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
        this.calls = new GraphCalls(tokens, videos, root() + ROOT);
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
        videos.ingest(server);
    }

    /** Media arrive under that key. */
    public synchronized boolean receive(String key) {
        return videos.receive(key);
    }

    /** No more do. */
    public synchronized void lose(String key) {
        videos.lose(key);
    }

    public synchronized String key(String video) {
        return videos.known(video).key;
    }

    /** What Facebook measures of the stream, in bits a second. */
    public synchronized void health(String video, long videoBits, long audioBits) {
        videos.known(video).videoBits = videoBits;
        videos.known(video).audioBits = audioBits;
    }

    public synchronized void viewers(String video, long viewers) {
        videos.known(video).viewers = viewers;
    }

    /** Facebook notes an error of the stream. */
    public synchronized void error(String video, int code, String type) {
        videos.error(video, code, type);
    }

    /** What is read back as the status. */
    public synchronized void status(String video, String word) {
        videos.known(video).status = word;
    }

    /** The recording is ready. */
    public synchronized void recorded(String video) {
        videos.known(video).status = "VOD";
    }

    /** Somebody deletes it by other means. */
    public synchronized void forget(String video) {
        videos.forget(video);
    }

    /** The page or person may not go live: too young, or too few followers. */
    public synchronized void refuseLive(String owner) {
        videos.refuse(owner);
    }

    /** Whether the live videos of a page can be listed. */
    public synchronized void lists(boolean yes) {
        videos.lists(yes);
    }

    /** Somebody writes something. */
    public synchronized void says(String video, String comment, String author, String name, String text) {
        videos.says(video, comment, author, name, text);
    }

    /** A comment is deleted. */
    public synchronized void remove(String video, String comment) {
        videos.known(video).comments.removeIf(one -> one.id.equals(comment));
    }

    /** All that somebody wrote is deleted, as where the page bans them. */
    public synchronized void removeAll(String video, String author) {
        videos.known(video).comments.removeIf(one -> one.author.equals(author));
    }

    /** The page hides a comment. */
    public synchronized void hide(String video, String comment) {
        videos.known(video).comments.stream()
                .filter(one -> one.id.equals(comment))
                .forEach(one -> one.hidden = true);
    }

    /** What somebody wrote, in order. */
    public synchronized List<String> saidBy(String video, String author) {
        return videos.known(video).comments.stream()
                .filter(one -> one.author.equals(author))
                .map(one -> one.text)
                .toList();
    }

    /** All live videos, in the order in which they were made. */
    public synchronized List<String> videos() {
        return videos.ids();
    }

    /** The title of one. */
    public synchronized String title(String video) {
        return videos.known(video).title;
    }

    public synchronized String description(String video) {
        return videos.known(video).description;
    }

    /** What only the page's managers see. */
    public synchronized List<String> labels(String video) {
        return videos.known(video).labels;
    }

    /** Who may see it, as it was made; empty where nothing was said. */
    public synchronized String privacy(String video) {
        return videos.known(video).privacy;
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
        var operation = GraphCalls.operation(request.method(), path);
        asked.add(operation);
        var fault = faults.getOrDefault(operation, new ArrayDeque<>()).poll();
        if (fault != null && fault.instead() != null) {
            return new Answer(fault.apply(Response.empty(200)), fault.delay());
        }
        Response done;
        try {
            done = Response.json(
                    200, calls.run(operation, path, parameters, request.bearer().orElse("")));
        } catch (GraphError refused) {
            done = refused.reply();
        }
        return fault == null ? Answer.now(done) : new Answer(fault.apply(done), fault.delay());
    }
}
