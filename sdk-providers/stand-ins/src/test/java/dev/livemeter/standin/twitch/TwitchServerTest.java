package dev.livemeter.standin.twitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.standin.Await;
import dev.livemeter.standin.Browser;
import dev.livemeter.standin.twitch.ChatRoom.Chatter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That the stand-in is strict, that its parts tell of the same channel, and that a person can play the audience. */
class TwitchServerTest {

    private static final URI REDIRECT = URI.create("http://127.0.0.1:8080/accounts/twitch");
    private static final Set<String> CHAT = Set.of("user:read:chat", "user:write:chat");
    private static final String ALICE = "1001";
    private static final Pattern SESSION = Pattern.compile("\"id\":\"(session-[0-9]+)\"");

    private final Browser browser = new Browser();
    private final TwitchServer server = TwitchServer.start();

    TwitchServerTest() {
        server.user(ALICE, "alice", "Alice <3");
        server.redirect(REDIRECT);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static String[] as(String token) {
        return new String[] {"Authorization", "Bearer " + token, "Client-Id", TwitchServer.CLIENT_ID};
    }

    private HttpResponse<String> get(String path, String token) {
        return browser.get(URI.create(server.api() + path), as(token));
    }

    private int post(String path, String json, String token) {
        return browser.post(URI.create(server.api() + path), json, as(token)).statusCode();
    }

    private URI page() {
        return URI.create(server.page() + "?response_type=code&client_id=" + TwitchServer.CLIENT_ID + "&redirect_uri="
                + REDIRECT + "&scope=user%3Aread%3Achat&state=s1");
    }

    private static String message(String broadcaster, String sender, String text) {
        return "{\"broadcaster_id\":\"" + broadcaster + "\",\"sender_id\":\"" + sender + "\",\"message\":\"" + text
                + "\"}";
    }

    private static String subscription(String type, String user, String session) {
        return "{\"type\":\"" + type + "\",\"version\":\"1\",\"condition\":{\"broadcaster_user_id\":\"" + ALICE
                + "\",\"user_id\":\"" + user + "\"},\"transport\":{\"method\":\"websocket\",\"session_id\":\"" + session
                + "\"}}";
    }

    /** An application's end of EventSub. */
    private final class Socket implements WebSocket.Listener {

        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(server.eventSub(), this)
                .join();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence text, boolean last) {
            heard.add(text.toString());
            webSocket.request(1);
            return null;
        }

        private String session() {
            Await.until("the welcome", () -> !heard.isEmpty());
            var match = SESSION.matcher(heard.get(0));
            assertThat(match.find()).isTrue();
            return match.group(1);
        }
    }

    @Test
    void thePageSaysWhatItIsAndWhoAsksForWhat() {
        assertThat(browser.get(page()).body())
                .contains(
                        "Stand-in for Twitch. Not Twitch.",
                        TwitchServer.CLIENT_ID,
                        "<li>user:read:chat</li>",
                        "Alice &lt;3");
    }

    @Test
    void allowAndDenyLeadBack() {
        var back = browser.answer(page(), ALICE, "allow");
        assertThat(back.toString()).startsWith(REDIRECT + "?code=");
        assertThat(Browser.query(back)).containsEntry("state", "s1").containsEntry("scope", "user:read:chat");
        assertThat(Browser.query(browser.answer(page(), ALICE, "deny")))
                .containsEntry("error", "access_denied")
                .containsEntry("state", "s1");
        assertThat(server.deny(page())).isEqualTo(browser.answer(page(), ALICE, "deny"));
    }

    @Test
    void aPageThatTwitchWouldRefuseLeadsNowhere() {
        for (var wrong : List.of(
                page().toString().replace("8080", "8081"),
                page() + "&shoe=1",
                page() + "&state=twice",
                page().toString().replace("response_type=code", "response_type=token"),
                page().toString().replace(TwitchServer.CLIENT_ID, "somebody"))) {
            var answer = browser.get(URI.create(wrong));
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(answer.body()).contains("Twitch would refuse this").doesNotContain("<form");
        }
        assertThatThrownBy(() -> server.allow(URI.create(page() + "&shoe=1"), ALICE))
                .hasMessage("The parameter shoe is not known");
    }

    @Test
    void aDeviceIsAllowedOnItsPage() {
        var started = browser.post(
                        URI.create(server.identity() + "/oauth2/device"),
                        Map.of("client_id", TwitchServer.CLIENT_ID, "scopes", "user:read:chat"))
                .body();
        var code = started.replaceAll(".*\"user_code\":\"([^\"]+)\".*", "$1");
        var page = server.root().resolve("activate?device-code=" + code);
        assertThat(started).contains(page.toString());
        assertThat(browser.get(page).body()).contains("value=\"" + code + "\"");
        assertThat(browser.post(page, Map.of("user_code", code, "account", ALICE, "answer", "allow"))
                        .body())
                .contains("Allowed.");
        var tokens = browser.post(
                URI.create(server.identity() + "/oauth2/token"),
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "device_code",
                        "device-" + code,
                        "client_id",
                        TwitchServer.CLIENT_ID,
                        "scopes",
                        "user:read:chat"));
        assertThat(tokens.body()).contains("access_token");
    }

    @Test
    void whatIsSaidAnywhereIsHeardByEventSub() {
        var token = server.token(ALICE, CHAT);
        var socket = new Socket();
        var session = socket.session();
        assertThat(post("/eventsub/subscriptions", subscription("channel.chat.message", ALICE, session), token))
                .isEqualTo(202);
        server.chat(ALICE).say("m-1", Chatter.of("7", "fan", "moderator"), "from Java");
        assertThat(post("/chat/messages", message(ALICE, ALICE, "from the API"), token))
                .isEqualTo(200);
        browser.post(server.watch(ALICE), Map.of("answer", "say", "author", "Ann", "text", "from the page"));
        Await.until(
                "all are heard",
                () -> socket.heard.stream()
                                .filter(line -> line.contains("\"notification\""))
                                .count()
                        == 3);
        assertThat(String.join("\n", socket.heard))
                .contains("from Java", "from the API", "from the page", "\"set_id\":\"moderator\"");
        assertThat(server.chat(ALICE).said()).containsExactly("from the API");
        assertThat(browser.get(URI.create(server.watch(ALICE) + "?chat=1")).body())
                .containsSubsequence("from the page", "from the API", "from Java");
        socket.socket.abort();
    }

    @Test
    void refusesSubscriptionsThatTwitchRefuses() {
        var token = server.token(ALICE, CHAT);
        var socket = new Socket();
        var session = socket.session();
        var good = subscription("channel.chat.message", ALICE, session);
        assertThat(post("/eventsub/subscriptions", good, "made-up")).isEqualTo(401);
        assertThat(post("/eventsub/subscriptions", good, server.token(ALICE, Set.of("user:write:chat"))))
                .isEqualTo(401);
        assertThat(post("/eventsub/subscriptions", subscription("channel.chat.message", "1002", session), token))
                .isEqualTo(403);
        assertThat(post("/eventsub/subscriptions", subscription("channel.shoes", ALICE, session), token))
                .isEqualTo(400);
        assertThat(post("/eventsub/subscriptions", subscription("channel.chat.message", ALICE, "s"), token))
                .isEqualTo(400);
        assertThat(post("/eventsub/subscriptions", good.replace("\"type\"", "\"shoe\":1,\"type\""), token))
                .isEqualTo(400);
        assertThat(post("/eventsub/subscriptions?shoe=1", good, token)).isEqualTo(400);
        assertThat(post("/eventsub/subscriptions", good, token)).isEqualTo(202);
        assertThat(post("/eventsub/subscriptions", good, token)).isEqualTo(409);
        assertThat(server.events().subscriptions()).isEqualTo(1);
        socket.socket.abort();
    }

    @Test
    void aClientThatSpeaksIsSentAway() {
        var socket = new Socket();
        socket.session();
        socket.socket.sendText("hello", true).join();
        Await.until("the breach is noted", () -> !server.events().breaches().isEmpty());
    }

    @Test
    void refusesMessagesThatTwitchRefuses() {
        var token = server.token(ALICE, CHAT);
        server.user("1002", "bob", "Bob");
        assertThat(post("/chat/messages", message(ALICE, ALICE, "hi"), server.token(ALICE, Set.of())))
                .isEqualTo(401);
        assertThat(post("/chat/messages", message(ALICE, "1002", "hi"), token)).isEqualTo(401);
        assertThat(post("/chat/messages", message("9", ALICE, "hi"), token)).isEqualTo(400);
        assertThat(post("/chat/messages", message(ALICE, ALICE, ""), token)).isEqualTo(400);
        assertThat(post("/chat/messages", message(ALICE, ALICE, "x".repeat(501)), token))
                .isEqualTo(422);
        assertThat(post("/chat/messages", message(ALICE, ALICE, "hi").replace("{", "{\"shoe\":\"1\","), token))
                .isEqualTo(400);
        assertThat(browser.post(
                                URI.create(server.api() + "/chat/messages"),
                                message(ALICE, ALICE, "hi"),
                                "Authorization",
                                "Bearer " + token)
                        .statusCode())
                .isEqualTo(401);
        assertThat(server.chat(ALICE).said()).isEmpty();
    }

    @Test
    void isToldOfPublishersByNginx() {
        var key = server.streamKey(ALICE);
        assertThat(callback("publish", "made-up", "1")).isEqualTo(403);
        assertThat(callback("publish", key, "2")).isEqualTo(200);
        assertThat(server.isLive(ALICE)).isTrue();
        assertThat(callback("publish", key, "3")).isEqualTo(200);
        assertThat(callback("publish_done", key, "3")).isEqualTo(200);
        assertThat(server.isLive(ALICE)).isTrue();
        server.resetKey(ALICE, "another");
        assertThat(callback("publish_done", key, "2")).isEqualTo(200);
        assertThat(server.isLive(ALICE)).isFalse();
    }

    @Test
    void aTestOfTheConnectionIsNotShown() {
        var fields = Map.of(
                "call",
                "publish",
                "name",
                server.streamKey(ALICE),
                "clientid",
                "1",
                "type",
                "live",
                "bandwidthtest",
                "true");
        assertThat(browser.post(server.callbacks(), fields).statusCode()).isEqualTo(200);
        assertThat(server.isLive(ALICE)).isFalse();
    }

    private int callback(String call, String key, String client) {
        return browser.post(server.callbacks(), Map.of("app", "app", "call", call, "name", key, "clientid", client))
                .statusCode();
    }

    @Test
    void aPersonPlaysTheAudience() {
        var token = server.token(ALICE, Set.of());
        assertThat(browser.get(server.watch(ALICE)).body()).contains(">offline<", "<h1>Alice &lt;3</h1>");
        server.receive(server.streamKey(ALICE));
        browser.post(server.watch(ALICE), Map.of("answer", "watch", "viewers", "42"));
        assertThat(browser.get(server.watch(ALICE)).body()).contains(">live<", ">42<");
        assertThat(get("/streams?user_id=" + ALICE, token).body()).contains("\"viewer_count\":42");
        var video = get("/videos?user_id=" + ALICE, token).body().replaceAll(".*\"url\":\"([^\"]+)\".*", "$1");
        assertThat(browser.get(URI.create(video)).body()).contains("Video of the stream");
        server.lose(server.streamKey(ALICE));
        assertThat(get("/streams?user_id=" + ALICE, token).body()).contains("\"data\":[]");
        assertThat(browser.get(server.root()).body()).contains("href=\"/alice\"");
        assertThat(browser.get(server.root().resolve("nobody")).statusCode()).isEqualTo(404);
    }
}
