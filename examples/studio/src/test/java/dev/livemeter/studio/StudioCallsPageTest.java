package dev.livemeter.studio;

import static dev.livemeter.studio.TwoPeople.CALL;
import static dev.livemeter.studio.TwoPeople.DESK;
import static dev.livemeter.studio.TwoPeople.DIRECTORY;
import static dev.livemeter.studio.TwoPeople.ROOM;
import static dev.livemeter.studio.TwoPeople.VIEWER;
import static dev.livemeter.studio.TwoPeople.WIDGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.livemeter.call.CallEnd;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.WindowType;

/** Private calls and rooms as two people have them: two real Chromiums with played cameras, and media that flows between them. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@Tag("once") // what takes so long here is Chromium
class StudioCallsPageTest extends StudioTalk {

    private static final String BALANCE = "return document.querySelector('livemeter-balance')?.amount?.textContent ";

    private StudioBrowser alice;
    private StudioBrowser vera;

    @BeforeEach
    void name() {
        alice = people.alice();
        vera = people.vera();
    }

    @Test
    void theNewestWindowIsTheOneThatIsCalled() {
        people.aliceStarts();
        var first = alice.driver().getWindowHandle();
        alice.driver().switchTo().newWindow(WindowType.TAB);
        alice.open(studio.pageUrl() + "desk");
        alice.until("h1", "My desk"::equals);
        people.aliceStarts();
        var newest = alice.driver().getWindowHandle();
        alice.driver().switchTo().window(first);
        assertThat(alice.script(WIDGET + "return widget.problem.textContent || null", "livemeter-broadcaster"))
                .isEqualTo("You went on in another window; load this page again to go on here.");
        alice.driver().switchTo().window(newest);
        people.veraCalls();
    }

    @Test
    void aCallIsChargedForTheSecondsInWhichMediaFlowed() throws Exception {
        people.aliceStarts();
        people.veraOpensTheCall();
        people.veraKeepsConnections();
        TwoPeople.watchesPictures(vera, CALL);
        TwoPeople.readsTheMeter(vera, CALL);
        TwoPeople.readsTheMeter(alice, DESK);
        vera.script(BALANCE + "=== '$20.00'");
        vera.picture("call-before");
        vera.clickInside("Accept and call");
        people.aliceIs("ringing");
        alice.picture("desk-ringing");
        alice.clickInside("Accept");
        vera.script("return window.full.to - window.full.from > 8000");
        // The header goes along with the call, each second.
        assertThat(vera.script(WIDGET + """
                const shown = document.querySelector('livemeter-balance').amount.textContent;
                return shown === widget.meter.own.textContent ? shown : null;
                """, CALL)).asString().matches("[$]1[89][.][0-9]{2}");
        vera.picture("call-live");
        alice.picture("desk-live");
        vera.size(StudioBrowser.PHONE);
        vera.requireNothingSideways();
        vera.picture("call-live-phone");
        vera.clickInside("Hang up");
        var call = TwoPeople.overAt(studio.live());
        theMeterWentOnEachSecond(vera, "Time Cost Balance Left", false);
        theMeterWentOnEachSecond(alice, "Time Cost Earned Left", true);
        vera.script(
                BALANCE + "=== arguments[0]",
                "$" + BigDecimal.valueOf(20_000_000 - call.cost().micros(), 6).setScale(2));

        var flowed = ((Number) vera.script("return window.full.to - window.full.from")).doubleValue() / 1000;
        assertThat(call.end().cause()).isEqualTo(CallEnd.Cause.HUNG_UP);
        // Charged is up to the callee's last word before the caller hung up, which is up to a second old; and the
        // picture
        // is whole some tenths after both have confirmed it.
        assertThat(call.talked().toMillis() / 1000.0).isCloseTo(flowed, within(1.0));
        var counted = ((Number) vera.script("return window.counted.to - window.counted.from")).doubleValue() / 1000;
        assertThat(call.talked().toMillis() / 1000.0).as("by getStats").isCloseTo(counted, within(1.0));
        // The demo's price is ten cents a second, and a second that is begun counts whole.
        var seconds = call.talked().plusNanos(999_999_999).toSeconds();
        assertThat(call.cost()).isEqualTo(Money.of("USD", seconds / 10 + "." + seconds % 10 + "0"));
        assertThat(studio.live()
                        .wallets()
                        .balance(StudioApplication.VIEWER)
                        .orElseThrow()
                        .posted())
                .isEqualTo(Money.of("USD", "20.00").minus(call.cost()));
        vera.script(
                "return document.querySelector('livemeter-balance').amount.textContent === arguments[0]",
                "$" + Money.of("USD", "20.00").minus(call.cost()).amount());
        assertThat(call.earned()).isEqualTo(call.share().of(call.cost()));
        assertThat(studio.verifyBooks().isClean()).isTrue();
        people.aliceIs("ready");
    }

    /** Both sides see the time and what it costs; each their own money besides: the balance gets less, what is earned more. */
    private static void theMeterWentOnEachSecond(StudioBrowser person, String terms, boolean isEarned) {
        var seen = ((List<?>) person.driver().executeScript("return window.meter"))
                .stream().map(one -> (Map<?, ?>) one).toList();
        assertThat(seen).hasSizeGreaterThan(5).allMatch(one -> terms.equals(one.get("terms")));
        for (var i = 1; i < seen.size(); i++) {
            // A page that has no time to show one second shows the next; and the server may know of a little less than
            // was counted on.
            assertThat(seconds(seen.get(i)) - seconds(seen.get(i - 1)))
                    .as("seconds from one reading to the next, of %s", seen)
                    .isBetween(-1L, 2L);
            assertThat(dollars(seen.get(i), "cost")).isGreaterThanOrEqualTo(dollars(seen.get(i - 1), "cost"));
        }
        var first = seen.get(1);
        var last = seen.get(seen.size() - 1);
        var cost = dollars(last, "cost").subtract(dollars(first, "cost"));
        // The demo's price is ten cents a second; the server's figures come each second.
        assertThat(cost)
                .isBetween(
                        BigDecimal.valueOf(seconds(last) - seconds(first) - 3).movePointLeft(1),
                        BigDecimal.valueOf(seconds(last) - seconds(first) + 3).movePointLeft(1));
        var own = dollars(last, "own").subtract(dollars(first, "own"));
        assertThat(isEarned ? own : own.negate()).isPositive().isLessThanOrEqualTo(cost.add(new BigDecimal("0.30")));
        assertThat((String) last.get("left")).matches("\\d+:\\d\\d(:\\d\\d)?");
    }

    private static long seconds(Map<?, ?> reading) {
        var parts = ((String) reading.get("time")).split(":", -1);
        return Long.parseLong(parts[0]) * 60 + Long.parseLong(parts[1]);
    }

    private static BigDecimal dollars(Map<?, ?> reading, String name) {
        return new BigDecimal(((String) reading.get(name)).substring(1));
    }

    @Test
    void aDeskDeclinesChangesItsDevicesAndHangsUpWhenItIsStopped() throws Exception {
        people.aliceStarts();
        people.veraOpensTheCall();
        vera.clickInside("Accept and call");
        people.aliceIs("ringing");
        alice.clickInside("Decline");
        people.veraIs("ended");
        people.veraReads("alice declined.");
        people.aliceIs("ready");

        people.veraCallsAgain();
        aliceTurnsTo("cameras", "getVideoTracks");
        aliceTurnsTo("microphones", "getAudioTracks");
        veraGetsNewPictures(CALL);
        alice.driver().executeScript(WIDGET + "window.sent = widget.stream.getTracks()", DESK);
        alice.clickInside("Stop");
        people.veraIs("ended");
        people.aliceIs("off");
        assertThat(alice.driver().executeScript("return window.sent.every(track => track.readyState === 'ended')"))
                .isEqualTo(true);
        var stopped = TwoPeople.overAt(studio.live()).end();
        assertThat(stopped.cause()).isEqualTo(CallEnd.Cause.HUNG_UP);
        assertThat(stopped.by()).isEqualTo(UserId.of(StudioApplication.ARTIST));
        people.aliceStarts();
        people.veraCallsAgain();
        vera.clickInside("Hang up");
    }

    @Test
    void aViewerIsAskedForNoCamera() {
        people.aliceStarts();
        people.veraOpensTheCall();
        TwoPeople.countsQuestionsForACamera(vera);
        people.veraCallsAgain();
        vera.script(WIDGET + "return widget.shadowRoot.querySelector('video').videoWidth >= 320", "livemeter-call");
        assertThat(vera.driver().executeScript(WIDGET + "return widget.longer.hidden", CALL))
                .isEqualTo(true);
        assertThat(vera.driver().executeScript("return window.asked")).isEqualTo(0L);
        // Whoever wants to be seen is asked then; this browser has no camera.
        vera.clickInside("My camera");
        vera.script(WIDGET + "return widget.problem.textContent !== ''", CALL);
        assertThat(vera.driver().executeScript("return window.asked")).isEqualTo(1L);
        people.veraIs("live");
        vera.clickInside("Hang up");
    }

    @Test
    void aTabThatIsClosedEndsTheCallForBoth() throws Exception {
        people.aliceStarts();
        people.veraCalls();
        vera.open("about:blank");
        var call = TwoPeople.overAt(studio.live());

        assertThat(call.end().cause()).isIn(CallEnd.Cause.DISCONNECTED, CallEnd.Cause.SILENT);
        people.aliceIs("ready");
        assertThat(studio.verifyBooks().isClean()).isTrue();
    }

    @Test
    @Tag(StudioTalk.SHORT_PREVIEWS)
    void aBalanceThatIsUsedUpEndsTheCall() throws Exception {
        var live = studio.live();
        veraHasMoneyFor(10);
        people.aliceStarts();
        people.veraCalls();
        var call = TwoPeople.overAt(studio.live());

        assertThat(call.end().cause()).isEqualTo(CallEnd.Cause.FUNDS_EXHAUSTED);
        assertThat(call.cost()).isEqualTo(Money.of("USD", "1.00"));
        assertThat(call.talked()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
        assertThat(live.wallets()
                        .balance(StudioApplication.VIEWER)
                        .orElseThrow()
                        .posted())
                .isEqualTo(Money.of("USD", "0.00"));
        people.veraIs("ended");
        people.aliceIs("ready");
    }

    @Test
    void whatIsWrittenIsShownAsTextOverBothTransports() {
        people.aliceStarts();
        people.veraCalls();
        var hostile = "<img src=x onerror=window.hacked=1><b>bold</b>";
        vera.script(WIDGET + "return widget !== null", "livemeter-chat");
        vera.driver().executeScript(WIDGET + """
                const input = widget.shadowRoot.querySelector('input');
                input.value = arguments[1];
                widget.shadowRoot.querySelector('form').requestSubmit();
                """, "livemeter-chat", hostile);
        for (var browser : new StudioBrowser[] {alice, vera}) {
            assertThat(browser.script(
                            WIDGET + "return widget.shadowRoot.querySelector('ol .text')?.textContent ?? null",
                            "livemeter-chat"))
                    .isEqualTo(hostile);
            assertThat(browser.driver().executeScript("return window.hacked === undefined"))
                    .isEqualTo(true);
            assertThat(browser.driver()
                            .executeScript(
                                    WIDGET + "return widget.shadowRoot.querySelector('ol img, ol b') === null",
                                    "livemeter-chat"))
                    .isEqualTo(true);
        }
        assertThat(vera.script(WIDGET + "return widget.dataset.transport", "livemeter-chat"))
                .isEqualTo("socket");
        vera.driver().executeScript(WIDGET + """
                const again = widget.cloneNode();
                again.setAttribute('transport', 'polling');
                const client = widget.client;
                widget.replaceWith(again);
                again.client = client;
                """, "livemeter-chat");
        assertThat(vera.script(WIDGET + "return widget.dataset.transport", "livemeter-chat"))
                .isEqualTo("polling");
        assertThat(vera.script(
                        WIDGET + "return widget.shadowRoot.querySelector('ol .text')?.textContent ?? null",
                        "livemeter-chat"))
                .isEqualTo(hostile);
        vera.clickInside("Hang up");
    }

    private void aliceTurnsToAnotherCamera() {
        aliceTurnsTo("cameras", "getVideoTracks");
    }

    /** The last one that Chromium plays; the second camera sees depths, and no pictures. */
    private void aliceTurnsTo(String choice, String tracks) {
        assertThat(alice.script(WIDGET + """
            const devices = widget[arguments[1]];
            if (devices.options.length < 2) {
              return null;
            }
            devices.value = devices.options[devices.options.length - 1].value;
            devices.dispatchEvent(new Event('change'));
            return devices.value;
            """, DESK, choice))
                .isEqualTo(alice.script(WIDGET + """
                const [track] = widget.stream[arguments[2]]();
                const { deviceId } = track.getSettings();
                return track.readyState === 'live' && deviceId === widget[arguments[1]].value ? deviceId : null;
                """, DESK, choice, tracks));
    }

    /** As many new pictures, from now on, as the old camera cannot have left in the pipe. */
    private void veraGetsNewPictures(String element) {
        vera.driver().executeScript(WIDGET + """
            widget.before = widget.shadowRoot.querySelector('video').getVideoPlaybackQuality().totalVideoFrames;
            """, element);
        vera.script(WIDGET + """
            const video = widget.shadowRoot.querySelector('video');
            return video.getVideoPlaybackQuality().totalVideoFrames - widget.before > 40;
            """, element);
    }

    @Test
    void aCameraThatIsChangedIsShownToThoseWhoWatchAndToWhoeverComesLater() {
        people.aliceStarts();
        people.aliceOpensARoom("Open evening");
        people.veraLooksIn("Open evening");
        TwoPeople.countsQuestionsForACamera(vera);
        vera.clickInside("Watch");
        veraGetsNewPictures(VIEWER);
        assertThat(vera.driver().executeScript("return window.asked")).isEqualTo(0L);
        alice.clickInside("Mute");
        aliceTurnsToAnotherCamera();
        veraGetsNewPictures(VIEWER);
        // Who had muted the microphone has it muted still.
        assertThat(alice.driver().executeScript(WIDGET + "return widget.stream.getAudioTracks()[0].enabled", DESK))
                .isEqualTo(false);
        assertThat(alice.driver().executeScript(WIDGET + "return widget.sound.getAttribute('aria-pressed')", DESK))
                .isEqualTo("true");
        vera.clickInside("Leave");
        vera.script(WIDGET + "return widget.dataset.state === 'over'", VIEWER);
        vera.clickInside("Watch");
        veraGetsNewPictures(VIEWER);
        alice.clickInside("Close the room");
    }

    @Test
    void aDeskThatIsLoadedAgainGoesOnWithItsRoom() {
        people.aliceStarts();
        people.aliceOpensARoom("Open evening");
        people.veraLooksIn("Open evening");
        vera.clickInside("Watch");
        veraGetsNewPictures(VIEWER);
        alice.driver().navigate().refresh();
        alice.until("h1", "My desk"::equals);
        alice.script(WIDGET + "return widget.state?.textContent.startsWith('Open evening is open')", ROOM);
        people.aliceStarts();
        veraGetsNewPictures(VIEWER);
        assertThat(studio.live().rooms().of(StudioApplication.ARTIST)).hasSize(1);
        alice.clickInside("Close the room");
        vera.script(WIDGET + "return widget.dataset.state === 'over'", VIEWER);
        alice.script(WIDGET + "return !widget.planning.hidden", ROOM);
    }

    @Test
    void aRoomForMembersLetsInWhomItsBroadcasterNamed() {
        people.aliceStarts();
        people.aliceOpensARoom("Only for friends", "members");
        people.veraLooksIn("Only for friends");
        vera.clickInside("Watch");
        vera.script(WIDGET + "return widget.problem.textContent.includes('member')", VIEWER);
        alice.type("member", "Vera");
        alice.click("Make a member");
        alice.until(".people .name", "Vera"::equals);
        vera.clickInside("Watch");
        veraGetsNewPictures(VIEWER);
        alice.picture("desk-members");
        alice.clickInside("Close the room");
    }

    @Test
    void whoWatchesByTheMinuteAcceptsThePriceAndTheBroadcasterSeesWhatTheyPay() {
        people.aliceStarts();
        people.aliceOpensARoom("Rehearsal", "spectators");
        people.veraLooksIn("Rehearsal");
        vera.clickInside("Accept and watch");
        alice.script(WIDGET + "return / 0:\\d\\d · pays [$](0[.][1-9]|[1-9])/.test(widget.viewers.textContent)", ROOM);
        alice.picture("desk-room-metered");
        vera.clickInside("Leave");
        vera.script(WIDGET + "return widget.words.textContent === 'You left.'", VIEWER);
        assertThat(studio.verifyBooks().isClean()).isTrue();
    }

    @Test
    void moreThanARoomHoldsIsRefusedAndWhatIsAnnouncedIsShown() {
        alice.script(WIDGET + """
            widget.topic.value = 'Concert';
            widget.capacity.value = '50';
            widget.startsAt.value = '2099-01-02T20:00';
            widget.visibility.value = 'public';
            widget.kind.value = 'ticket';
            widget.kind.dispatchEvent(new Event('change'));
            widget.ticket.value = '5.00';
            widget.lasts.value = '90';
            widget.shadowRoot.querySelector('form').requestSubmit();
            return true;
            """, ROOM);
        alice.script(
                WIDGET + "return widget.problem.textContent === 'The room is to hold 50 viewers; expected 1 to 25.'",
                ROOM);
        alice.script(
                WIDGET
                        + "widget.capacity.value = '25'; widget.shadowRoot.querySelector('form').requestSubmit();"
                        + " return true",
                ROOM);
        alice.script(WIDGET + "return widget.announced.textContent.includes('Concert')", ROOM);
        var room = studio.live().rooms().of(StudioApplication.ARTIST).get(0);
        assertThat(room.ticketLasts()).isEqualTo(Duration.ofMinutes(90));
        people.veraLooksIn("Concert");
        vera.clickInside("Buy a ticket");
        vera.script(WIDGET + "return widget.low.textContent.startsWith('You have a ticket.')", VIEWER);
        vera.picture("room-announced");
        alice.clickInside("Call off");
        alice.script(WIDGET + "return widget.announced.childElementCount === 0", ROOM);
        // A room that never opened gives all back.
        assertThat(studio.live()
                        .wallets()
                        .balance(StudioApplication.VIEWER)
                        .orElseThrow()
                        .posted())
                .isEqualTo(Money.of("USD", "20.00"));
    }

    @Test
    void theKeyboardAloneIsEnoughForACallAndForARoom() {
        people.aliceStarts();
        people.veraOpensTheCall();
        vera.script(WIDGET + "return !widget.call.disabled", CALL);
        vera.pressByKeyboard("Accept and call");
        people.aliceIs("ringing");
        alice.pressByKeyboard("Accept");
        people.veraIs("live");
        vera.pressByKeyboard("Hang up");
        people.veraIs("ended");
        people.aliceIs("ready");
        people.aliceOpensARoom("Open evening");
        vera.open(studio.pageUrl() + "talk/");
        people.veraLooksIn("Open evening");
        vera.script(WIDGET + "return !widget.join.disabled", VIEWER);
        vera.pressByKeyboard("Watch");
        vera.script(WIDGET + "return widget.dataset.state === 'in'", VIEWER);
        vera.pressByKeyboard("Leave");
        vera.script(WIDGET + "return widget.dataset.state === 'over'", VIEWER);
    }

    @Test
    void aCallOfAnAgreedLengthIsMadeLonger() {
        people.aliceStarts();
        people.veraOpensTheCall();
        vera.script(WIDGET + """
            widget.length.value = '300';
            widget.length.dispatchEvent(new Event('change'));
            return true;
            """, CALL);
        vera.script(WIDGET + "return widget.price.textContent.includes('5 minutes: $30.00.')", CALL);
        people.veraCallsAgain();
        assertThat(vera.script(WIDGET + "return widget.client.calls.status.agreed", CALL))
                .isEqualTo(300L);
        vera.clickInside("5 minutes more");
        vera.script(WIDGET + "return widget.client.calls.status.agreed === 600", CALL);
        vera.clickInside("Tip $1.00");
        vera.script(WIDGET + "return widget.tip.thanks.textContent === '$1.00 given. Thank you!'", CALL);
        alice.script(WIDGET + "return Number(widget.client.calls.status.tips.amount) === 1", DESK);
        vera.picture("call-agreed");
        vera.clickInside("Hang up");
    }

    @Test
    void aRoomShowsItselfToWhoeverComesInAndSendsThemOut() {
        people.aliceStarts();
        people.aliceOpensARoom("Open evening");
        vera.open(studio.pageUrl() + "talk/");
        TwoPeople.isListed(vera, "Open evening");
        TwoPeople.isListed(vera, "Alice");
        assertThat(vera.script(
                        WIDGET
                                + "return widget.open.list.textContent.includes('Live now') && widget.open.list.textContent",
                        DIRECTORY))
                .isEqualTo("Open eveningLive nowFreeAlice · 0 of 5 places takenLook in");
        vera.size(StudioBrowser.PHONE);
        vera.requireNothingSideways();
        vera.picture("directory-phone");
        vera.size(StudioBrowser.DESK);
        vera.picture("directory");
        people.veraLooksIn("Open evening");
        vera.clickInside("Watch");
        vera.script(WIDGET + "return widget.shadowRoot.querySelector('video').videoWidth >= 320", "livemeter-viewer");
        vera.picture("room");
        vera.size(StudioBrowser.PHONE);
        vera.requireNothingSideways();
        vera.picture("room-phone");
        alice.size(StudioBrowser.LONG_PHONE);
        alice.requireNothingSideways();
        alice.picture("desk-phone");
        alice.size(StudioBrowser.DESK);
        alice.clickInside("Send out");
        vera.script(WIDGET + "return widget.dataset.state === 'over'", "livemeter-viewer");
        alice.picture("desk-room");
        alice.clickInside("Close the room");
    }
}
