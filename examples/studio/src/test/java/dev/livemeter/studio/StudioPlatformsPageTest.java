package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.testing.InMemoryPlatform;
import dev.livemeter.testing.InMemoryRelay;
import dev.livemeter.testing.InMemoryVideoPlatform.Question;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.support.ui.FluentWait;

/** What the studio shows of accounts on platforms and of broadcasts there, in a real Chromium; the platforms are in memory, and the test plays their people. */
@Tag("once")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioPlatformsPageTest extends StudioPage {

    private static final String ALICE = StudioApplication.ARTIST;
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";
    private static final PlatformIdentity CHANNEL = new PlatformIdentity("UC1", "Alice’s channel");

    private final InMemoryPlatform youtube = InMemoryPlatform.named("youtube", InstantSource.system());
    private final InMemoryPlatform twitch = InMemoryPlatform.named("twitch", InstantSource.system());
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final ScheduledExecutorService encoder = Executors.newSingleThreadScheduledExecutor();
    private final List<Future<?>> works = new ArrayList<>();

    @Override
    StudioApplication start() throws IOException {
        works.add(encoder.scheduleWithFixedDelay(relay::heartbeat, 200, 200, TimeUnit.MILLISECONDS));
        return StudioApplication.start(
                StudioOptions.parse("--demo"), relay, StudioPlatforms.played(youtube, twitch), event -> {});
    }

    @AfterEach
    void stopEncoder() {
        works.forEach(work -> work.cancel(false));
        encoder.shutdownNow();
    }

    private void signIn() {
        browser.open(studio.invitation());
        browser.click("Continue as Alice");
        browser.until("lm-accounts", text -> text.contains("None yet."));
    }

    /** The platform's page, which Chromium cannot load, as there is no such host; its address stands in the bar all the same. */
    private URI atThePageOf(String platform) {
        return browser.at("https://" + platform + ".invalid/authorize");
    }

    private PlatformAccount connect(InMemoryPlatform platform, PlatformIdentity who) {
        var accounts = studio.live().accounts();
        var device = accounts.beginDevice(ALICE, platform.name());
        platform.enter(device.userCode(), who);
        accounts.pollDevice(ALICE, device.handle());
        return accounts.of(ALICE).stream()
                .filter(account -> account.identity().equals(who))
                .findFirst()
                .orElseThrow();
    }

    private DestinationId destination(InMemoryPlatform platform, String name, PlatformAccount account) {
        return studio.live()
                .destinations()
                .add(ALICE, Destination.account(platform.name(), name, account.id()))
                .id();
    }

    @Test
    void anAccountIsConnectedOnThePlatformsPageAndADestinationGoesByIt() {
        signIn();
        browser.picture("23-accounts-none");
        browser.click("[data-platform=youtube]", "Connect");
        var page = atThePageOf("youtube");
        browser.open(youtube.allow(page, CHANNEL).toString());
        browser.until("lm-accounts", text -> text.contains("Alice’s channel on Youtube is connected."));
        browser.until("lm-accounts .accounts", text -> text.contains("Connected") && text.contains("Youtube, since"));
        assertThat(browser.driver().getCurrentUrl())
                .as("what came back is gone from the address")
                .doesNotContain("code")
                .doesNotContain("state");
        assertThat(studio.live().accounts().of(ALICE))
                .singleElement()
                .satisfies(account -> assertThat(account.identity()).isEqualTo(CHANNEL));

        browser.click("Add a destination");
        browser.until("lm-destination-form", text -> text.contains("Platform"));
        browser.choose("new-platform", "twitch");
        browser.until("lm-destination-form", text -> text.contains("connect your account on Twitch"));
        browser.choose("new-platform", "youtube");
        browser.until("lm-destination-form", text -> text.contains("Your account “Alice’s channel”"));
        assertThat(browser.driver().findElement(By.id("new-key")).isDisplayed()).isFalse();
        browser.type("new-name", "My channel");
        browser.picture("24-destination-by-account");
        browser.press("lm-destination-form button.primary");
        browser.until(
                "lm-destinations",
                text -> text.contains("My channel") && text.contains("by your account “Alice’s channel”"));
        browser.picture("25-accounts");
        browser.size(StudioBrowser.LONG_PHONE);
        browser.picture("26-accounts-phone");
        browser.requireNothingSideways();
    }

    @Test
    void whoDoesNotAllowItIsToldThatNothingWasConnected() {
        signIn();
        browser.click("[data-platform=twitch]", "Connect");
        browser.open(twitch.deny(atThePageOf("twitch")).toString());
        browser.until(
                "lm-accounts .problem",
                text -> text.equals(
                        "Nothing was connected, for the access to Twitch was not allowed there. Begin again to allow it."));
        assertThat(studio.live().accounts().of(ALICE)).isEmpty();
        browser.open(studio.pageUrl() + "#state=made-up&code=made-up");
        browser.driver().navigate().refresh();
        browser.until(
                "lm-accounts .problem",
                text -> text.equals(
                        "What came back from the platform does not belong to any connection that was begun here; begin again."));
    }

    @Test
    void whoComesBackAndIsNotSignedInAnyMoreSignsInFirst() {
        signIn();
        browser.click("[data-platform=youtube]", "Connect");
        var back = youtube.allow(atThePageOf("youtube"), CHANNEL);
        browser.open(studio.pageUrl());
        browser.driver().manage().deleteAllCookies();
        browser.open(back.toString());
        browser.until("lm-sign-in", text -> text.contains("Continue as Alice"));
        assertThat(browser.driver().findElement(By.id("access-code")).getDomProperty("value"))
                .as("the code of the platform is no access code")
                .isEmpty();
        browser.type("access-code", studio.invitation().replaceAll(".*code=", ""));
        browser.click("Continue as Alice");
        browser.until("lm-accounts", text -> text.contains("Alice’s channel on Youtube is connected."));
    }

    @Test
    void anAccountIsConnectedByACodeHasToBeConnectedAgainAndIsDisconnected() {
        signIn();
        browser.click("[data-platform=twitch]", "By a code");
        browser.until(
                "lm-device-code", text -> text.contains("twitch.invalid/activate") && text.contains("Good for 29 min"));
        browser.picture("27-device-code");
        browser.size(StudioBrowser.LONG_PHONE);
        browser.picture("28-device-code-phone");
        browser.requireNothingSideways();
        browser.size(StudioBrowser.DESK);
        var code = browser.driver()
                .findElement(By.cssSelector("lm-device-code .copyable"))
                .getText();
        twitch.enter(code, new PlatformIdentity("4711", HOSTILE));
        browser.until("lm-accounts .accounts", text -> text.contains(HOSTILE) && text.contains("Connected"));
        assertThat(browser.driver().findElements(By.cssSelector("lm-accounts img, lm-device-code")))
                .isEmpty();

        var account = studio.live().accounts().of(ALICE).get(0);
        destination(twitch, "My Twitch", account);
        twitch.withdraw("4711");
        studio.live().accounts().access(account.id()).needsAuthorization("Twitch takes its tokens no more.");
        browser.until(
                "lm-accounts .accounts",
                text -> text.contains("Connect again") && text.contains("Twitch takes its tokens no more."));
        browser.picture("29-connect-again");
        browser.click("lm-accounts .accounts", "Connect again");
        browser.open(twitch.allow(atThePageOf("twitch"), account.identity()).toString());
        browser.until("lm-accounts .accounts", text -> text.contains("Connected"));

        browser.click("lm-accounts .accounts", "Disconnect");
        browser.until("dialog", text -> text.contains("Streams do not reach My Twitch any more"));
        browser.picture("30-disconnect");
        browser.click("dialog", "Disconnect it");
        browser.until("lm-accounts", text -> text.contains("is disconnected."));
        assertThat(studio.live().accounts().of(ALICE)).isEmpty();
        assertThat(twitch.takesAny("4711")).isFalse();
        browser.until("lm-destinations", text -> text.contains("its account is not connected any more"));
        var other = connect(twitch, new PlatformIdentity("4712", "Other"));
        browser.click("lm-destinations", "Use “Other”");
        browser.until("lm-destinations", text -> text.contains("by your account “Other”"));
        assertThat(studio.live().destinations().of(ALICE))
                .anySatisfy(saved -> assertThat(saved.destination().account()).isEqualTo(other.id()));
    }

    @Test
    void whatTheStreamIsCalledIsKept() {
        signIn();
        browser.until("lm-stream-details", text -> text.contains("from the next stream on"));
        browser.type("details-title", "Songs <of the sea>");
        browser.click("lm-stream-details", "Save");
        browser.until("lm-stream-details .problem", text -> text.contains("without < and >"));
        browser.type("details-title", "Songs of the sea");
        browser.type("details-description", "An evening.\nWith tea.");
        browser.type("details-category", "Music");
        browser.choose("details-privacy", "unlisted");
        browser.click("lm-stream-details", "Save");
        browser.until("lm-stream-details", text -> text.contains("Saved. Your next stream is called so."));
        assertThat(studio.live().broadcasts().details(ALICE))
                .isEqualTo(new StreamDetails("Songs of the sea", "An evening.\nWith tea.", "Music", Privacy.UNLISTED));
        browser.driver().navigate().refresh();
        browser.script("return document.getElementById('details-title')?.value === 'Songs of the sea'");
        browser.picture("31-details");
    }

    @Test
    void aStreamOnTwoPlatformsIsWatchedAnsweredAndRemembered() {
        var live = studio.live();
        var tube = destination(youtube, "My channel", connect(youtube, CHANNEL));
        var purple = destination(twitch, "My Twitch", connect(twitch, new PlatformIdentity("4711", "alice_live")));
        live.broadcasts().describe(ALICE, StreamDetails.titled("Songs of the sea"));
        live.destinations().of(ALICE).stream()
                .filter(saved -> saved.destination().account() == null)
                .forEach(saved -> live.destinations().remove(ALICE, saved.id()));
        youtube.shows().interval(Duration.ofSeconds(1));
        twitch.shows().interval(Duration.ofSeconds(1));
        browser.open(studio.invitation());
        browser.click("Continue as Alice");
        browser.until("lm-accounts .accounts", text -> text.contains("alice_live"));
        var session = publish();
        browser.until("lm-on-air .called", text -> text.equals("Songs of the sea"));
        browser.until(".going-to", text -> text.contains("not shown yet"));
        assertThat(browser.driver().findElements(By.cssSelector("lm-platform-chat section")))
                .as("the chat is there as soon as a platform is asked")
                .hasSize(1);
        youtube.shows().get(tube);
        twitch.shows().get(purple);
        youtube.shows().viewers(tube, 1200L);
        twitch.shows().viewers(purple, 34L);
        youtube.shows()
                .find(
                        tube,
                        new BroadcastIssue(
                                Severity.NOTE, "note", "The picture is smaller than your channel’s others."));
        browser.until(".going-to", text -> text.contains("shown · 1,200 watching") && text.contains("34 watching"));
        browser.until("lm-on-air .facts", text -> text.contains("1,234"));
        browser.until(".going-to .issues", text -> text.contains("The picture is smaller"));
        browser.until(".going-to", text -> text.contains("Watch on Youtube"));
        assertThat(browser.driver().findElement(By.linkText("Watch on Youtube")).getDomAttribute("href"))
                .startsWith("https://youtube.invalid/watch/");
        browser.until("lm-stream-details", text -> text.contains("The stream that runs keeps “Songs of the sea”."));

        says(youtube, session, "Zoë", HOSTILE, "");
        says(twitch, session, "fan_1", "Encore!", "500 bits");
        inTheChat("Encore!");
        inTheChat(HOSTILE);
        browser.picture("32-on-platforms");
        browser.size(StudioBrowser.LONG_PHONE);
        browser.picture("33-on-platforms-phone");
        browser.requireNothingSideways();
        browser.size(StudioBrowser.DESK);
        browser.script("""
                const root = document.querySelector('livemeter-platform-chat').shadowRoot;
                root.querySelector('form input').value = 'Thank you all';
                root.querySelector('form button').click();
                return true;
                """);
        inTheChat("Thank you all");
        assertThat(youtube.chats().saidFromHere(shown(session, "youtube"))).containsExactly("Thank you all");
        assertThat(twitch.chats().saidFromHere(shown(session, "twitch"))).containsExactly("Thank you all");

        youtube.shows()
                .refuse(
                        Question.ADVANCE,
                        new PlatformTrouble(false, null, "forbidden", "Youtube does not let us look."));
        browser.until(".going-to", text -> text.contains("Youtube does not let us look."));
        youtube.shows().recover();
        twitch.shows().viewers(purple, 3L);
        browser.until("lm-on-air .facts", text -> text.contains("1,203 · peak 1,234"));
        relay.hangUp(session);
        browser.until("lm-off-air", text -> text.contains("Off air"));
        browser.until(
                "lm-history",
                text -> text.contains("Songs of the sea")
                        && text.contains("1,234 watched at most")
                        && text.contains("Youtube: video being looked for"));
        browser.picture("34-history-sought", "lm-history");
        browser.click("lm-history", "My channel");
        youtube.shows().keep(tube, URI.create("https://youtube.invalid/video/1"));
        twitch.shows().discard(purple);
        browser.until("lm-history .videos", text -> text.equals("Video on Youtube"));
        browser.until(
                "lm-history details[open]",
                text -> text.contains("On the platform: ended there; 1,200 watched at most")
                        && text.contains("Twitch kept no video of it."));
        browser.picture("35-history-video", "lm-history");
        browser.size(StudioBrowser.PHONE);
        browser.picture("36-history-video-phone", "lm-history");
        browser.requireNothingSideways();
    }

    private SessionId publish() {
        var key = studio.live().streamKeys().rotate(ALICE).reveal();
        var session = ((Admission.Admitted) relay.publish(key)).session();
        new FluentWait<>(relay)
                .withTimeout(Duration.ofSeconds(60))
                .pollingEvery(Duration.ofMillis(20))
                .until(played -> played.pushes(session).size() == 2);
        relay.connectDestinations(session);
        return session;
    }

    private BroadcastRef shown(SessionId session, String platform) {
        return studio.live().broadcasts().of(session).stream()
                .filter(record -> record.terms().platform().equals(platform))
                .findFirst()
                .orElseThrow()
                .ref();
    }

    private void says(InMemoryPlatform platform, SessionId session, String name, String text, String paid) {
        platform.chats()
                .say(
                        shown(session, platform.name()),
                        new Message(
                                text, new PlatformAuthor(name, name, Set.of(Badge.MEMBER)), text, paid, Instant.now()));
    }

    private void inTheChat(String text) {
        browser.script("""
                const root = document.querySelector('livemeter-platform-chat')?.shadowRoot;
                return [...root?.querySelectorAll('.text') ?? []].some(one => one.textContent === arguments[0]);
                """, text);
    }
}
