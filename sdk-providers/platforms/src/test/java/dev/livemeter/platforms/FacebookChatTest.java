package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.platforms.facebook.FacebookApi;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.KeptAccess;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.platforms.rtmp.KeyedPlatform;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.standin.facebook.FacebookServer;
import dev.livemeter.standin.facebook.Fault;
import dev.livemeter.testing.contract.CarriesChatContract;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Comments of a live video, by polling. */
class FacebookChatTest extends CarriesChatContract {

    private static final URI REDIRECT = URI.create("https://host.example/connected");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SystemScheduler scheduler = new SystemScheduler(threads);
    private final HeardWords heard = new HeardWords();
    private final FacebookServer server = FacebookServer.start(TimeSource.system());
    private final FacebookApi facebook = provider();
    private KeptAccess access;
    private BroadcastRef broadcast;

    private FacebookApi provider() {
        var settings = FacebookSettings.of(FacebookServer.APP_ID, Secret.of(FacebookServer.APP_SECRET))
                .at(server.root(), server.root());
        var random = new Random(11);
        var patience = new ChatPatience(Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(100), random);
        var limits = new HttpLimits(
                Duration.ofSeconds(4),
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                1,
                Duration.ofMillis(1),
                Duration.ofMillis(1),
                1 << 20);
        return new FacebookApi(
                settings,
                (KeyedPlatform) Facebook.rtmp(),
                limits,
                Surroundings.system(random, threads),
                http -> new FacebookChat(http, new Endpoint(settings.versionedApi()), patience, Duration.ofMillis(20)),
                () -> {});
    }

    @BeforeEach
    void goLive() {
        access = new KeptAccess(facebook, "facebook", connected(Set.of()));
        var opening = facebook.open(
                new BroadcastPlan(
                        new SessionId("session-1"),
                        new DestinationId("dst-1"),
                        StreamDetails.titled("Chess"),
                        Instant.now()),
                access);
        broadcast = ((Opening.Opened) opening).broadcast();
        server.receive(server.key(broadcast.id()));
    }

    private Connection.Connected connected(Set<String> permissions) {
        server.redirect(REDIRECT);
        var alice = server.person("1001", "Alice");
        var page = alice.page("5001", "Alice plays chess");
        var dialog = facebook.authorizationPage(REDIRECT, "state-0123456789", "x".repeat(43));
        // This one sends no verifier, as those applications do that know no PKCE.
        dialog = URI.create(dialog.toString().replaceAll("&code_challenge(_method)?=[^&]*", ""));
        var code = server.allow(dialog, alice, permissions, page).getQuery().replaceAll(".*code=([^&]*).*", "$1");
        return (Connection.Connected) facebook.connect(code, REDIRECT, Secret.of("unused"));
    }

    @AfterEach
    void close() {
        scheduler.close();
        threads.shutdownNow();
        server.close();
    }

    @Override
    protected CarriesChat chat() {
        return facebook;
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
    protected boolean hasModerators() {
        return false;
    }

    @Override
    protected boolean tellsOfAuthors() {
        return false;
    }

    @Override
    protected void somebodySays(String id, PlatformAuthor author, String text) {
        server.says(broadcast.id(), id, author.id(), author.name(), text);
    }

    @Override
    protected void messageIsTakenAway(String id) {
        HeardWords.await(() -> server.asked().contains("comments.list"));
        // Facebook tells of no removal: what nobody ever saw is missed by nobody.
        sawAll();
        server.remove(broadcast.id(), id);
    }

    @Override
    protected void authorIsSentAway(String author) {
        server.removeAll(broadcast.id(), author);
    }

    private void sawAll() {
        server.forgetAsked();
        HeardWords.await(
                () -> server.asked().stream().filter("comments.list"::equals).count() >= 2);
    }

    @Override
    protected void connectionsBreak() {
        // There is no connection that stays; an answer that does not come the JDK asks for again.
        server.next("comments.list", Fault.refused(500, 2, 0));
    }

    @Override
    protected void chatEnds() {
        server.forget(broadcast.id());
    }

    @Override
    protected List<String> saidByTheAccount() {
        return server.videos().isEmpty() ? List.of() : server.saidBy(broadcast.id(), "5001");
    }

    private Link join() {
        var link = facebook.join(broadcast, access, heard, new Means(TimeSource.system(), scheduler, threads));
        heard.awaits("connected");
        return link;
    }

    @Test
    void whatWasWrittenBeforeIsHeardOnceAndInOrder() {
        for (var i = 1; i <= 3; i++) {
            server.says(broadcast.id(), "c-" + i, "4711", "fan", "comment " + i);
        }
        try (var link = join()) {
            server.says(broadcast.id(), "c-4", "4711", "fan", "comment 4");
            heard.awaits("fan: comment 4");
            sawAll();
            assertThat(heard.words())
                    .containsExactly(
                            "connected", "fan: comment 1", "fan: comment 2", "fan: comment 3", "fan: comment 4");
            assertThat(link.say("hello")).isEqualTo(new Saying.Said());
            heard.awaits("Alice plays chess: hello");
            assertThat(heard.messages().get(4).author().badges()).containsExactly(Badge.BROADCASTER);
        }
    }

    @Test
    void aHiddenCommentIsTakenFromTheScreen() {
        try (var link = join()) {
            server.says(broadcast.id(), "c-1", "4711", "fan", "rude");
            heard.awaits("fan: rude");
            server.hide(broadcast.id(), "c-1");
            heard.awaits("removed c-1");
            assertThat(link.toString()).doesNotContain(access.token().reveal());
        }
    }

    @Test
    void whatIsOlderThanAHundredCommentsIsNotMissed() {
        try (var link = join()) {
            server.says(broadcast.id(), "first", "4711", "fan", "the first");
            heard.awaits("fan: the first");
            // Moments have seconds alone, so that those of one are not told apart.
            HeardWords.await(() -> Instant.now().getEpochSecond()
                    > heard.messages().get(0).at().getEpochSecond());
            for (var i = 0; i < 150; i++) {
                server.says(broadcast.id(), "c-" + i, "4711", "fan", "comment " + i);
            }
            heard.awaits("fan: comment 149");
            sawAll();
            assertThat(heard.words()).noneMatch(word -> word.startsWith("removed"));
            assertThat(link).isNotNull();
        }
    }

    @Test
    void commentsThatNobodyCanReadAreLeftOut() {
        server.next(
                "comments.list",
                Fault.answered(
                        200,
                        "{\"data\":[7,{\"id\":\"a b\",\"message\":\"x\",\"created_time\":\"2026-11-22T12:00:00+0000\"},"
                                + "{\"id\":\"1\",\"message\":\"y\",\"created_time\":\"yesterday\"},"
                                + "{\"id\":\"2\",\"message\":{},\"created_time\":\"2026-11-22T12:00:00+0000\"},"
                                + "{\"id\":\"3\",\"message\":\"z\",\"created_time\":\"2026-11-22T12:00:00+0000\",\"from\":[]}]}"));
        try (var link = join()) {
            heard.awaits("Somebody: z");
            assertThat(heard.words()).startsWith("connected", "Somebody: z", "Somebody: ");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whoMayNotReadIsToldWhatToDo() {
        access = new KeptAccess(facebook, "facebook", connected(FacebookSettings.PAGES));
        var link = facebook.join(broadcast, access, heard, new Means(TimeSource.system(), scheduler, threads));
        HeardWords.await(() -> !heard.words().isEmpty());
        assertThat(heard.words()).hasSize(1).first().asString().startsWith("over");
        assertThat(link.say("hello")).isInstanceOf(Saying.NotAllowed.class);
        link.close();
    }

    @Test
    void whoMayNotWriteIsTold() {
        access = new KeptAccess(
                facebook,
                "facebook",
                connected(Set.of(
                        "pages_show_list", "pages_read_engagement", "pages_manage_posts", "pages_read_user_content")));
        try (var link = join()) {
            assertThat(link.say("hello")).isInstanceOf(Saying.NotAllowed.class);
        }
        assertThat(saidByTheAccount()).isEmpty();
    }

    @Test
    void aLimitIsWaitedForAsLongAsFacebookSays() {
        try (var link = join()) {
            server.next(
                    "comments.list",
                    Fault.refused(400, 80001, 0)
                            .with(
                                    "X-Business-Use-Case-Usage",
                                    "{\"5001\":[{\"estimated_time_to_regain_access\":20}]}"));
            HeardWords.await(() -> heard.words().stream().anyMatch(word -> word.startsWith("interrupted")));
            server.forgetAsked();
            assertThat(link.say("hello")).isInstanceOf(Saying.Refused.class);
            assertThat(server.asked()).isEmpty();
        }
    }
}
