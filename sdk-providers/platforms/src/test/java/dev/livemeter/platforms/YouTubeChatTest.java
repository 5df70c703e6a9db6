package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Budgets;
import dev.livemeter.platforms.http.CallCounts;
import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.platforms.http.QuotaLedger;
import dev.livemeter.platforms.http.RateBudget;
import dev.livemeter.platforms.http.Refusal;
import dev.livemeter.platforms.http.Reply;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.testing.StandingAccess;
import dev.livemeter.testing.contract.CarriesChatContract;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** YouTube's chat by server push, and by polling where there is none. */
class YouTubeChatTest extends CarriesChatContract {

    private static final String TOKEN = "token-of-bob-0123456789";

    private final BroadcastRef broadcast = new BroadcastRef(YouTubeStandIn.BROADCAST, "", null);
    private final StandingAccess access = StandingAccess.of(
            "bob", "youtube", new PlatformIdentity(YouTubeStandIn.CHANNEL, YouTubeStandIn.NAME), TOKEN);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SystemScheduler scheduler = new SystemScheduler(threads);
    private final HeardWords heard = new HeardWords();
    private YouTubeStandIn youtube;
    private YouTubeChat chat;

    /** Reasons as codes, which is all that the chat needs of YouTube's dialect. */
    private static final class Reasons implements Dialect {

        @Override
        public String platform() {
            return "YouTube";
        }

        @Override
        public Refusal refusal(Reply reply, Instant now) {
            var reason = Json.object(reply.json(), "error").stream()
                    .flatMap(error -> Json.objects(error, "errors").stream())
                    .flatMap(error -> Json.text(error, "reason").stream())
                    .findFirst()
                    .orElse("unknown");
            var kind = switch (reason) {
                case "authError" -> Refusal.Kind.UNAUTHORIZED;
                case "backendError" -> Refusal.Kind.TRANSIENT;
                default -> Refusal.Kind.FINAL;
            };
            return new Refusal(kind, null, reason, "YouTube refused it: " + reason + ".");
        }
    }

    @BeforeEach
    void begin() throws IOException {
        youtube = new YouTubeStandIn(TOKEN);
        chat = new YouTubeChat(
                unlimited(),
                youtube.api(),
                new ChatPatience(Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofMillis(400), new Random(1)),
                threads);
    }

    private PlatformHttp unlimited() {
        return new PlatformHttp(
                new Reasons(),
                HttpLimits.standard(),
                Surroundings.system(new Random(2), threads),
                Budgets.generous(TimeSource.system()),
                new CallCounts("youtube", QuotaLedger.unlimited(TimeSource.system())));
    }

    @AfterEach
    void end() {
        scheduler.close();
        youtube.close();
        threads.shutdownNow();
    }

    @Override
    protected CarriesChat chat() {
        return chat;
    }

    @Override
    protected BroadcastRef broadcast() {
        return broadcast;
    }

    @Override
    protected AccountAccess access() {
        return access;
    }

    @Override
    protected void somebodySays(String id, PlatformAuthor author, String text) {
        youtube.says(
                id,
                author.id(),
                author.name(),
                text,
                author.badges().stream()
                        .map(badge -> badge == PlatformAuthor.Badge.MODERATOR ? "isChatModerator" : "isChatSponsor")
                        .toArray(String[]::new));
    }

    @Override
    protected void messageIsTakenAway(String id) {
        youtube.item(
                "del-" + id,
                YouTubeStandIn.snippet("messageDeletedEvent")
                        .add("messageDeletedDetails", Json.object().add("deletedMessageId", id)),
                null);
    }

    @Override
    protected void authorIsSentAway(String author) {
        youtube.item(
                "ban-" + author,
                YouTubeStandIn.snippet("userBannedEvent")
                        .add(
                                "userBannedDetails",
                                Json.object()
                                        .add("banType", "permanent")
                                        .add("bannedUserDetails", Json.object().add("channelId", author))),
                null);
    }

    @Override
    protected void connectionsBreak() {
        youtube.breakStreams();
    }

    @Override
    protected void chatEnds() {
        youtube.item("end", YouTubeStandIn.snippet("chatEndedEvent"), null);
    }

    @Override
    protected List<String> saidByTheAccount() {
        return youtube.said();
    }

    private Link join() {
        return chat.join(broadcast, access, heard, new Means(TimeSource.system(), scheduler, threads));
    }

    @Test
    void aBrokenStreamGoesOnWhereItWas() {
        try (var link = join()) {
            heard.awaits("connected");
            youtube.says("m-1", "1", "fan", "one");
            heard.awaits("fan: one");
            youtube.breakStreams();
            youtube.says("m-2", "1", "fan", "two");
            heard.awaits("fan: two");
            assertThat(heard.words())
                    .containsExactly(
                            "connected",
                            "fan: one",
                            "interrupted connection_lost: The connection to YouTube's chat broke; it is joined again.",
                            "connected",
                            "fan: two");
            assertThat(youtube.polls()).isZero();
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whereThereIsNoStreamItIsPolled() {
        youtube.streamStatus(404);
        try (var link = join()) {
            heard.awaits("connected");
            youtube.says("m-1", "1", "fan", "one");
            heard.awaits("fan: one");
            youtube.says("m-2", "1", "fan", "two");
            heard.awaits("fan: two");
            assertThat(youtube.polls()).isGreaterThan(1);
            assertThat(youtube.streamsOpened()).isEqualTo(1);
            assertThat(heard.words()).containsExactly("connected", "fan: one", "fan: two");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whatIsPaidAndWhatElseIsSaidIsHeard() {
        youtube.item(
                "m-1",
                YouTubeStandIn.snippet("superChatEvent")
                        .add(
                                "superChatDetails",
                                Json.object()
                                        .add("amountMicros", "5000000")
                                        .add("currency", "USD")
                                        .add("amountDisplayString", "$5.00")
                                        .add("userComment", "take it")),
                YouTubeStandIn.author("1", "fan", "isChatSponsor", "isVerified"));
        youtube.item(
                "m-2",
                YouTubeStandIn.snippet("superStickerEvent")
                        .add(
                                "superStickerDetails",
                                Json.object()
                                        .add("amountDisplayString", "$2.00")
                                        .add(
                                                "superStickerMetadata",
                                                Json.object().add("altText", "a cat waves"))),
                YouTubeStandIn.author("1", "fan"));
        youtube.item(
                "m-3",
                YouTubeStandIn.snippet("newSponsorEvent").add("displayMessage", "fan is a member now"),
                YouTubeStandIn.author("1", "fan"));
        youtube.item("m-4", YouTubeStandIn.snippet("sponsorOnlyModeStartedEvent"), null);
        youtube.item("m-1", YouTubeStandIn.snippet("tombstone"), null);
        try (var link = join()) {
            heard.awaits("removed m-1");
            assertThat(heard.words())
                    .containsExactly(
                            "connected", "fan: take it", "fan: a cat waves", "fan: fan is a member now", "removed m-1");
            assertThat(heard.messages().get(0).paid()).isEqualTo("$5.00");
            assertThat(heard.messages().get(1).paid()).isEqualTo("$2.00");
            assertThat(heard.messages().get(0).author().badges())
                    .containsExactlyInAnyOrder(PlatformAuthor.Badge.MEMBER, PlatformAuthor.Badge.VERIFIED);
            assertThat(link).isNotNull();
        }
    }

    @Test
    void aStreamThatGoesOfflineEndsTheChat() {
        try (var link = join()) {
            heard.awaits("connected");
            youtube.goOffline();
            heard.awaits("over: ");
            assertThat(link.say("me")).isInstanceOf(Saying.NotAllowed.class);
        }
    }

    @Test
    void aBroadcastWithoutChatIsSaidToHaveNone() {
        youtube.withoutChat();
        try (var link = join()) {
            heard.awaits("over: This broadcast has no chat on YouTube.");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whatPassesIsTriedAgainAndWhatStaysEndsIt() {
        youtube.refuse("backendError");
        try (var link = join()) {
            heard.awaits("interrupted backendError: YouTube refused it: backendError.");
            youtube.refuse("");
            heard.awaits("connected");
            youtube.refuse("liveChatDisabled");
            assertThat(link.say("hi")).isInstanceOf(Saying.NotAllowed.class);
            youtube.refuse("rateLimitExceeded");
            assertThat(link.say("hi")).isInstanceOf(Saying.Refused.class);
            youtube.refuse("liveChatDisabled");
            youtube.streamStatus(403);
            youtube.breakStreams();
            heard.awaits("over: The chat of this broadcast is switched off on YouTube.");
        }
    }

    @Test
    void aTokenThatIsRefusedTwiceEndsIt() {
        youtube.takeToken("another");
        try (var link = join()) {
            heard.awaits("over: YouTube refused it: authError.");
            assertThat(access.lost()).isNotNull();
            assertThat(link).isNotNull();
        }
    }

    @Test
    void pollsAreSpreadSoThatTheUnitsOfTheDayLast() {
        var time = TimeSource.system();
        var quota = new QuotaLedger(
                time, ZoneOffset.UTC, 1_000, 0, Map.of("liveChatMessages.list", 5, "liveBroadcasts.list", 1), 1);
        var http = new PlatformHttp(
                new Reasons(),
                HttpLimits.standard(),
                Surroundings.system(new Random(1), threads),
                new Budgets(
                        new RateBudget(time, 1_000, Duration.ofSeconds(10)),
                        new RateBudget(time, 1_000, Duration.ofSeconds(10)),
                        quota),
                new CallCounts("youtube", quota));
        var calls = new YouTubeChatCalls(http, youtube.api(), access);
        assertThat(calls.pause(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(72));
        assertThat(calls.pause(Duration.ofSeconds(90))).isEqualTo(Duration.ofSeconds(90));
        for (var i = 0; i < 190; i++) {
            assertThat(calls.list(YouTubeStandIn.CHAT, null)).isInstanceOf(Answer.Ok.class);
        }
        assertThat(calls.pause(Duration.ofSeconds(1))).isEqualTo(Duration.ofMinutes(5));
        assertThat(new YouTubeChatCalls(unlimited(), youtube.api(), access).pause(Duration.ofSeconds(1)))
                .isEqualTo(Duration.ofSeconds(1));
    }
}
