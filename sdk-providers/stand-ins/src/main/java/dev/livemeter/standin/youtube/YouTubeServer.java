package dev.livemeter.standin.youtube;

import dev.livemeter.standin.http.LoopbackServer;
import dev.livemeter.standin.http.Page;
import dev.livemeter.standin.http.Publishers;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * YouTube's live API, its live chat and Google's authorization server on loopback: refuses what their contract does not have, and plays what they document. Thread-safe.
 *
 * <p>People sign in at the {@linkplain #page() page} as whom they please; {@link #allow} does so for them. They watch, talk and are counted at {@link #watch}; {@link #chat} and
 * {@link #viewers} do so for them. Media come by {@link #receive}, or by the callbacks of nginx-rtmp: {@code on_publish} and {@code on_publish_done} to {@link #callbacks()}, as
 * {@link YouTubeStandIn} has them.
 */
public final class YouTubeServer implements AutoCloseable {

    /** The one application that it knows. */
    public static final String CLIENT_ID = "471100-livemeter.apps.googleusercontent.com";

    /** The secret of that application. */
    public static final String CLIENT_SECRET = "GOCSPX-client-secret";

    private static final String API = "/youtube/v3/";

    private final Faults faults = new Faults();
    private final Map<String, Channel> people = new LinkedHashMap<>();
    private final GoogleAccounts accounts;
    private final GooglePages pages;
    private final LiveDesk desk;
    private final ApiDesk api;
    private final WatchPages watching;
    private final Publishers publishers;
    private final LoopbackServer server;

    private YouTubeServer(InstantSource clock) {
        var lock = this;
        accounts = new GoogleAccounts(clock, CLIENT_ID, CLIENT_SECRET);
        pages = new GooglePages(lock, accounts, people, faults);
        desk = new LiveDesk(lock, clock);
        api = new ApiDesk(lock, clock, accounts, desk, faults);
        watching = new WatchPages(desk);
        publishers = new Publishers(new Publishers.Stage() {
            @Override
            public boolean begins(String key, Map<String, String> arguments) {
                return desk.receive(key);
            }

            @Override
            public void ends(String key) {
                desk.lose(key);
            }
        });
        server = new LoopbackServer("youtube-stand-in", this::answer);
    }

    /** Starts one on a free port. */
    public static YouTubeServer start(InstantSource clock) {
        return new YouTubeServer(clock);
    }

    private Response answer(Request request) throws IOException, InterruptedException {
        var path = request.path();
        if (path.startsWith(API)) {
            return api.answer(request, path.substring(API.length()));
        }
        return switch (request.line()) {
            case "GET " + GooglePages.PAGE,
                    "POST " + GooglePages.PAGE,
                    "GET " + GooglePages.DEVICE,
                    "POST " + GooglePages.DEVICE -> pages.person(request);
            case "POST /token" -> pages.application(request, "token", accounts::token);
            case "POST /revoke" -> pages.application(request, "revoke", accounts::revoke);
            case "POST /device/code" ->
                pages.application(
                        request,
                        "device",
                        form -> accounts.device(form, root().resolve("device").toString()));
            case "POST /ingest" -> {
                synchronized (this) {
                    yield publishers.told(request);
                }
            }
            case "GET /" -> {
                synchronized (this) {
                    yield watching.home();
                }
            }
            case "GET " + WatchPages.WATCH, "POST " + WatchPages.WATCH -> {
                synchronized (this) {
                    yield watching.watch(request);
                }
            }
            default ->
                Response.page(404, Page.of("YouTube", "There is nothing here").html());
        };
    }

    /** Everything below one address. */
    public URI root() {
        return server.root();
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

    /** From now on the device flow is for that client alone, as Google gives it to clients of a kind of their own. */
    public synchronized void deviceClient(String id, String secret) {
        accounts.deviceClient(id, secret);
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
        return pages.allowed(GooglePages.single(page.getRawQuery()), person, scopes);
    }

    /** What a person's browser is sent back to after they said no on that page. */
    public synchronized URI deny(URI page) {
        return pages.denied(GooglePages.single(page.getRawQuery()));
    }

    /** An access token as if somebody had allowed these scopes before. */
    public synchronized String token(Channel person, Set<String> scopes) {
        return accounts.token(person, scopes);
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

    /** Whether requests with that access token are answered. */
    public synchronized boolean takes(String accessToken) {
        return accounts.bearer(accessToken) != null;
    }

    /** How many refresh tokens' grants stand. */
    public synchronized long standingGrants() {
        return accounts.standing();
    }

    /** Where media go; {@code tls} null for a platform without RTMPS. */
    public synchronized void ingest(URI plain, @Nullable URI tls) {
        desk.ingest(new LiveStream.Ingest(plain, tls));
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

    /** How many watch; null where nobody is told. Viewers are told while a broadcast is live. */
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

    /** Somebody announces a public broadcast by other means; gives its id. */
    public synchronized String announce(Channel channel, String title) {
        return desk.announce(channel, title);
    }

    /** Where people watch broadcasts, without the id of one. */
    public URI watch() {
        return root().resolve("watch");
    }

    /** The page where people watch a broadcast. */
    public URI watch(String broadcast) {
        return URI.create(watch() + "?v=" + broadcast);
    }

    /** The chat of a broadcast. */
    public synchronized LiveChat chat(String broadcast) {
        return desk.known(broadcast).chat;
    }

    /** The person switches the chat of a broadcast off. */
    public synchronized void withoutChat(String broadcast) {
        desk.known(broadcast).hasChat = false;
    }

    /** How long applications are asked to wait between two pages of a chat; a second at first. */
    public synchronized void chatInterval(Duration interval) {
        desk.chatInterval(interval);
    }

    /** Ids of all broadcasts, in the order in which they were made. */
    public synchronized List<String> broadcasts() {
        return desk.broadcasts();
    }

    /** What stands at a path of a broadcast, such as {@code status.lifeCycleStatus}; empty where nothing does. */
    public synchronized String broadcast(String id, String path) {
        return text(desk.broadcast(id), path);
    }

    /** Ids of all streams, in the order in which they were made. */
    public synchronized List<String> streams() {
        return desk.streams();
    }

    /** What stands at a path of a stream, such as {@code status.streamStatus}; empty where nothing does. */
    public synchronized String stream(String id, String path) {
        return text(desk.stream(id), path);
    }

    private static String text(JsonObject from, String path) {
        var value = Contract.at(from, path);
        return value instanceof JsonString text ? text.getString() : value == null ? "" : value.toString();
    }

    /** Units a day. */
    public synchronized void quota(long units) {
        api.quota(units);
    }

    /** Units spent today. */
    public synchronized long spent() {
        return api.spent();
    }

    /** What goes wrong with the next request of that method, such as {@code liveBroadcasts.insert} or {@code token}; several come one after the other. */
    public synchronized void next(String method, Fault fault) {
        faults.add(method, fault);
    }

    /** What goes wrong with each request of that method, until {@link #mend}. */
    public synchronized void always(String method, Fault fault) {
        faults.always(method, fault);
    }

    /** Nothing goes wrong any more. */
    public synchronized void mend() {
        faults.mend();
    }

    /** The methods that were called, in order. */
    public synchronized List<String> asked() {
        return faults.asked();
    }

    public synchronized void forgetAsked() {
        faults.forgetAsked();
    }

    @Override
    public void close() {
        server.close();
    }
}
