package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Budgets;
import dev.livemeter.platforms.http.CallCounts;
import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.Endpoint;
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
import dev.livemeter.standin.youtube.Fault;
import dev.livemeter.standin.youtube.LiveChat;
import dev.livemeter.standin.youtube.LiveChat.Author;
import dev.livemeter.standin.youtube.YouTubeServer;
import dev.livemeter.testing.StandingAccess;
import dev.livemeter.testing.contract.CarriesChatContract;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** YouTube's chat by server push, and by polling where there is none. */
class YouTubeChatTest extends CarriesChatContract {

    private static final Author FAN = Author.of("1", "fan");
    private static final String SCOPE = "https://www.googleapis.com/auth/youtube";
    private static final String STREAM = "liveChatMessages.stream";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SystemScheduler scheduler = new SystemScheduler(threads);
    private final HeardWords heard = new HeardWords();
    private YouTubeServer server;
    private LiveChat youtube;
    private BroadcastRef broadcast;
    private StandingAccess access;
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
    void begin() {
        server = YouTubeServer.start(InstantSource.system());
        server.quota(Long.MAX_VALUE);
        server.chatInterval(Duration.ofMillis(50));
        var bob = server.person("bob", "Bob");
        broadcast = new BroadcastRef(server.announce(bob, "Bob live"), "", null);
        youtube = server.chat(broadcast.id());
        access = StandingAccess.of(
                "bob", "youtube", new PlatformIdentity(bob.id(), bob.title()), server.token(bob, Set.of(SCOPE)));
        chat = new YouTubeChat(
                unlimited(),
                new Endpoint(server.api()),
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
        server.close();
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
        var flags = author.badges().stream()
                .map(badge -> badge == PlatformAuthor.Badge.MODERATOR ? "isChatModerator" : "isChatSponsor")
                .toList();
        youtube.say(id, new Author(author.id(), author.name(), flags), text);
    }

    @Override
    protected void messageIsTakenAway(String id) {
        youtube.delete(id);
    }

    @Override
    protected void authorIsSentAway(String author) {
        youtube.ban(author);
    }

    @Override
    protected void connectionsBreak() {
        youtube.breakStreams();
    }

    @Override
    protected void chatEnds() {
        youtube.end();
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
            youtube.say("m-1", FAN, "one");
            heard.awaits("fan: one");
            youtube.breakStreams();
            youtube.say("m-2", FAN, "two");
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
        server.always(STREAM, Fault.refused(404, "global", "notFound"));
        try (var link = join()) {
            heard.awaits("connected");
            youtube.say("m-1", FAN, "one");
            heard.awaits("fan: one");
            youtube.say("m-2", FAN, "two");
            heard.awaits("fan: two");
            assertThat(youtube.polls()).isGreaterThan(1);
            assertThat(server.asked()).containsOnlyOnce(STREAM);
            assertThat(heard.words()).containsExactly("connected", "fan: one", "fan: two");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whatIsPaidAndWhatElseIsSaidIsHeard() {
        youtube.item("m-1", "superChatEvent", """
                {"superChatDetails":{"amountMicros":"5000000","currency":"USD","amountDisplayString":"$5.00","userComment":"take it"}}""", Author.of("1", "fan", "isChatSponsor", "isVerified"));
        youtube.item("m-2", "superStickerEvent", """
                {"superStickerDetails":{"amountDisplayString":"$2.00","superStickerMetadata":{"altText":"a cat waves"}}}""", FAN);
        youtube.item("m-3", "newSponsorEvent", "{\"displayMessage\":\"fan is a member now\"}", FAN);
        youtube.item("m-4", "sponsorOnlyModeStartedEvent", "{}", null);
        youtube.item("m-1", "tombstone", "{}", null);
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
        server.withoutChat(broadcast.id());
        try (var link = join()) {
            heard.awaits("over: This broadcast has no chat on YouTube.");
            assertThat(link).isNotNull();
        }
    }

    private void refuse(int status, String reason) {
        for (var method : List.of("liveBroadcasts.list", "liveChatMessages.list", "liveChatMessages.insert")) {
            server.always(method, Fault.refused(status, "youtube.liveChat", reason));
        }
    }

    @Test
    void whatPassesIsTriedAgainAndWhatStaysEndsIt() {
        refuse(503, "backendError");
        try (var link = join()) {
            heard.awaits("interrupted backendError: YouTube refused it: backendError.");
            server.mend();
            heard.awaits("connected");
            refuse(403, "liveChatDisabled");
            assertThat(link.say("hi")).isInstanceOf(Saying.NotAllowed.class);
            refuse(403, "rateLimitExceeded");
            assertThat(link.say("hi")).isInstanceOf(Saying.Refused.class);
            refuse(403, "liveChatDisabled");
            server.always(STREAM, Fault.refused(403, "youtube.liveChat", "liveChatDisabled"));
            youtube.breakStreams();
            heard.awaits("over: The chat of this broadcast is switched off on YouTube.");
        }
    }

    @Test
    void aTokenThatIsRefusedTwiceEndsIt() {
        server.expireTokens();
        try (var link = join()) {
            heard.awaits("over: YouTube refused it: authError.");
            assertThat(access.lost()).isNotNull();
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whatIsPushedIsCountedAsWell() throws Exception {
        var time = TimeSource.system();
        var quota = new QuotaLedger(
                time,
                ZoneOffset.UTC,
                1_000,
                0,
                Map.of("liveBroadcasts.list", 1, YouTubeSettings.CHAT_STREAM, 5, YouTubeSettings.CHAT_PUSH, 3),
                50);
        var counted = new YouTubeChat(
                counting(time, quota), new Endpoint(server.api()), ChatPatience.standard(new Random(1)), threads);
        try (var link = counted.join(broadcast, access, heard, new Means(time, scheduler, threads))) {
            heard.awaits("connected");
            assertThat(link).isNotNull();
            // The broadcast, the stream, and the one answer that said so.
            assertThat(quota.left()).isEqualTo(1_000 - 1 - 5 - 3);
        }
    }

    @Test
    void noStreamIsOpenedWithUnitsThatAreNotThere() throws Exception {
        var time = TimeSource.system();
        var quota = new QuotaLedger(time, ZoneOffset.UTC, 10, 6, Map.of("liveBroadcasts.list", 1), 5);
        var counted = new YouTubeChat(
                counting(time, quota), new Endpoint(server.api()), ChatPatience.standard(new Random(1)), threads);
        try (var link = counted.join(broadcast, access, heard, new Means(time, scheduler, threads))) {
            HeardWords.await(
                    () -> heard.words().stream().anyMatch(word -> word.startsWith("interrupted quota_budget")));
            assertThat(link).isNotNull();
            assertThat(quota.left()).isEqualTo(9);
        }
    }

    private PlatformHttp counting(TimeSource time, QuotaLedger quota) {
        return new PlatformHttp(
                new Reasons(),
                HttpLimits.standard(),
                Surroundings.system(new Random(1), threads),
                new Budgets(
                        new RateBudget(time, 1_000, Duration.ofSeconds(10)),
                        new RateBudget(time, 1_000, Duration.ofSeconds(10)),
                        quota),
                new CallCounts("youtube", quota));
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
        var calls = new YouTubeChatCalls(http, new Endpoint(server.api()), access, new ChatUnits(quota));
        var units = calls.units();
        // Half of the units are for broadcasts.
        assertThat(units.pause(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(144));
        assertThat(units.pause(Duration.ofSeconds(190))).isEqualTo(Duration.ofSeconds(190));
        units.begin();
        assertThat(units.pause(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(144));
        units.begin();
        assertThat(units.pause(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(288));
        units.end();
        for (var i = 0; i < 190; i++) {
            assertThat(calls.list(youtube.id(), null)).isInstanceOf(Answer.Ok.class);
        }
        assertThat(units.pause(Duration.ofSeconds(1))).isEqualTo(Duration.ofMinutes(5));
        assertThat(new ChatUnits(QuotaLedger.unlimited(time)).pause(Duration.ofSeconds(1)))
                .isEqualTo(Duration.ofSeconds(1));
    }
}
