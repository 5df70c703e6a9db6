package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;

/**
 * One artist's whole way through the studio: two accounts connected on the pages of platforms, a stream from a real ffmpeg through the real relay to both, an audience that is heard and answered, the end, and
 * the videos in the history. What is not real are YouTube and Twitch.
 */
@Tag("once")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioJourneyTest extends StudioPage {

    private static final String ALICE = StudioApplication.ARTIST;
    private static final String TITLE = "Songs of the sea";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GOING_TO = "lm-on-air .going-to";

    @Test
    void fromTheAccountsToTheVideos() throws Exception {
        var live = studio.live();
        live.destinations().of(ALICE).forEach(saved -> live.destinations().remove(ALICE, saved.id()));
        browser.open(studio.invitation());
        browser.click("Continue as Alice");
        browser.until("lm-accounts", text -> text.contains("None yet.") && text.contains("played on this machine"));
        var platforms = studio.playing().orElseThrow();
        connect("youtube", platforms.youtube().page(), ALICE, "Alice’s songs on YouTube (stand-in) is connected.");
        connect("twitch", platforms.twitch().page(), "1001", "alice_sings on Twitch (stand-in) is connected.");
        goBy("youtube", "My channel");
        goBy("twitch", "My Twitch");
        browser.type("details-title", TITLE);
        browser.click("lm-stream-details", "Save");
        browser.until("lm-stream-details", text -> text.contains("Saved."));
        var studioTab = browser.tab();
        var twitchTab = browser.newTab(platforms.twitch().watch("1001"));
        watched(12);

        browser.turnTo(studioTab);
        var key = live.streamKeys().rotate(ALICE).reveal();
        final SessionId session;
        try (var encoder = TestPicture.publish(live.ingest().url().toString(), key)) {
            browser.until(GOING_TO, text -> text.split("Live\\b", -1).length == 3, PATIENCE);
            session = live.sessions().running(ALICE).get(0).session().id();
            browser.until("lm-on-air .called", text -> text.equals(TITLE));
            browser.until(GOING_TO, text -> text.contains("12 watching"), PATIENCE);

            // The audience: on YouTube behind the link in the studio, on Twitch in the tab that is open.
            var youtubeTab = browser.newTab(URI.create(browser.driver()
                    .findElement(By.linkText("Watch on YouTube (stand-in)"))
                    .getDomProperty("href")));
            browser.until("body", text -> text.contains(TITLE) && text.contains("live"));
            browser.picture("40-watch-page");
            watched(30);
            says("Fan", "Encore!");
            browser.turnTo(twitchTab);
            says("deep_blue", "Ahoy <b>there</b>");
            browser.turnTo(studioTab);
            inTheChat("Fan", "Encore!");
            inTheChat("deep_blue", "Ahoy <b>there</b>");
            browser.until("lm-on-air .facts", text -> text.contains("42"), PATIENCE);
            browser.picture("41-journey-live");
            answer("Thank you all");
            browser.turnTo(youtubeTab);
            browser.open(browser.driver().getCurrentUrl() + "&chat=1");
            browser.until("body", text -> text.contains("Thank you all"));
            browser.turnTo(twitchTab);
            browser.open(platforms.twitch().watch("1001") + "?chat=1");
            browser.until("body", text -> text.contains("Thank you all"));
            browser.turnTo(studioTab);
            assertThat(encoder.isPublishing()).isTrue();

            browser.click("Stop the stream");
            browser.press("dialog button[value=yes]");
            assertThat(encoder.endsWithin(Duration.ofSeconds(60))).isTrue();
        }
        browser.until("lm-off-air", text -> text.contains("Off air"));
        browser.until("lm-history", text -> text.contains(TITLE) && text.contains("42 watched at most"), PATIENCE);
        browser.until(
                "lm-history .videos",
                text -> text.equals("Video on YouTube (stand-in), Video on Twitch (stand-in)")
                        || text.equals("Video on Twitch (stand-in), Video on YouTube (stand-in)"),
                PATIENCE);
        browser.picture("42-journey-history", "lm-history");
        for (var name : new String[] {"YouTube", "Twitch"}) {
            browser.newTab(URI.create(browser.driver()
                    .findElement(By.linkText("Video on " + name + " (stand-in)"))
                    .getDomProperty("href")));
            browser.until("body", text -> text.contains(TITLE));
            browser.turnTo(studioTab);
        }
        itIsOverEverywhere(platforms, session);
        itWasPaidForOnce(session);
    }

    private void connect(String platform, URI page, String account, String connected) {
        browser.click("[data-platform=" + platform + "]", "Connect");
        browser.at(page.toString());
        browser.picture("39-consent-" + platform);
        browser.press("input[type=radio][value='" + account + "']");
        browser.click("Allow");
        browser.until("lm-accounts", text -> text.contains(connected));
    }

    private void goBy(String platform, String name) {
        browser.click("Add a destination");
        browser.until("lm-destination-form", text -> text.contains("Platform"));
        browser.choose("new-platform", platform);
        browser.until("lm-destination-form", text -> text.contains("Your account"));
        browser.type("new-name", name);
        browser.press("lm-destination-form button.primary");
        browser.until("lm-destinations", text -> text.contains(name));
    }

    private void watched(int viewers) {
        browser.type("viewers", Integer.toString(viewers));
        browser.click("Set viewers");
        browser.until("#viewers-now", text -> text.equals(Integer.toString(viewers)));
    }

    private void says(String author, String text) {
        browser.type("author", author);
        browser.type("text", text);
        browser.click("Say it");
        browser.until("body", body -> body.contains("Say it"));
    }

    private void inTheChat(String author, String text) {
        browser.script("""
                const root = document.querySelector('livemeter-platform-chat')?.shadowRoot;
                return [...root?.querySelectorAll('li') ?? []].some(line =>
                    line.querySelector('.who')?.textContent === arguments[0] && line.querySelector('.text').textContent === arguments[1]);
                """, author, text);
    }

    private void answer(String text) {
        browser.script("""
                const root = document.querySelector('livemeter-platform-chat').shadowRoot;
                const input = root.querySelector('form input');
                input.value = arguments[0];
                input.dispatchEvent(new Event('input'));
                root.querySelector('form button').click();
                return true;
                """, text);
        var outcome = (String) browser.script("""
                const root = document.querySelector('livemeter-platform-chat').shadowRoot;
                const told = [root.querySelector('.outcome'), root.querySelector('.problem')].map(one => one.innerText).join('').trim();
                return told === '' ? null : told;
                """, PATIENCE);
        assertThat(outcome.replace("\n", " ").split(" said", -1)).as(outcome).hasSize(3);
    }

    private void itIsOverEverywhere(PlayedPlatforms platforms, SessionId session) {
        assertThat(platforms.youtube().broadcasts())
                .as("one stream, one broadcast")
                .singleElement()
                .satisfies(id -> assertThat(platforms.youtube().broadcast(id, "status.lifeCycleStatus"))
                        .isEqualTo("complete"));
        assertThat(platforms.twitch().isLive("1001")).isFalse();
        assertThat(studio.live().broadcasts().of(session))
                .hasSize(2)
                .allSatisfy(record -> {
                    assertThat(record.state()).isEqualTo(BroadcastState.ENDED);
                    assertThat(record.dueAt()).isNull();
                })
                .extracting(BroadcastRecord::detail)
                .containsOnly("");
    }

    private void itWasPaidForOnce(SessionId session) {
        assertThat(studio.live().sessions().history(ALICE, 10)).singleElement().satisfies(past -> {
            assertThat(past.id()).isEqualTo(session);
            assertThat(past.end()).isInstanceOf(SessionEnd.class);
            var charged = past.metering().charged();
            assertThat(charged).isEqualTo(past.metering().cost());
            assertThat(charged.isZero()).isFalse();
            var balance = studio.live().wallets().balance(ALICE).orElseThrow();
            assertThat(balance.held().isZero()).isTrue();
            assertThat(balance.posted()).isEqualTo(Money.of("USD", "20.00").minus(charged));
        });
        assertThat(studio.verifyBooks().findings()).isEmpty();
    }
}
