package dev.livemeter.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.http.Caller;
import dev.livemeter.http.StaticFiles;
import dev.livemeter.http.jetty.WebServer;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryPlatformChat;
import dev.livemeter.testing.InMemoryStreamProvider;
import dev.livemeter.testing.StandingAccess;
import dev.livemeter.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code <livemeter-platform-chat>} in a real Chromium, beside a stream that is shown on two platforms. */
@Tag("once") // what is tried is the browser's
@TestInstance(Lifecycle.PER_CLASS) // the browser is started once
@Timeout(180)
class PlatformChatWidgetTest {

    private static final UserId BOB = UserId.of("bob");
    private static final DestinationId TUBE = new DestinationId("dst-tube");
    private static final DestinationId TWITCH = new DestinationId("dst-twitch");
    private static final BroadcastRef ON_TUBE = new BroadcastRef("on-tube", "", null);
    private static final BroadcastRef ON_TWITCH = new BroadcastRef("on-twitch", "", null);

    private final Livemeter live = open();
    private InMemoryPlatformChat tube;
    private InMemoryPlatformChat twitch;
    private SessionId session;
    private int streams;
    private WebServer server = serve(0);
    private WidgetPage page;

    private static Livemeter open() {
        return Livemeter.builder()
                .wallet(InMemoryBooks.create(TimeSource.system()))
                .provider(InMemoryStreamProvider.named("youtube"))
                .provider(InMemoryStreamProvider.named("twitch"))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .build();
    }

    private WebServer serve(int port) {
        return WebServer.builder(live)
                .port(port)
                .authenticator(request -> request.header("x-test-user").map(Caller::broadcaster))
                .handler("", new StaticFiles(getClass().getClassLoader(), "dev/livemeter/http/widget"))
                .start();
    }

    @BeforeAll
    void openBrowser(@TempDir Path profile) {
        page = new WidgetPage(profile, "livemeter-platform-chat");
    }

    @AfterAll
    void closeBrowser() {
        page.close();
        server.close();
        live.close();
    }

    @AfterEach
    void leave() {
        page.open("about:blank");
        live.platformChats().ended(session, TUBE);
        live.platformChats().ended(session, TWITCH);
    }

    /** Another stream of Bob's is shown on both platforms. */
    private void join() {
        session = new SessionId("session-" + ++streams);
        tube = InMemoryPlatformChat.create();
        twitch = InMemoryPlatformChat.takingAtMost(500);
        live.platformChats().opened(session, BOB, TUBE, "youtube", tube, ON_TUBE, StandingAccess.of("bob", "youtube"));
        live.platformChats()
                .opened(session, BOB, TWITCH, "twitch", twitch, ON_TWITCH, StandingAccess.of("bob", "twitch"));
    }

    private void look() {
        page.size(WidgetPage.DESK);
        page.open(server.url().toString());
    }

    /** Both chats are heard, and the page knows. */
    private void joinAndLook() {
        join();
        look();
        page.shows(".chats", "Youtubeconnected");
        page.shows(".chats", "Twitchconnected");
    }

    private static Message message(String id, String name, String text, String paid, Badge... badges) {
        return new Message(id, new PlatformAuthor("id-" + name, name, Set.of(badges)), text, paid, Instant.now());
    }

    private long lines() {
        return (Long) page.script("return root.querySelectorAll('li[data-sequence]').length");
    }

    @Test
    void messagesOfAllPlatformsAreShownInOneOrderAndAsText() {
        joinAndLook();
        tube.say(
                ON_TUBE,
                message("m1", "Zoë", "<b onclick=alert(1)>hello</b><script>document.title='gone'</script>", ""));
        page.shows(".text", "<b onclick=alert(1)>hello</b><script>document.title='gone'</script>");
        twitch.say(
                ON_TWITCH,
                message("m2", "<img src=x onerror=alert(1)>", "Encore!", "500 bits", Badge.MODERATOR, Badge.MEMBER));
        page.shows(".who", "<img src=x onerror=alert(1)>");
        page.shows("li[data-destination=dst-twitch] .platform", "Twitch");
        page.shows("li[data-destination=dst-twitch] .paid", "500 bits");
        page.shows("li[data-destination=dst-twitch] [data-badge=moderator]", "moderator");
        page.shows("li[data-destination=dst-twitch] [data-badge=member]", "member");
        assertThat(page.script("return root.querySelectorAll('b, img, script').length + document.title"))
                .isEqualTo("0Widgets");
        assertThat(
                        page.script(
                                "return [...root.querySelectorAll('li[data-sequence] .platform')].map(one => one.textContent).join()"))
                .isEqualTo("Youtube,Twitch");
        page.picture("platform-chat");
        page.size(WidgetPage.PHONE);
        page.picture("platform-chat-phone");
        assertThat(page.isNothingSideways()).isTrue();
    }

    @Test
    void whatThePlatformTookAwayIsTakenFromTheScreen() {
        joinAndLook();
        tube.say(ON_TUBE, message("m1", "Rude", "one", ""));
        tube.say(ON_TUBE, message("m2", "Rude", "two", "5 EUR"));
        tube.say(ON_TUBE, message("m3", "Kind", "three", ""));
        twitch.say(ON_TWITCH, message("m4", "Rude", "four", ""));
        page.shows(".text", "four");
        tube.remove(ON_TUBE, new Removal.OfMessage("m1"));
        page.until(
                "[...root.querySelectorAll('.text')].map(one => one.textContent).join() === 'Removed,two,three,four'");
        tube.remove(ON_TUBE, new Removal.OfAuthor("id-Rude"));
        page.until(
                "[...root.querySelectorAll('.text')].map(one => one.textContent).join() === 'Removed,Removed,three,four'");
        assertThat(page.script("return root.querySelector('.paid')")).isNull();
        tube.remove(ON_TUBE, new Removal.OfAll());
        page.until(
                "[...root.querySelectorAll('.text')].map(one => one.textContent).join() === 'Removed,Removed,Removed,four'");
    }

    @Test
    void whoReadsFurtherUpIsNotPulledAwayAndIsToldOfWhatIsNew() {
        joinAndLook();
        for (var i = 1; i <= 60; i++) {
            tube.say(ON_TUBE, message("m" + i, "Fan", "line " + i, ""));
        }
        page.shows(".text", "line 60");
        page.until(
                "Math.abs(root.querySelector('ol').scrollHeight - root.querySelector('ol').clientHeight - root.querySelector('ol').scrollTop) < 2");
        page.script("root.querySelector('ol').scrollTop = 100");
        page.until("root.querySelector('ol').scrollTop === 100");
        tube.say(ON_TUBE, message("m61", "Fan", "line 61", ""));
        page.shows(".news", "1 new message");
        tube.say(ON_TUBE, message("m62", "Fan", "line 62", ""));
        page.shows(".news", "2 new messages");
        assertThat(page.script("return root.querySelector('ol').scrollTop")).isEqualTo(100L);
        page.picture("platform-chat-news");
        page.press(".news");
        page.until("root.querySelector('.news').hidden");
        tube.say(ON_TUBE, message("m63", "Fan", "line 63", ""));
        page.shows(".text", "line 63");
        page.until(
                "Math.abs(root.querySelector('ol').scrollHeight - root.querySelector('ol').clientHeight - root.querySelector('ol').scrollTop) < 2");
    }

    @Test
    void whoComesLateIsToldHowManyWereSkipped() {
        joinAndLook();
        tube.say(ON_TUBE, message("m0", "Fan", "the first", ""));
        page.shows(".text", "the first");
        // More than are kept, faster than any page asks.
        for (var i = 1; i <= 600; i++) {
            tube.say(ON_TUBE, message("m" + i, "Fan", "line " + i, ""));
        }
        page.shows(".text", "line 600");
        page.shows(".note", "messages were skipped.");
        assertThat(page.script("return root.querySelector('ol').textContent.includes('the first')"))
                .isEqualTo(false);
        assertThat(lines()).isEqualTo(200);
    }

    @Test
    void anotherStreamTakesThePlaceOfTheOneBefore() {
        joinAndLook();
        tube.say(ON_TUBE, message("m1", "Fan", "of the first stream", ""));
        page.shows(".text", "of the first stream");
        live.platformChats().ended(session, TUBE);
        live.platformChats().ended(session, TWITCH);
        page.shows(".chats", "over");
        page.until("root.querySelector('form').hidden");
        join();
        page.shows(".chats", "connected");
        tube.say(ON_TUBE, message("m2", "Fan", "of the second", ""));
        page.shows(".text", "of the second");
        assertThat(page.script("return root.querySelector('ol').textContent.includes('of the first stream')"))
                .isEqualTo(false);
    }

    @Test
    void aChatThatBreaksIsToldAndComesBack() {
        joinAndLook();
        tube.interrupt(ON_TUBE, new PlatformTrouble(true, null, "broken", "The line to YouTube broke."));
        page.shows(".chats [data-state=interrupted]", "interrupted, tried again at");
        page.shows(".chats [data-state=interrupted]", "The line to YouTube broke.");
        tube.recover(ON_TUBE);
        page.until("root.querySelectorAll('.chats [data-state=connected]').length === 2");
        twitch.close(ON_TWITCH, "The chat was closed by its owner.");
        page.shows(".chats [data-state=over]", "The chat was closed by its owner.");
        page.shows(".note", "Twitchover");
        // One is left, so there is nothing to choose.
        page.until("root.querySelector('select').hidden && !root.querySelector('form').hidden");
    }

    @Test
    void anAnswerIsSaidEverywhereOrWhereOneWants() {
        joinAndLook();
        page.write("input", "Hello all");
        page.press("form button");
        page.shows(".outcome", "Youtubesaid");
        page.shows(".outcome", "Twitchsaid");
        assertThat(page.script("return root.querySelector('form input').value")).isEqualTo("");
        page.until("!root.querySelector('form button').disabled");
        page.choose("select", "dst-twitch");
        page.write("input", "Hello Twitch");
        page.press("form button");
        page.shows(".text", "Hello Twitch");
        assertThat(tube.saidFromHere(ON_TUBE)).containsExactly("Hello all");
        assertThat(twitch.saidFromHere(ON_TWITCH)).containsExactly("Hello all", "Hello Twitch");
        page.shows("[data-badge=broadcaster]", "streams");
    }

    @Test
    void whatAPlatformRefusesStaysInTheLineForThatPlatform() {
        joinAndLook();
        twitch.answer(
                ON_TWITCH,
                new Saying.Refused(
                        new PlatformTrouble(true, Duration.ofSeconds(30), "slow_mode", "The chat is in slow mode.")));
        page.write("input", "Hello");
        page.press("form button");
        page.shows(".outcome [data-outcome=refused]", "The chat is in slow mode. It can be tried again in 30 s.");
        page.shows(".outcome [data-outcome=said]", "Youtube");
        assertThat(page.script(
                        "return root.querySelector('select').value + ' ' + root.querySelector('form input').value"))
                .isEqualTo("dst-twitch Hello");
        page.picture("platform-chat-refused");
    }

    @Test
    void whatIsTooLongIsToldBeforeItIsSent() {
        joinAndLook();
        page.write("input", "x".repeat(201));
        page.shows(".length", "201 characters; Youtube takes at most 200: it will not be said there.");
        page.choose("select", "dst-tube");
        page.shows(".length", "201 of 200 characters. Make it shorter.");
        page.press("form button");
        page.choose("select", "dst-twitch");
        page.until("root.querySelector('.length').textContent === ''");
        page.press("form button");
        page.shows(".outcome", "Twitchsaid");
        assertThat(tube.saidFromHere(ON_TUBE)).isEmpty();
        assertThat(twitch.saidFromHere(ON_TWITCH)).hasSize(1);
    }

    @Test
    void whoAnswersTooFastIsToldWhenToGoOn() {
        joinAndLook();
        for (var i = 0; i < 5; i++) {
            live.platformChats().reply(session, Moderator.ordinary(BOB), null, "quick " + i);
        }
        page.write("input", "one too many");
        page.press("form button");
        page.shows(
                ".problem",
                "Too much is being said here just now; wait a moment and send it again. It can be sent again in 3 s.");
        assertThat(page.script("return root.querySelector('form button').disabled"))
                .isEqualTo(true);
        page.until("!root.querySelector('form button').disabled");
        page.press("form button");
        page.shows(".outcome", "Twitchsaid");
    }

    @Test
    void whoMayNotReadIsToldSo() {
        join();
        page.open(server.url() + "?as=carol");
        page.shows(
                ".problem",
                "Only who streams, and who moderates for them, may read and answer what is said on the platforms.");
        page.until("root.querySelector('form').hidden");
    }

    @Test
    void aServerThatIsAwayIsWaitedFor() {
        joinAndLook();
        var port = server.port();
        server.close();
        page.shows(".trouble", "The server does not answer.");
        server = serve(port);
        tube.say(ON_TUBE, message("m1", "Fan", "said meanwhile", ""));
        page.shows(".text", "said meanwhile");
        page.until("root.querySelector('.trouble').textContent === ''");
    }
}
