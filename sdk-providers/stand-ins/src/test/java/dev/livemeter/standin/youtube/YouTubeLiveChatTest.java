package dev.livemeter.standin.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.standin.Await;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The chat of a broadcast, as applications read and write it. */
class YouTubeLiveChatTest {

    private static final String LIST = "/liveChat/messages?part=id,snippet,authorDetails&liveChatId=";
    private static final String INSERT = "/liveChat/messages?part=snippet";

    private final YouTubeTestBed bed = new YouTubeTestBed();
    private final String broadcast = bed.server.announce(bed.alice, "Chess");
    private final LiveChat chat = bed.server.chat(broadcast);

    @AfterEach
    void close() {
        bed.close();
    }

    private String get(String path) {
        return YouTubeTestBed.outcome(bed.get(path));
    }

    private String insert(String text) {
        return YouTubeTestBed.outcome(bed.post(INSERT, message(chat.id(), text)));
    }

    private static String message(String chat, String text) {
        return "{\"snippet\":{\"liveChatId\":\"" + chat
                + "\",\"type\":\"textMessageEvent\",\"textMessageDetails\":{\"messageText\":\"" + text + "\"}}}";
    }

    @Test
    void isTheChatThatTheBroadcastNames() {
        assertThat(bed.server.broadcast(broadcast, "snippet.liveChatId")).isEqualTo(chat.id());
    }

    @Test
    void whatIsSaidIsListedOnceFromPageToPage() {
        chat.say("Ann", "hello <3");
        var first = YouTubeTestBed.json(bed.get(LIST + chat.id()));
        assertThat(first.getJsonArray("items")).hasSize(1);
        assertThat(first.getInt("pollingIntervalMillis")).isEqualTo(1000);
        assertThat(insert("welcome <3")).isEqualTo("200");
        var second = YouTubeTestBed.json(bed.get(LIST + chat.id() + "&pageToken=" + first.getString("nextPageToken")));
        assertThat(second.getJsonArray("items")).hasSize(1);
        var item = second.getJsonArray("items").getJsonObject(0);
        assertThat(item.getJsonObject("snippet").getString("displayMessage")).isEqualTo("welcome <3");
        assertThat(item.getJsonObject("authorDetails").getString("displayName")).isEqualTo("Alice's <channel>");
        assertThat(item.getJsonObject("authorDetails").getBoolean("isChatOwner"))
                .isTrue();
        assertThat(chat.said()).containsExactly("welcome <3");
    }

    @Test
    void refusesWhatIsNotInTheContract() {
        assertThat(get(LIST + chat.id() + "&shoe=1")).isEqualTo("400 badRequest");
        assertThat(get("/liveChat/messages?part=snippet")).isEqualTo("400 missingRequiredParameter");
        assertThat(get("/liveChat/messages?part=shoes&liveChatId=" + chat.id())).isEqualTo("400 unknownPart");
        assertThat(get(LIST + chat.id() + "&maxResults=199")).isEqualTo("400 invalidParameter");
        assertThat(get(LIST + chat.id() + "&pageToken=page-7")).isEqualTo("400 pageTokenInvalid");
        assertThat(get(LIST + chat.id() + "&pageToken=mine")).isEqualTo("400 pageTokenInvalid");
        assertThat(get(LIST + "another")).isEqualTo("404 liveChatNotFound");
        assertThat(insert("")).isEqualTo("400 messageTextInvalid");
        assertThat(insert("x".repeat(201))).isEqualTo("400 messageTextInvalid");
        assertThat(YouTubeTestBed.outcome(bed.post(INSERT, "{\"snippet\":{\"type\":\"textMessageEvent\"}}")))
                .isEqualTo("400 liveChatIdRequired");
        assertThat(YouTubeTestBed.outcome(bed.post(
                        INSERT, "{\"snippet\":{\"liveChatId\":\"" + chat.id() + "\",\"type\":\"textMessageEvent\"}}")))
                .isEqualTo("400 textMessageDetailsRequired");
        assertThat(YouTubeTestBed.outcome(
                        bed.post(INSERT, message(chat.id(), "hi").replace("\"type\"", "\"shoe\":1,\"type\""))))
                .isEqualTo("400 invalid");
        assertThat(chat.said()).isEmpty();
    }

    @Test
    void whoMayOnlyReadSaysNothing() {
        bed.token = bed.server.token(bed.alice, Set.of(YouTubeTestBed.READONLY));
        assertThat(get(LIST + chat.id())).isEqualTo("200");
        assertThat(insert("hi")).isEqualTo("403 insufficientPermissions");
        bed.server.expireTokens();
        assertThat(get(LIST + chat.id())).isEqualTo("401 authError");
    }

    @Test
    void costsUnits() {
        var before = bed.server.spent();
        get(LIST + chat.id());
        insert("hi");
        assertThat(bed.server.spent() - before).isEqualTo(55);
    }

    @Test
    void aChatThatIsSwitchedOffOrOverIsRefused() {
        bed.server.withoutChat(broadcast);
        assertThat(get(LIST + chat.id())).isEqualTo("403 liveChatDisabled");
        assertThat(bed.server.broadcast(broadcast, "snippet.liveChatId")).isEmpty();
        var other = bed.server.announce(bed.alice, "More chess");
        var over = bed.server.chat(other);
        over.end();
        assertThat(YouTubeTestBed.outcome(bed.post(INSERT, message(over.id(), "hi"))))
                .isEqualTo("403 liveChatEnded");
        assertThat(bed.get(LIST + over.id()).body()).contains("chatEndedEvent", "offlineAt");
    }

    @Test
    void messagesArePushedUntilTheChatIsOver() throws Exception {
        chat.say("Ann", "first");
        var pieces = new Pieces();
        var request = HttpRequest.newBuilder(
                        bed.uri("/liveChat/messages/stream?part=id,snippet&liveChatId=" + chat.id()))
                .header("Authorization", "Bearer " + bed.token)
                .build();
        var done = HttpClient.newHttpClient().sendAsync(request, BodyHandlers.fromSubscriber(pieces));
        Await.until("what was said before comes", () -> pieces.text().contains("\"first\""));
        chat.say("Ann", "second");
        Await.until("what is said comes", () -> pieces.text().contains("\"second\""));
        chat.goOffline();
        assertThat(done.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(pieces.text())
                .startsWith("[{")
                .endsWith("}]")
                .contains("offlineAt")
                .doesNotContain("authorDetails");
    }
}
