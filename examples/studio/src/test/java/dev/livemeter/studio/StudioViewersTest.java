package dev.livemeter.studio;

import static dev.livemeter.studio.TwoPeople.CALL;
import static dev.livemeter.studio.TwoPeople.DIRECTORY;
import static dev.livemeter.studio.TwoPeople.ROOM;
import static dev.livemeter.studio.TwoPeople.VIEWER;
import static dev.livemeter.studio.TwoPeople.WIDGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.livemeter.money.Money;
import dev.livemeter.room.Participant;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Those who watch and pay: several of them, those whose money ends, and guests without any. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@Tag("once") // what takes so long here is Chromium
class StudioViewersTest extends StudioTalk {

    /** For how long such pictures have come, in milliseconds. */
    private static final String COUNTED = "return window.counted.to - window.counted.from ";

    @Test
    void twoViewersOfARoomAreEachChargedForTheSecondsInWhichMediaFlowed(@TempDir Path tablet) throws Exception {
        var live = studio.live();
        live.wallets().credit(StudioApplication.FRIEND, Money.of("USD", "20.00"), "test-friend");
        var vera = people.vera();
        people.aliceStarts();
        people.aliceOpensARoom("Rehearsal", "spectators");
        try (var bob = new StudioBrowser(tablet)) {
            bob.open(studio.callInvitation(StudioApplication.FRIEND));
            bob.click("Continue as Bob");
            bob.until("h1", "My desk"::equals);
            bob.open(studio.pageUrl() + "talk/");
            for (var viewer : List.of(vera, bob)) {
                TwoPeople.looksIn(viewer, "Rehearsal");
                TwoPeople.keepsConnections(viewer);
                TwoPeople.watchesPictures(viewer, VIEWER);
                viewer.clickInside("Accept and watch");
            }
            bob.script(COUNTED + "> 3000");
            vera.script(COUNTED + "> 3000");
            people.alice().script(WIDGET + """
                    return [...widget.viewers.children]
                      .filter(line => / 0:\\d\\d · pays [$](0[.][1-9]|[1-9])/.test(line.textContent)).length === 2;
                    """, ROOM);
            people.alice().picture("desk-two-viewers");
            vera.clickInside("Leave");
            vera.script(WIDGET + "return widget.words.textContent === 'You left.'", VIEWER);
            isChargedForWhatFlowed(StudioApplication.VIEWER, vera);

            // The one who is left sees no gap, and is watched alone from then on.
            var before = ((Number) bob.driver().executeScript(COUNTED)).longValue();
            bob.script(COUNTED + "> " + (before + 3000));
            people.alice().script(WIDGET + "return widget.viewers.children.length === 1", ROOM);
            bob.clickInside("Leave");
            bob.script(WIDGET + "return widget.words.textContent === 'You left.'", VIEWER);
            isChargedForWhatFlowed(StudioApplication.FRIEND, bob);
        }
        assertThat(studio.verifyBooks().isClean()).isTrue();
    }

    /** By what the browser counted; the demo's price is ten cents for each second that is begun. */
    private void isChargedForWhatFlowed(String viewer, StudioBrowser browser) throws InterruptedException {
        var flowed = ((Number) browser.driver().executeScript(COUNTED)).doubleValue() / 1000;
        var paid = settled(viewer);
        var seconds = paid.watched().toMillis() / 1000.0;
        assertThat(seconds).as("of " + viewer + ", by getStats").isCloseTo(flowed, within(1.0));
        var begun = paid.watched().plusNanos(999_999_999).toSeconds();
        assertThat(paid.cost()).isEqualTo(Money.of("USD", begun / 10 + "." + begun % 10 + "0"));
        assertThat(studio.live().wallets().balance(viewer).orElseThrow().posted())
                .isEqualTo(Money.of("USD", "20.00").minus(paid.cost()));
    }

    /** A viewer's time in the room that is open, once it is in the books. */
    private Participant settled(String viewer) throws InterruptedException {
        var live = studio.live();
        var room = live.rooms().of(StudioApplication.ARTIST).get(0).id();
        var limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            var settled = live.rooms().participants(StudioApplication.ARTIST, room).stream()
                    .filter(one -> one.viewer().value().equals(viewer))
                    .filter(one -> !one.isPresent())
                    .filter(one -> live.sessions()
                            .find(Objects.requireNonNull(one.session()))
                            .filter(session -> session.state().isOver())
                            .filter(session -> session.metering().charged().equals(one.cost()))
                            .isPresent())
                    .findFirst();
            if (settled.isPresent()) {
                return settled.get();
            }
            assertThat(System.nanoTime()).as("it is charged within a minute").isLessThan(limit);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Test
    @Tag(StudioTalk.TOP_UP_PAGE)
    void whoseMoneyEndsIsGivenThePageToPayInAndGoesOnMeanwhile() throws Exception {
        var vera = people.vera();
        assertThat(vera.script("return document.querySelector('lm-pay-in a')?.href ?? null"))
                .isEqualTo(StudioTalk.COINS);
        assertThat(vera.driver().executeScript("return document.querySelector('lm-pay-in button') === null"))
                .isEqualTo(true);
        veraHasMoneyFor(10);
        people.aliceStarts();
        people.veraCalls();
        paysInElsewhere(CALL);
        people.veraIs("live");
        vera.size(StudioBrowser.PHONE);
        vera.requireNothingSideways();
        vera.picture("call-top-up-page-phone");
        vera.size(StudioBrowser.DESK);
        vera.clickInside("Hang up");
        TwoPeople.overAt(studio.live());
        studio.live().wallets().credit(StudioApplication.VIEWER, Money.of("USD", "1.00"), "test-more");

        people.aliceOpensARoom("Rehearsal", "spectators");
        vera.open(studio.pageUrl() + "talk/");
        people.veraLooksIn("Rehearsal");
        vera.clickInside("Accept and watch");
        vera.script(WIDGET + "return widget.dataset.state === 'in'", VIEWER);
        paysInElsewhere(VIEWER);
        assertThat(vera.script(WIDGET + "return widget.price.textContent", VIEWER))
                .isEqualTo("Rehearsal · alice");
        vera.picture("room-top-up-page");
        vera.size(StudioBrowser.PHONE);
        vera.requireNothingSideways();
        vera.picture("room-top-up-page-phone");
        vera.size(StudioBrowser.DESK);
        vera.script(WIDGET + "return widget.dataset.state === 'in'", VIEWER);
        vera.clickInside("Leave");
    }

    /** By the link, which opens a tab beside the one where the picture goes on. */
    private void paysInElsewhere(String element) {
        var vera = people.vera();
        vera.driver().executeScript(WIDGET + """
                widget.addEventListener('topup', ({ detail }) => (window.toldOf = detail.page));
                """, element);
        var here = vera.tab();
        vera.script(
                WIDGET
                        + "const { link, button } = widget.topUp; return !link.hidden && button.hidden && link.textContent === 'Pay in in a new tab'",
                element);
        // As a person does: a browser opens no tab for a script alone.
        vera.pressByKeyboard("Pay in in a new tab");
        assertThat(vera.script("return window.toldOf ?? null")).isEqualTo(StudioTalk.COINS);
        var other = vera.otherTab();
        vera.turnTo(other);
        vera.at(StudioTalk.COINS);
        vera.driver().close();
        vera.turnTo(here);
    }

    @Test
    void aGuestComesIntoAFreeRoomWritesAndHasNothingToPayWith() {
        people.aliceStarts();
        people.aliceOpensARoom("Open evening");
        var gus = people.vera();
        gus.driver().manage().deleteAllCookies();
        gus.open(studio.pageUrl() + "talk/");
        gus.until("h2", "Without an account"::equals);
        gus.picture("guest-sign-in");
        gus.size(StudioBrowser.PHONE);
        gus.requireNothingSideways();
        gus.picture("guest-sign-in-phone");
        gus.size(StudioBrowser.DESK);
        gus.type("guest-name", "Gus");
        gus.click("Come in as a guest");
        gus.until("h1", "Who is live"::equals);
        assertThat(gus.script(WIDGET + "return widget.people.element.hidden", DIRECTORY))
                .isEqualTo(true);
        people.veraLooksIn("Open evening");
        gus.clickInside("Watch");
        gus.script(WIDGET + "return widget.shadowRoot.querySelector('video').videoWidth >= 320", VIEWER);
        people.alice().script(WIDGET + "return widget.viewers.textContent.startsWith('Gus (guest) 0:')", ROOM);
        gus.script(WIDGET + """
                const input = widget.shadowRoot.querySelector('input');
                input.value = 'hello';
                widget.shadowRoot.querySelector('form').requestSubmit();
                return true;
                """, "livemeter-chat");
        people.alice()
                .script(
                        WIDGET
                                + "return widget?.shadowRoot?.querySelector('ol li')?.textContent === 'Gus (guest)helloDelete'",
                        "livemeter-chat");
        gus.picture("room-guest");
        people.alice().picture("desk-guest");
        gus.open(studio.pageUrl() + "call/alice");
        gus.until("h1", "Call Alice"::equals);
        assertThat(gus.script(WIDGET + "return widget?.badge?.words.textContent || null", "livemeter-live-badge"))
                .isEqualTo("Live now");
        gus.picture("call-guest");
        gus.clickInside("Accept and call");
        gus.script(WIDGET + "return widget.problem.textContent !== ''", CALL);
        assertThat(studio.live().calls().history(StudioApplication.ARTIST, 1, null))
                .isEmpty();
        people.alice().clickInside("Close the room");
    }
}
