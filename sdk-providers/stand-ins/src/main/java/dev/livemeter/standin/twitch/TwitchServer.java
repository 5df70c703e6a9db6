package dev.livemeter.standin.twitch;

import dev.livemeter.standin.http.LoopbackServer;
import dev.livemeter.standin.http.Publishers;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A strict stand-in for Twitch's authorization server, Helix, EventSub, chat and list of ingest servers, after Twitch's public reference and the rules of its own mock API (twitch-cli).
 * It refuses what Twitch refuses, and besides whatever it does not know: parameters, fields, paths. Thread-safe.
 *
 * <p>People allow applications at the {@linkplain #page() page}; {@link #allow} does so for them. They watch, talk and are counted at {@link #watch}; {@link #chat} and
 * {@link #viewers} do so for them. Media come by {@link #receive}, or by the callbacks of nginx-rtmp: {@code on_publish} and {@code on_publish_done} to {@link #callbacks()}, as
 * {@link TwitchStandIn} has them.
 */
public final class TwitchServer implements AutoCloseable {

    /** The one application that it knows. */
    public static final String CLIENT_ID = "lm0client0of0thirty0characters";

    /** The secret of that application. */
    public static final String CLIENT_SECRET = "lm0secret0of0thirty0characters";

    private static final String HELIX = "/helix";
    private static final String OAUTH = "/oauth2/";

    private final InstantSource clock;
    private final Map<String, TwitchUser> users = new LinkedHashMap<>();
    private final TwitchAccounts accounts;
    private final EventSub events;
    private final Helix helix;
    private final TwitchPages pages;
    private final Publishers publishers;
    private final Deque<Trouble> troubles = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final List<JsonObject> ingests = new ArrayList<>();
    private final LoopbackServer server;
    private int serial;

    private TwitchServer(InstantSource clock) {
        this.clock = clock;
        accounts = new TwitchAccounts(clock, CLIENT_ID, CLIENT_SECRET);
        events = new EventSub(clock);
        helix = new Helix(clock, users, accounts, events);
        pages = new TwitchPages(CLIENT_ID, users, accounts);
        publishers = new Publishers(new Publishers.Stage() {
            @Override
            public boolean begins(String key, Map<String, String> arguments) {
                return begin(key, "true".equals(arguments.get("bandwidthtest")));
            }

            @Override
            public void ends(String key) {
                lose(key);
            }
        });
        server = new LoopbackServer("twitch-stand-in", this::answer);
    }

    /** Starts one that knows the categories Just Chatting, Music, and Software and Game Development. */
    public static TwitchServer start() {
        return start(InstantSource.system());
    }

    /** The same, with another clock. */
    public static TwitchServer start(InstantSource clock) {
        return new TwitchServer(clock);
    }

    private record Trouble(String path, int status, long delayMillis) {}

    private Response answer(Request request) throws InterruptedException {
        var trouble = noted(request);
        if (trouble.isPresent()) {
            TimeUnit.MILLISECONDS.sleep(trouble.get().delayMillis());
            if (trouble.get().status() > 0) {
                return Refused.of(trouble.get().status(), "Trouble", "As the test wants it")
                        .response();
            }
        }
        synchronized (this) {
            try {
                var path = request.path();
                if (path.startsWith(HELIX + "/")) {
                    return helix.answer(request, path.substring(HELIX.length()));
                }
                return path.startsWith(OAUTH) && !path.equals(TwitchPages.AUTHORIZE) ? oauth(request) : other(request);
            } catch (Refused refused) {
                return refused.response();
            }
        }
    }

    private synchronized Optional<Trouble> noted(Request request) {
        requests.add(request.line());
        var next = troubles.peek();
        return next != null && request.path().endsWith(next.path())
                ? Optional.ofNullable(troubles.poll())
                : Optional.empty();
    }

    private Response oauth(Request request) throws Refused {
        return switch (request.line()) {
            case "GET /oauth2/validate" -> accounts.validate(request, users);
            case "POST /oauth2/token" -> accounts.token(Form.ofBody(request));
            case "POST /oauth2/device" ->
                accounts.device(Form.ofBody(request), server.root().resolve("activate"));
            case "POST /oauth2/revoke" -> accounts.revoke(Form.ofBody(request));
            default -> Refused.of(404, "Not Found", "").response();
        };
    }

    private Response other(Request request) {
        return switch (request.line()) {
            case "GET /ingests" -> {
                var list = Json.createArrayBuilder();
                ingests.forEach(list::add);
                yield Response.json(
                        200, Json.createObjectBuilder().add("ingests", list).build());
            }
            case "POST /ingest" -> publishers.told(request);
            default -> pages.answer(request);
        };
    }

    /** Somebody who has a channel. */
    public synchronized void user(String id, String login, String name) {
        users.put(id, new TwitchUser(id, login, name, new ChatRoom(id, login, name, events)));
    }

    /** Everything but EventSub below one address. */
    public URI root() {
        return server.root();
    }

    /** Where its authorization server is, without {@code /oauth2}. */
    public URI identity() {
        return at("");
    }

    /** Where Helix is. */
    public URI api() {
        return at(HELIX);
    }

    /** Where the list of ingest servers is. */
    public URI ingests() {
        return at("/ingests");
    }

    /** Where applications hear what happens, by WebSocket. */
    public URI eventSub() {
        return events.address();
    }

    /** Where people allow applications. */
    public URI page() {
        return at(TwitchPages.AUTHORIZE);
    }

    /** Where nginx-rtmp tells of publishers. */
    public URI callbacks() {
        return at("/ingest");
    }

    /** The page where people watch somebody's channel. */
    public synchronized URI watch(String user) {
        return at("/" + known(user).login);
    }

    private URI at(String path) {
        var root = server.root().toString();
        return URI.create(root.substring(0, root.length() - 1) + path);
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

    /** Allows an address to be come back to from the page. */
    public synchronized void redirect(URI address) {
        accounts.redirect(address);
    }

    /**
     * What a person's browser is sent back to after they said yes on that page.
     *
     * @throws IllegalArgumentException with what is wrong with the page
     */
    public synchronized URI allow(URI page, String user) {
        try {
            return pages.allowed(Form.ofQuery(String.valueOf(page.getRawQuery())), user);
        } catch (Refused refused) {
            throw new IllegalArgumentException(refused.sentence(), refused);
        }
    }

    /** What a person's browser is sent back to after they said no on that page. */
    public synchronized URI deny(URI page) {
        try {
            return pages.denied(Form.ofQuery(String.valueOf(page.getRawQuery())));
        } catch (Refused refused) {
            throw new IllegalArgumentException(refused.sentence(), refused);
        }
    }

    /** The code that comes back to a redirect address when a person allows an application, without the page. */
    public synchronized String code(String user, URI redirect, Set<String> scopes) {
        return accounts.code(user, redirect.toString(), scopes);
    }

    /** A person enters a device's code; null for one who says no. */
    public synchronized void enter(String userCode, @Nullable String user) {
        accounts.enter(userCode, user);
    }

    /** An access token, as if somebody had gone through a flow before. */
    public synchronized String token(String user, Set<String> scopes) {
        return accounts.accessToken(user, scopes);
    }

    /** A refresh token, likewise. */
    public synchronized String refreshToken(String user, Set<String> scopes) {
        return accounts.refreshToken(user, scopes);
    }

    /** All access tokens of a person end, as they do after some hours. */
    public synchronized void expireAccess(String user) {
        accounts.expireAccess(user);
    }

    /** A person disconnects the application. */
    public synchronized void disconnect(String user) {
        accounts.disconnect(user);
    }

    /** Whether it still knows a token. */
    public synchronized boolean knows(String token) {
        return accounts.knows(token);
    }

    /** A person's stream is shown, and kept as a video if they keep videos. */
    public synchronized void goLive(String user, Instant since, int viewers, boolean keepsVideos) {
        var who = known(user);
        var stream = new TwitchUser.Stream("4" + ++serial, since);
        who.stream = stream;
        who.viewers = viewers;
        if (keepsVideos) {
            var video = "2" + ++serial;
            who.videos.add(
                    0,
                    new TwitchUser.Video(
                            video,
                            stream.id(),
                            who.title,
                            since,
                            at("/videos/" + video).toString()));
        }
    }

    /** A person's stream is shown no more. */
    public synchronized void goOffline(String user) {
        known(user).stream = null;
    }

    /** Whether the streams of a person that come by {@link #receive} are kept as videos; they are at first. */
    public synchronized void keepsVideos(String user, boolean keeps) {
        known(user).keepsVideos = keeps;
    }

    /** Media arrive under that key: its owner is live. Gives whether the key is known. */
    public synchronized boolean receive(String key) {
        return begin(key, false);
    }

    private boolean begin(String key, boolean isTest) {
        for (var user : users.values()) {
            if (user.streamKey.equals(key)) {
                if (!isTest && user.stream == null) {
                    user.publishing = key;
                    goLive(user.id, clock.instant(), user.viewers, user.keepsVideos);
                }
                return true;
            }
        }
        return false;
    }

    /** No more do: its owner is offline, even if they have another key meanwhile. */
    public synchronized void lose(String key) {
        users.values().stream()
                .filter(user -> user.streamKey.equals(key) || user.publishing.equals(key))
                .forEach(user -> user.stream = null);
    }

    /** How many watch a person. */
    public synchronized void viewers(String user, int viewers) {
        known(user).viewers = viewers;
    }

    /** Whether a person's stream is shown. */
    public synchronized boolean isLive(String user) {
        return known(user).stream != null;
    }

    /** The chat of a person's channel. */
    public synchronized ChatRoom chat(String user) {
        return known(user).chat;
    }

    /** The sockets by which applications hear of what happens. */
    public EventSub events() {
        return events;
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
        helix.leave(left);
    }

    /** The next request whose path ends so is answered with that status, or after that delay, or both. */
    public synchronized void trouble(String path, int status, long delayMillis) {
        troubles.add(new Trouble(path, status, delayMillis));
    }

    /** Each request of Helix is refused with that status; 0 for none. */
    public synchronized void refuse(int status) {
        helix.refuse(status);
    }

    /** What was asked, in order: method and path, without parameters. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    private TwitchUser known(String id) {
        var user = users.get(id);
        if (user == null) {
            throw new IllegalArgumentException("There is no user " + id + ".");
        }
        return user;
    }

    @Override
    public void close() {
        server.close();
        events.close();
    }
}
