package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.livemeter.call.Call;
import dev.livemeter.call.CallEnd;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Private calls and rooms as two people have them: two real Chromiums with played cameras, and media that flows between them. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioCallsPageTest {

    private static final String WIDGET = "const widget = document.querySelector(arguments[0]); ";

    /** Pictures that a page has seen in full size so far, and since when: a preview is smaller. */
    private static final String WATCH = WIDGET + """
            const video = widget.shadowRoot.querySelector('video');
            window.full = { from: null, to: null };
            setInterval(() => {
              if (video.srcObject && video.videoWidth >= 320 && video.currentTime !== window.full.at) {
                window.full.at = video.currentTime;
                window.full.from ??= performance.now();
                window.full.to = performance.now();
              }
            }, 50);
            """;

    @TempDir
    Path desk;

    @TempDir
    Path phone;

    private StudioApplication studio;
    private StudioBrowser alice;
    private StudioBrowser vera;

    @BeforeEach
    void open() throws IOException {
        studio = StudioApplication.start(StudioOptions.parse("--demo"), event -> {});
        studio.welcome();
        alice = StudioBrowser.withCamera(desk);
        vera = new StudioBrowser(phone);
        alice.open(studio.callInvitation(StudioApplication.ARTIST));
        alice.click("Continue as Alice");
        vera.open(studio.callInvitation(StudioApplication.VIEWER));
        vera.click("Continue as Vera");
        alice.until("h1", "My desk"::equals);
        vera.until("h1", "Who is live"::equals);
    }

    @AfterEach
    void close() {
        if (alice != null) {
            alice.close();
        }
        if (vera != null) {
            vera.close();
        }
        studio.close();
    }

    private void aliceStarts() {
        alice.clickInside("Start");
        alice.script(
                WIDGET + "return widget.dataset.state === 'ready' && widget.client.link.isOpen",
                "livemeter-broadcaster");
    }

    private void veraCalls() {
        vera.open(studio.pageUrl() + "call/alice");
        vera.until("h1", "Call Alice"::equals);
        vera.clickInside("Accept and call");
        alice.clickInside("Accept");
        for (var browser : new StudioBrowser[] {alice, vera}) {
            browser.script(
                    WIDGET + "return widget.dataset.state === 'live'",
                    browser == alice ? "livemeter-broadcaster" : "livemeter-call");
        }
    }

    private Call over() throws InterruptedException {
        var limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (true) {
            var last = studio.live()
                    .calls()
                    .history(StudioApplication.VIEWER, 1, null)
                    .get(0);
            if (last.state().isOver() && isSettled(last)) {
                return last;
            }
            assertThat(System.nanoTime()).as("the call is over within 40 s").isLessThan(limit);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** What the history tells is stored after the books. */
    private boolean isSettled(Call call) {
        return studio.live()
                .sessions()
                .find(call.session())
                .filter(session -> session.state().isOver())
                .filter(session -> session.metering().charged().equals(call.cost()))
                .isPresent();
    }

    @Test
    void aCallIsChargedForTheSecondsInWhichMediaFlowed() throws Exception {
        aliceStarts();
        vera.open(studio.pageUrl() + "call/alice");
        vera.until("h1", "Call Alice"::equals);
        vera.driver().executeScript(WATCH, "livemeter-call");
        vera.picture("call-before");
        vera.clickInside("Accept and call");
        alice.script(WIDGET + "return widget.dataset.state === 'ringing'", "livemeter-broadcaster");
        alice.picture("desk-ringing");
        alice.clickInside("Accept");
        vera.script("return window.full.to - window.full.from > 8000");
        vera.picture("call-live");
        alice.picture("desk-live");
        vera.size(StudioBrowser.PHONE);
        vera.requireNothingSideways();
        vera.picture("call-live-phone");
        vera.clickInside("Hang up");
        var call = over();

        var flowed = ((Number) vera.script("return window.full.to - window.full.from")).doubleValue() / 1000;
        assertThat(call.end().cause()).isEqualTo(CallEnd.Cause.HUNG_UP);
        assertThat(call.talked().toMillis() / 1000.0).isCloseTo(flowed, within(1.5));
        // The demo's price is ten cents a second, and a second that is begun counts whole.
        var seconds = call.talked().plusNanos(999_999_999).toSeconds();
        assertThat(call.cost()).isEqualTo(Money.of("USD", seconds / 10 + "." + seconds % 10 + "0"));
        assertThat(studio.live()
                        .wallets()
                        .balance(StudioApplication.VIEWER)
                        .orElseThrow()
                        .posted())
                .isEqualTo(Money.of("USD", "20.00").minus(call.cost()));
        assertThat(call.earned()).isEqualTo(call.share().of(call.cost()));
        assertThat(studio.verifyBooks().isClean()).isTrue();
        alice.script(WIDGET + "return widget.dataset.state === 'ready'", "livemeter-broadcaster");
    }

    @Test
    void aViewerIsAskedForNoCamera() {
        aliceStarts();
        veraCalls();
        vera.script(WIDGET + "return widget.shadowRoot.querySelector('video').videoWidth >= 320", "livemeter-call");
        // Nobody allowed this browser anything, and it was not asked: the permission would be denied then in a browser
        // without a person.
        assertThat(vera.script(
                        "return navigator.permissions.query({ name: 'camera' }).then(permission => permission.state)"))
                .isEqualTo("prompt");
        vera.clickInside("Hang up");
    }

    @Test
    void aTabThatIsClosedEndsTheCallForBoth() throws Exception {
        aliceStarts();
        veraCalls();
        vera.open("about:blank");
        var call = over();

        assertThat(call.end().cause()).isIn(CallEnd.Cause.DISCONNECTED, CallEnd.Cause.SILENT);
        alice.script(WIDGET + "return widget.dataset.state === 'ready'", "livemeter-broadcaster");
        assertThat(studio.verifyBooks().isClean()).isTrue();
    }

    @Test
    void aBalanceThatIsUsedUpEndsTheCall() throws Exception {
        var live = studio.live();
        live.wallets()
                .debit(new DebitRequest(
                        new TransferId("test-spent"),
                        UserId.of(StudioApplication.VIEWER),
                        Money.of("USD", "19.00"),
                        "spent elsewhere",
                        new Subject("test-spent"),
                        null));
        aliceStarts();
        veraCalls();
        var call = over();

        assertThat(call.end().cause()).isEqualTo(CallEnd.Cause.FUNDS_EXHAUSTED);
        assertThat(call.cost()).isEqualTo(Money.of("USD", "1.00"));
        assertThat(call.talked()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
        assertThat(live.wallets()
                        .balance(StudioApplication.VIEWER)
                        .orElseThrow()
                        .posted())
                .isEqualTo(Money.of("USD", "0.00"));
        vera.script(WIDGET + "return widget.dataset.state === 'ended'", "livemeter-call");
        alice.script(WIDGET + "return widget.dataset.state === 'ready'", "livemeter-broadcaster");
    }

    @Test
    void whatIsWrittenIsShownAsTextOverBothTransports() {
        aliceStarts();
        veraCalls();
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

    @Test
    void aRoomShowsItselfToWhoeverComesInAndSendsThemOut() {
        aliceStarts();
        alice.driver().executeScript(WIDGET + """
                widget.shadowRoot.querySelector('input').value = 'Open evening';
                widget.shadowRoot.querySelector('form').requestSubmit();
                """, "livemeter-room");
        vera.open(studio.pageUrl() + "talk/");
        vera.until(".people .name", "Open evening"::equals);
        vera.picture("directory");
        vera.clickInside("Look in");
        vera.until("h1", "Room"::equals);
        vera.clickInside("Watch");
        vera.script(WIDGET + "return widget.shadowRoot.querySelector('video').videoWidth >= 320", "livemeter-viewer");
        vera.picture("room");
        alice.clickInside("Send out");
        vera.script(WIDGET + "return widget.dataset.state === 'over'", "livemeter-viewer");
        alice.picture("desk-room");
        alice.clickInside("Close the room");
    }
}
