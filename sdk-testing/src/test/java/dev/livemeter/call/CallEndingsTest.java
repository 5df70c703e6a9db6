package dev.livemeter.call;

import static dev.livemeter.call.CallStage.peer;
import static dev.livemeter.call.CallStage.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallStatus.Picture;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.CallChanged;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.PeerAuthority.Departure;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every way in which a call ends, with the exact money of it. */
final class CallEndingsTest {

    private CallStage stage = new CallStage();

    @AfterEach
    void close() {
        stage.close();
    }

    private void with(CallStage other) {
        stage.close();
        stage = other;
    }

    @Test
    void aCallIsChargedForWhatBothHaveConfirmed() {
        stage.pay("alice", "10.00");
        var id = stage.accepted();
        stage.time.advance(Duration.ofSeconds(5));
        stage.flows(id, "alice");
        stage.time.advance(Duration.ofSeconds(2));
        // Nothing has been charged for the seven seconds of connecting; the meter starts now.
        stage.flows(id, "bob");
        stage.passes(id, 30, "alice", "bob");
        stage.live.calls().hangUp("alice", id);

        stage.endedWith(id, Cause.HUNG_UP, "30", "3.00");
        assertThat(stage.balance("alice")).isEqualTo(usd("7.00"));
        assertThat(stage.earned("bob")).isEqualTo(usd("2.10"));
        assertThat(Objects.requireNonNull(stage.stored(id).end()).sentence()).isEqualTo("alice hung up.");
        assertThat(stage.codes()).contains("call_invited", "call_accepted", "call_started", "call_ended");
    }

    @Test
    void theCalleeHangingUpCostsNoMoreThanWhatTheCallerConfirmed() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 10, "alice", "bob");
        stage.passes(id, 3, "bob");
        stage.live.calls().hangUp("bob", id);

        stage.endedWith(id, Cause.HUNG_UP, "10", "1.00");
    }

    @Test
    void aCallerWhoFallsSilentIsCutAndPaysUpToTheirLastWord() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 12, "alice", "bob");
        stage.passes(id, 7, "bob");
        assertThat(stage.stored(id).state()).isEqualTo(CallState.LIVE);
        stage.passes(id, 1, "bob");

        stage.endedWith(id, Cause.SILENT, "12", "1.20");
        assertThat(Objects.requireNonNull(stage.stored(id).end()).sentence())
                .isEqualTo("Nothing was heard of the media of alice any more.");
    }

    @Test
    void aCallerWhoFallsSilentIsShownThePictureForThreeReportsAndNoLonger() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 10, "alice", "bob");
        stage.passes(id, 2, "bob");
        assertThat(stage.live.calls().status("bob", id).orElseThrow().picture()).isEqualTo(Picture.FULL);
        stage.passes(id, 1, "bob");
        assertThat(stage.live.calls().status("bob", id).orElseThrow().picture()).isEqualTo(Picture.PREVIEW);
        stage.passes(id, 2, "bob");
        stage.flows(id, "alice");
        assertThat(stage.live.calls().status("bob", id).orElseThrow().picture()).isEqualTo(Picture.FULL);
        stage.passes(id, 10, "alice", "bob");
        stage.live.calls().hangUp("alice", id);

        // Of the five seconds of silence three were shown, and are paid with the next word.
        stage.endedWith(id, Cause.HUNG_UP, "23", "2.30");
    }

    @Test
    void aCalleeWhoFallsSilentEarnsNothingByIt() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 4, "alice", "bob");
        stage.passes(id, 9, "alice");

        stage.endedWith(id, Cause.SILENT, "4", "0.40");
        assertThat(Objects.requireNonNull(stage.stored(id).end()).by()).isEqualTo(UserId.of("bob"));
        assertThat(stage.earned("bob")).isEqualTo(usd("0.28"));
    }

    @Test
    void withoutMediaOnBothSidesNothingIsChargedAndTheHoldIsGivenBack() {
        stage.pay("alice", "10.00");
        var id = stage.accepted();
        assertThat(stage.held("alice")).isEqualTo(usd("1.00"));
        stage.passes(id, 21, "bob");

        stage.endedWith(id, Cause.NO_MEDIA, "0", "0.00");
        assertThat(stage.balance("alice")).isEqualTo(usd("10.00"));
    }

    @Test
    void timeThatOneSideCallsInterruptedIsNotChargedAndTheCallGoesOn() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 10, "alice", "bob");
        stage.time.advance(CallStage.SECOND);
        stage.stalls(id, "alice");
        assertThat(stage.live.calls().status("bob", id).orElseThrow().picture()).isEqualTo(Picture.PREVIEW);
        stage.passes(id, 4, "bob");
        stage.flows(id, "alice");
        assertThat(stage.live.calls().status("bob", id).orElseThrow().picture()).isEqualTo(Picture.FULL);
        stage.passes(id, 10, "alice", "bob");
        stage.live.calls().hangUp("alice", id);

        // Five seconds in between did not count.
        stage.endedWith(id, Cause.HUNG_UP, "20", "2.00");
    }

    @Test
    void whoTearsACallApartToTalkFreeIsCutAfterAsMuchAsSilenceIsAllowed() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 2, "alice", "bob");
        for (var i = 0; i < 10 && !stage.stored(id).state().isOver(); i++) {
            stage.passes(id, 1, "bob");
            stage.stalls(id, "alice");
            stage.passes(id, 1, "alice", "bob");
        }

        stage.endedWith(id, Cause.SILENT, "2", "0.20");
        // Four times two seconds are as much as the silence that is forgiven; the fifth is too much.
        assertThat(stage.time.instant()).isBefore(java.time.Instant.parse("2026-01-01T12:00:14Z"));
    }

    @Test
    void theBalanceEndsACallAtTheLastPaidMomentForBoth() {
        stage.pay("alice", "2.00");
        var id = stage.talks();
        stage.passes(id, 19, "alice", "bob");
        assertThat(stage.peers.areConnected(peer("alice"), peer("bob"))).isTrue();
        stage.time.advance(CallStage.SECOND);
        stage.time.runDue();

        // At the twentieth second, before anybody could report it; the last word of both was at the nineteenth.
        stage.endedWith(id, Cause.FUNDS_EXHAUSTED, "19", "1.90");
        assertThat(stage.told(CallChanged.class))
                .filteredOn(event -> event.change() == CallChanged.Step.LOW)
                .extracting(CallChanged::user)
                .contains(UserId.of("alice"), UserId.of("bob"));
    }

    @Test
    void aPreviewCostsNothingAndATopUpRevivesTheCallAtOnce() {
        with(new CallStage(rules -> rules, credit -> credit.finalUnit(FinalUnitAction.RESTRICT), CallStage.TARIFF));
        stage.pay("alice", "2.00");
        var id = stage.talks();
        stage.passes(id, 26, "alice", "bob");

        var preview = stage.live.calls().status("bob", id).orElseThrow();
        assertThat(preview.picture()).isEqualTo(Picture.PREVIEW);
        assertThat(preview.counting()).isFalse();
        assertThat(preview.used()).isEqualTo(Duration.ofSeconds(20));
        assertThat(stage.peers.areConnected(peer("alice"), peer("bob"))).isTrue();
        stage.pay("alice", "1.00");
        stage.time.runDue();
        assertThat(stage.live.calls().status("bob", id).orElseThrow().picture()).isEqualTo(Picture.FULL);
        stage.passes(id, 4, "alice", "bob");
        stage.live.calls().hangUp("bob", id);

        stage.endedWith(id, Cause.HUNG_UP, "24", "2.40");
    }

    @Test
    void whoPaysIsLedToThePageToPayInAtAndNobodyElseIs() {
        var page = URI.create("https://shop.example/coins");
        with(new CallStage(
                rules -> rules,
                credit -> credit.finalUnit(FinalUnitAction.REDIRECT).topUpPage(page),
                CallStage.TARIFF));
        stage.pay("alice", "2.00");
        var id = stage.talks();
        assertThat(stage.live.calls().status("alice", id).orElseThrow().topUpPage())
                .isNull();
        stage.passes(id, 26, "alice", "bob");

        var caller = stage.live.calls().status("alice", id).orElseThrow();
        assertThat(caller.picture()).isEqualTo(Picture.PREVIEW);
        assertThat(caller.topUpPage()).isEqualTo(page);
        assertThat(stage.live.calls().status("bob", id).orElseThrow().topUpPage())
                .isNull();
        assertThat(CallWire.answer(CallWire.answer(new CallAnswer.Done(caller))))
                .isEqualTo(new CallAnswer.Done(caller));
        stage.pay("alice", "1.00");
        stage.time.runDue();
        assertThat(stage.live.calls().status("alice", id).orElseThrow().picture())
                .isEqualTo(Picture.FULL);
    }

    @Test
    void whoFallsSilentInThePreviewPaysForNoMoreThanTheirLastWordBeforeIt() {
        with(new CallStage(rules -> rules, credit -> credit.finalUnit(FinalUnitAction.RESTRICT), CallStage.TARIFF));
        stage.pay("alice", "2.00");
        var id = stage.talks();
        stage.passes(id, 16, "alice", "bob");
        stage.passes(id, 8, "bob");

        stage.endedWith(id, Cause.SILENT, "16", "1.60");
    }

    @Test
    void theAgreedTimeEndsItAndMayBeExtended() {
        stage.pay("alice", "10.00");
        var id = stage.talks(Duration.ofSeconds(10));
        stage.passes(id, 8, "alice", "bob");
        assertThat(stage.live.calls().status("alice", id).orElseThrow().agreedLeft())
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(stage.live.calls().extend("bob", id, Duration.ofSeconds(15)))
                .isEqualTo(new CallAnswer.Refused(
                        CallAnswer.Reason.NOT_YOURS, "Only alice can make this call longer, who pays."));
        assertThat(stage.live.calls().extend("alice", id, Duration.ofSeconds(5)))
                .isInstanceOf(CallAnswer.Refused.class);
        assertThat(stage.live.calls().extend("alice", id, Duration.ofSeconds(15)))
                .isInstanceOf(CallAnswer.Done.class);
        stage.passes(id, 6, "alice", "bob");
        assertThat(stage.stored(id).state()).isEqualTo(CallState.LIVE);
        stage.passes(id, 3, "alice", "bob");

        stage.endedWith(id, Cause.LIMIT_REACHED, "14", "1.40");
        assertThat(stage.stored(id).agreed()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void aSideThatIsGoneFromSignalingHasSomeTimeToComeBack() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        stage.goes("alice", Departure.LOST);
        stage.passes(id, 9, "alice", "bob");
        stage.comeIn("alice");
        stage.passes(id, 9, "alice", "bob");
        assertThat(stage.stored(id).state()).isEqualTo(CallState.LIVE);
        stage.goes("bob", Departure.LEFT);
        stage.passes(id, 10, "alice", "bob");

        // Media went on meanwhile, from peer to peer, and both said so.
        stage.endedWith(id, Cause.DISCONNECTED, "32", "3.20");
        assertThat(Objects.requireNonNull(stage.stored(id).end()).sentence()).isEqualTo("bob lost the connection.");
    }

    /** The books know that nothing came any more, and not from whom or why; whoever hears of them first would call it a crash. */
    @Test
    void theReasonIsKnownBeforeTheSessionIsOver() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        stage.goes("alice", Departure.LOST);
        stage.passes(id, 10, "bob");

        assertThat(Objects.requireNonNull(stage.stored(id).end()).cause()).isIn(Cause.SILENT, Cause.DISCONNECTED);
        assertThat(stage.events.stream().map(LiveEvent::code).toList())
                .containsSubsequence("call_ended", "session_ended");
    }

    @Test
    void whoIsSentAwayFromSignalingIsOutAtOnce() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        stage.goes("alice", Departure.DISMISSED);

        stage.endedWith(id, Cause.STOPPED, "5", "0.50");
    }

    @Test
    void anOperatorEndsACallWithAReason() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        assertThat(stage.live.calls().running()).hasSize(1);
        assertThat(stage.live.calls().end(id, "rules of the house")).isTrue();
        assertThat(stage.live.calls().end(id, "rules of the house")).isFalse();

        stage.endedWith(id, Cause.STOPPED, "5", "0.50");
        assertThat(Objects.requireNonNull(stage.stored(id).end()).sentence())
                .isEqualTo("It was ended by the operator: rules of the house.");
    }

    @Test
    void anOperatorMayStopTheSessionAsWell() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        stage.live.sessions().stop(Objects.requireNonNull(stage.stored(id).session()), "the operator", "a test");
        stage.time.runDue();

        stage.endedWith(id, Cause.STOPPED, "5", "0.50");
    }

    @Test
    void aCrashIsChargedToTheLastProofOfLifeAndBothHangUp() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 7, "alice", "bob");
        // Bob alone goes on to report, and the application dies between two settlements.
        stage.passes(id, 2, "bob");
        stage.crash();
        stage.time.advance(Duration.ofSeconds(1));

        var call = stage.stored(id);
        assertThat(call.state()).isEqualTo(CallState.ENDED);
        assertThat(call.end()).isEqualTo(CallEnd.of(Cause.LOST));
        assertThat(call.talked()).isEqualTo(Duration.ofSeconds(7));
        assertThat(call.cost()).isEqualTo(usd("0.70"));
        assertThat(stage.peers.areConnected(peer("alice"), peer("bob"))).isFalse();
        assertThat(stage.held("alice")).isEqualTo(usd("0.00"));
        assertThat(stage.books.ledger().verify().findings()).isEmpty();
        assertThat(stage.live.calls().current("alice")).isEmpty();
    }

    @Test
    void anInvitationThatACrashLeftIsNotLeftOpen() {
        stage.pay("alice", "10.00");
        var id = stage.rings();
        stage.crash();
        assertThat(stage.stored(id).state()).isEqualTo(CallState.RINGING);
        stage.time.advance(Duration.ofMinutes(2));

        assertThat(stage.stored(id).end()).isEqualTo(CallEnd.of(Cause.LOST));
    }

    @Test
    void closingLivemeterEndsCallsAndChargesThem() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        stage.live.close();
        stage.time.runDue();

        assertThat(stage.stored(id).cost()).isEqualTo(usd("0.50"));
        assertThat(stage.peers.areConnected(peer("alice"), peer("bob"))).isFalse();
    }

    @Test
    void aCallByTheMinuteIsChargedByBegunMinutesOfConfirmedTime() {
        with(new CallStage(rules -> rules, credit -> credit, Tariff.perMinute("USD", "2.00")));
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 61, "alice", "bob");
        stage.live.calls().hangUp("alice", id);

        stage.endedWith(id, Cause.HUNG_UP, "61", "4.00");
    }

    @Test
    void theBooksKnowTheEndInWordsThatFitACall() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        stage.passes(id, 9, "alice");
        var session = stage.live
                .sessions()
                .find(Objects.requireNonNull(stage.stored(id).session()))
                .orElseThrow();

        assertThat(session.state()).isEqualTo(SessionState.ENDED);
        assertThat(session.end()).isEqualTo(new SessionEnd.Lost("nothing was heard of the media of bob any more"));
    }
}
