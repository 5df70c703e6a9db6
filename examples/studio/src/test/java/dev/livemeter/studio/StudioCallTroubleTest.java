package dev.livemeter.studio;

import static dev.livemeter.studio.TwoPeople.CALL;
import static dev.livemeter.studio.TwoPeople.VIEWER;
import static dev.livemeter.studio.TwoPeople.WIDGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.livemeter.call.CallEnd;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.moderation.Moderator.Standing;
import dev.livemeter.money.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes between two people who talk: browsers that are killed, networks that go away, money that ends, moderators. */
@Tag("once") // what takes so long here is Chromium
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioCallTroubleTest extends StudioTalk {

    /** Bytes of sound that came so far, by what the browser counted. */
    private static final String HEARD = """
            return Promise.all(window.connections.map(connection => connection.getStats()))
              .then(all => all
                .flatMap(stats => [...stats.values()])
                .filter(one => one.type === 'inbound-rtp' && one.kind === 'audio')
                .reduce((sum, one) => sum + one.bytesReceived, 0))
            """;

    @Override
    @AfterAll
    void closeBrowsers() {
        super.closeBrowsers();
        assertThat(profileUsers(profiles)).as("browsers that stayed behind").isZero();
    }

    /** How many processes work on a browser's profile in that folder. */
    private static long profileUsers(Path profile) {
        return ProcessHandle.allProcesses()
                .filter(process -> uses(process, profile))
                .count();
    }

    private static boolean uses(ProcessHandle process, Path profile) {
        return process.info().commandLine().orElse("").contains("--user-data-dir=" + profile);
    }

    private void booksAreClean() {
        assertThat(studio.verifyBooks().findings()).isEmpty();
    }

    @Test
    void aBrowserThatIsKilledEndsTheCallForTheOtherOne() throws Exception {
        people.aliceStarts();
        people.veraCalls();
        ProcessHandle.allProcesses()
                .filter(process -> uses(process, profiles.resolve("phone")))
                .forEach(ProcessHandle::destroyForcibly);
        var call = TwoPeople.overAt(studio.live());

        assertThat(call.end().cause()).isIn(CallEnd.Cause.DISCONNECTED, CallEnd.Cause.SILENT);
        people.aliceIs("ready");
        booksAreClean();
    }

    @Test
    void aCallOutlivesANetworkThatIsAwayForAMoment() throws Exception {
        people.aliceStarts();
        TwoPeople.keepsSockets(people.alice(), TwoPeople.DESK);
        people.veraOpensTheCall();
        TwoPeople.keepsSockets(people.vera(), CALL);
        people.veraCallsAgain();
        var vera = people.vera();
        theirSignalingIsCutUnderTheCall();
        var used = WIDGET + "return widget.client.calls.counted.used() ";
        var before = ((Number) vera.driver().executeScript(used, CALL)).longValue();
        vera.offline(true);
        vera.script(used + "> " + (before + 3), CALL);
        vera.offline(false);
        // Longer in all than the silence of eight seconds that ends a call.
        vera.script(used + "> " + (before + 11), CALL);
        people.veraIs("live");
        people.vera().clickInside("Hang up");

        assertThat(TwoPeople.overAt(studio.live()).end().cause()).isEqualTo(CallEnd.Cause.HUNG_UP);
        booksAreClean();
    }

    /** Each notices it and comes back by itself, and the page is the same one. */
    private void theirSignalingIsCutUnderTheCall() {
        for (var person : List.of(people.alice(), people.vera())) {
            person.driver().executeScript("""
                    window.links = [];
                    window.sockets.forEach(socket => socket.close());
                    """);
            person.script("return window.links.join() === 'lost,open'");
        }
        people.veraIs("live");
        people.aliceIs("live");
    }

    @Test
    void picturesThatStopByThemselvesAreChargedForAsLongAsTheyCame() throws Exception {
        people.aliceStarts();
        TwoPeople.keepsConnections(people.alice());
        people.veraOpensTheCall();
        people.veraKeepsConnections();
        TwoPeople.watchesPictures(people.vera(), CALL);
        people.veraCallsAgain();
        var flowed = "return window.counted.to - window.counted.from";
        people.vera().script(flowed + " > 5000");
        // Her client would send a preview as soon as Vera's says that nothing comes, and all of it after that.
        people.alice().driver().executeScript("""
                const replace = RTCRtpSender.prototype.replaceTrack;
                for (const connection of window.connections) {
                  connection.getSenders().forEach(sender => replace.call(sender, null));
                }
                RTCRtpSender.prototype.replaceTrack = async () => {};
                """);
        var call = TwoPeople.overAt(studio.live());

        assertThat(call.end().cause()).isEqualTo(CallEnd.Cause.SILENT);
        var counted = ((Number) people.vera().driver().executeScript(flowed)).doubleValue() / 1000;
        assertThat(call.talked().toMillis() / 1000.0).as("by getStats").isCloseTo(counted, within(1.0));
        booksAreClean();
    }

    @Test
    @Tag(StudioTalk.SHORT_TOKENS)
    void aCallOutlivesTheTokensOfBothSides() throws Exception {
        people.aliceStarts();
        people.veraCalls();
        for (var person : List.of(people.alice(), people.vera())) {
            person.driver().executeScript("""
                    window.losses = 0;
                    const widget = document.querySelector('livemeter-call, livemeter-broadcaster');
                    widget.client.link.addEventListener('lost', () => window.losses++);
                    """);
        }
        // Three times as long as a token holds, and longer than anybody may be gone.
        people.vera().script(WIDGET + "return widget.client.calls.counted.used() > 24", CALL);
        people.veraIs("live");
        people.aliceIs("live");
        assertThat(people.vera().script(WIDGET + "return widget.client.link.isOpen", CALL))
                .isEqualTo(true);
        // Neither was sent away; each came again before that.
        for (var person : List.of(people.alice(), people.vera())) {
            assertThat(person.driver().executeScript("return window.losses")).isEqualTo(0L);
        }
        people.vera().clickInside("Hang up");
        var call = TwoPeople.overAt(studio.live());

        assertThat(call.end().cause()).isEqualTo(CallEnd.Cause.HUNG_UP);
        assertThat(call.talked()).isGreaterThan(Duration.ofSeconds(23));
        booksAreClean();
    }

    @Test
    void aNetworkThatStaysAwayEndsTheCallOnBothSidesAndIsNotCharged() throws Exception {
        people.aliceStarts();
        people.veraCalls();
        people.vera().offline(true);
        // Nobody can tell Vera's browser; it ends the call by itself.
        people.veraIs("ended");
        people.veraReads("The server has not answered for 8 seconds, so the call was ended.");
        people.aliceIs("ready");
        var call = TwoPeople.overAt(studio.live());
        people.vera().offline(false);

        assertThat(call.end().cause()).isIn(CallEnd.Cause.DISCONNECTED, CallEnd.Cause.SILENT);
        assertThat(call.talked())
                .isLessThan(Duration.between(call.acceptedAt(), call.endedAt()).minusSeconds(4));
        people.veraCallsUntilItRings();
        people.alice().clickInside("Accept");
        people.aliceIs("live");
        people.veraIs("live");
        people.vera().clickInside("Hang up");
        TwoPeople.overAt(studio.live());
        booksAreClean();
    }

    @Test
    void payingInDuringThePreviewGoesOnWithTheCall() throws Exception {
        veraHasMoneyFor(11);
        people.aliceStarts();
        people.veraOpensTheCall();
        people.veraKeepsConnections();
        people.veraCallsAgain();
        people.vera().script(HEARD + ".then(bytes => bytes > 0)");
        people.veraReads("A preview: the balance is used up. Pay in and the call goes on.");
        people.vera().script(WIDGET + """
                const { videoWidth } = widget.shadowRoot.querySelector('video');
                return videoWidth > 0 && videoWidth <= 160;
                """, CALL);
        var before = people.vera().script(HEARD);
        // What was on its way would have come by then; the preview lasts longer.
        TimeUnit.SECONDS.sleep(2);
        assertThat(people.vera().script(HEARD)).as("bytes of sound").isEqualTo(before);
        people.vera().picture("call-preview");
        people.vera().size(StudioBrowser.PHONE);
        people.vera().requireNothingSideways();
        people.vera().picture("call-preview-phone");
        people.vera().script(WIDGET + """
                const button = [...widget.shadowRoot.querySelectorAll('button')].find(one => one.textContent === 'Pay in');
                button.click();
                return true;
                """, CALL);
        people.veraReads("");
        people.vera().script(WIDGET + "return widget.client.calls.counted.used() > 14", CALL);
        people.vera().clickInside("Hang up");
        var call = TwoPeople.overAt(studio.live());

        assertThat(call.end().cause()).isEqualTo(CallEnd.Cause.HUNG_UP);
        assertThat(call.talked()).isGreaterThan(Duration.ofSeconds(13));
        var cost = call.cost();
        assertThat(cost.compareTo(Money.of("USD", "1.30"))).isPositive();
        assertThat(studio.live()
                        .wallets()
                        .balance(StudioApplication.VIEWER)
                        .orElseThrow()
                        .posted())
                .isEqualTo(Money.of("USD", "1.10").plus(StudioTill.AMOUNT).minus(cost));
        booksAreClean();
    }

    @Test
    void whoeverIsBannedInACallIsSentAwayAndRefused() throws Exception {
        people.aliceStarts();
        people.veraCalls();
        studio.live()
                .moderation()
                .banForEver(
                        new Moderator(UserId.of(StudioApplication.ARTIST), Standing.ORDINARY),
                        PersonId.of(UserId.of(StudioApplication.VIEWER)),
                        BanScope.of(UserId.of(StudioApplication.ARTIST)),
                        "rude");
        people.veraIs("ended");
        people.aliceIs("ready");
        var call = TwoPeople.overAt(studio.live());
        people.vera().clickInside("Accept and call");

        people.vera()
                .script(
                        WIDGET
                                + "return widget.shadowRoot.querySelector('.problem').textContent.includes('You are banned')",
                        CALL);
        people.vera().picture("call-banned");
        assertThat(call.end().cause()).isEqualTo(CallEnd.Cause.STOPPED);
        booksAreClean();
    }

    @Test
    void aTicketLetsItsOwnerInAgain() {
        people.aliceStarts();
        var alice = people.alice();
        alice.driver().executeScript(WIDGET + """
            widget.topic.value = 'Concert';
            widget.kind.value = 'ticket';
            widget.ticket.value = '5.00';
            widget.shadowRoot.querySelector('form').requestSubmit();
            """, "livemeter-room");
        var vera = people.vera();
        people.veraLooksIn("Concert");
        vera.picture("room-ticket");
        vera.size(StudioBrowser.PHONE);
        vera.requireNothingSideways();
        vera.picture("room-ticket-phone");
        vera.size(StudioBrowser.DESK);
        vera.clickInside("Watch");
        vera.clickInside("Buy a ticket");
        var sees = WIDGET + "return widget.shadowRoot.querySelector('video').videoWidth >= 320";
        vera.script(sees, VIEWER);
        vera.clickInside("Leave");
        vera.script(WIDGET + "return widget.dataset.state === 'over'", VIEWER);
        vera.clickInside("Watch");
        vera.script(sees, VIEWER);

        assertThat(studio.live()
                        .wallets()
                        .balance(StudioApplication.VIEWER)
                        .orElseThrow()
                        .posted())
                .isEqualTo(Money.of("USD", "15.00"));
        booksAreClean();
    }
}
