package dev.livemeter.call;

import static dev.livemeter.call.CallStage.peer;
import static dev.livemeter.call.CallStage.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.Calls.Invitation;
import dev.livemeter.call.InviteResult.Reason;
import dev.livemeter.call.InviteResult.Refused;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.wallet.DebitResult;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the price to the acceptance, tips, and what each side sees. */
final class InvitationTest {

    private CallStage stage = new CallStage();

    @AfterEach
    void close() {
        stage.close();
    }

    private Refused refused(InviteResult result) {
        return (Refused) result;
    }

    @Test
    void nothingIsHeldAndNobodyMayConnectBeforeItIsAccepted() {
        stage.pay("alice", "10.00");
        var id = stage.rings();

        assertThat(stage.held("alice")).isEqualTo(usd("0.00"));
        assertThat(stage.peers.call(peer("alice"), peer("bob"))).isFalse();
        assertThat(stage.live.calls().current("bob").orElseThrow().call().id()).isEqualTo(id);
        assertThat(((InviteResult.Invited) stage.invite(Duration.ZERO))
                        .status()
                        .call()
                        .id())
                .isEqualTo(id);
    }

    @Test
    void theCalleeDeclines() {
        stage.pay("alice", "10.00");
        var id = stage.rings();
        assertThat(stage.live.calls().decline("alice", id))
                .isEqualTo(new CallAnswer.Refused(CallAnswer.Reason.NOT_YOURS, "Only bob can decline this call."));
        stage.live.calls().decline("bob", id);
        stage.live.calls().decline("bob", id);

        stage.endedWith(id, Cause.DECLINED, "0", "0.00");
        assertThat(stage.live.calls().accept("bob", id, ""))
                .isEqualTo(new CallAnswer.Refused(CallAnswer.Reason.NOT_NOW, "The call is over: bob declined."));
        stage.rings();
    }

    @Test
    void theCallerTakesItBack() {
        stage.pay("alice", "10.00");
        var id = stage.rings();
        stage.live.calls().cancel("alice", id);
        stage.endedWith(id, Cause.CANCELLED, "0", "0.00");
    }

    @Test
    void nobodyAnswers() {
        stage.pay("alice", "10.00");
        var id = stage.rings();
        stage.time.advance(Duration.ofSeconds(44));
        assertThat(stage.stored(id).state()).isEqualTo(CallState.RINGING);
        stage.time.advance(Duration.ofSeconds(1));

        stage.endedWith(id, Cause.MISSED, "0", "0.00");
        assertThat(stage.codes()).contains("call_missed");
    }

    @Test
    void whoIsInACallIsBusy() {
        stage.pay("alice", "10.00");
        stage.pay("carol", "10.00");
        stage.comeIn("carol");
        var id = stage.rings();

        var other = new Invitation("bob", stage.accepted("carol", "bob"), Duration.ZERO, "");
        assertThat(stage.live.calls().invite("carol", other))
                .isEqualTo(new Refused(Reason.BUSY, "bob is in another call; try again later."));
        assertThat(stage.live
                        .calls()
                        .invite("alice", new Invitation("carol", stage.accepted("alice", "carol"), Duration.ZERO, "")))
                .isEqualTo(new Refused(Reason.ALREADY_IN_CALL, "You are in another call; end it first."));
        stage.live.calls().decline("bob", id);
        assertThat(stage.live.calls().invite("carol", other)).isInstanceOf(InviteResult.Invited.class);
    }

    @Test
    void whoeverCannotBeCalledIsNot() {
        stage.pay("alice", "10.00");
        assertThat(refused(stage.live.calls().invite("alice", new Invitation("alice", "", Duration.ZERO, ""))))
                .isEqualTo(new Refused(Reason.NOT_CALLABLE, "Nobody of the name alice can be called."));
        assertThat(refused(stage.live.calls().invite("alice", new Invitation("dave", "", Duration.ZERO, ""))))
                .isEqualTo(new Refused(Reason.OFFLINE, "dave is not there now."));
        assertThat(refused(stage.live.calls().invite("alice", new Invitation("bob", "", Duration.ofHours(9), ""))))
                .isEqualTo(
                        new Refused(Reason.UNFIT_LENGTH, "Calls may last 14400 seconds; agree on no more than that."));
        stage.goes("bob", Departure.LEFT);
        assertThat(refused(stage.invite(Duration.ZERO)).reason()).isEqualTo(Reason.OFFLINE);
    }

    @Test
    void withoutTheLeastBalanceThereIsNoCall() {
        stage.pay("alice", "0.99");
        assertThat(stage.invite(Duration.ZERO))
                .isEqualTo(new Refused(
                        Reason.INSUFFICIENT_FUNDS, "A call begins with at least 1.00 USD; pay in and call again."));
        assertThat(stage.live.calls().current("bob")).isEmpty();
    }

    @Test
    void whoSpendsTheMoneyWhileItRingsIsTold() {
        stage.pay("alice", "1.50");
        var id = stage.rings();
        stage.live
                .wallets()
                .debit(new dev.livemeter.wallet.DebitRequest(
                        new dev.livemeter.wallet.TransferId("x"),
                        UserId.of("alice"),
                        usd("1.00"),
                        "",
                        new dev.livemeter.wallet.Subject("x"),
                        null));
        assertThat(stage.live.calls().accept("bob", id, ""))
                .isEqualTo(new CallAnswer.Refused(
                        CallAnswer.Reason.INSUFFICIENT_FUNDS,
                        "The balance of alice is not enough to begin any more; the call is over."));
        stage.endedWith(id, Cause.NO_FUNDS, "0", "0.00");
    }

    @Test
    void aPriceThatChangedIsShownAndAskedAgainAndTheAcceptedOneIsCharged() {
        stage.pay("alice", "10.00");
        var shown = stage.live.calls().price("alice", "bob", Duration.ofMinutes(1));
        assertThat(shown.quote().cost()).isEqualTo(usd("6.00"));
        assertThat(shown.enoughFor()).isEqualTo(Duration.ofSeconds(100));
        publish("12.00");
        var wish = new Invitation("bob", shown.reference(), Duration.ZERO, "");
        var changed = (InviteResult.PriceChanged) stage.live.calls().invite("alice", wish);
        assertThat(changed.price().reference()).isEqualTo("call/bob#1");
        assertThat(changed.price().quote().cost()).isEqualTo(usd("120.00"));
        assertThat(stage.live.calls().current("alice")).isEmpty();

        var again = new Invitation("bob", changed.price().reference(), Duration.ZERO, "");
        var id = ((InviteResult.Invited) stage.live.calls().invite("alice", again))
                .status()
                .call()
                .id();
        // While it rings, Bob raises it once more: what was accepted holds.
        publish("24.00");
        stage.live.calls().accept("bob", id, "");
        stage.flows(id, "alice", "bob");
        stage.passes(id, 5, "alice", "bob");
        stage.live.calls().hangUp("alice", id);
        stage.endedWith(id, Cause.HUNG_UP, "5", "1.00");
        assertThat(stage.stored(id).tariffVersion()).isEqualTo("call/bob#1");
    }

    private void publish(String perMinute) {
        stage.live
                .tariffs()
                .publish(
                        TariffKey.of(Service.CALL, UserId.of("bob")),
                        Tariff.perMinute("USD", perMinute).in(Increment.SECONDS),
                        stage.time.instant());
        stage.time.advance(Duration.ofMillis(10));
    }

    @Test
    void aShareIsFixedWhenTheCallIsAskedFor() {
        var share = new java.util.concurrent.atomic.AtomicReference<>(Share.percent("50"));
        stage.close();
        stage = new CallStage(
                rules -> rules.shareOf(user -> Optional.of(share.get())), credit -> credit, CallStage.TARIFF);
        stage.pay("alice", "10.00");
        var id = stage.talks();
        share.set(Share.percent("90"));
        stage.passes(id, 10, "alice", "bob");
        stage.live.calls().hangUp("alice", id);

        stage.endedWith(id, Cause.HUNG_UP, "10", "1.00");
        assertThat(stage.earned("bob")).isEqualTo(usd("0.50"));
    }

    @Test
    void whoMayNotMeetIsTurnedAwayEvenWhileItRings() {
        var banned = new java.util.concurrent.atomic.AtomicBoolean();
        stage.close();
        stage = new CallStage(
                rules -> rules.meeting((viewer, broadcaster) -> banned.get()
                        ? Optional.of("You are banned from " + broadcaster + ": spam.")
                        : Optional.empty()),
                credit -> credit,
                CallStage.TARIFF);
        stage.pay("alice", "10.00");
        var id = stage.rings();
        banned.set(true);
        assertThat(stage.live.calls().accept("bob", id, ""))
                .isEqualTo(new CallAnswer.Refused(CallAnswer.Reason.NOT_ALLOWED, "You are banned from bob: spam."));
        assertThat(stage.invite(Duration.ZERO))
                .isEqualTo(new Refused(Reason.NOT_ALLOWED, "You are banned from bob: spam."));
        assertThat(stage.held("alice")).isEqualTo(usd("0.00"));
    }

    @Test
    void eachSideSeesItsOwnMoney() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 10, "alice", "bob");
        var payer = stage.live.calls().status("alice", id).orElseThrow();
        var payee = stage.live.calls().status("bob", id).orElseThrow();

        assertThat(payer.used()).isEqualTo(Duration.ofSeconds(10));
        assertThat(payer.cost()).isEqualTo(usd("1.00"));
        assertThat(payer.balance()).isEqualTo(usd("9.00"));
        assertThat(payer.earned()).isNull();
        assertThat(payer.timeLeft()).isEqualTo(Duration.ofSeconds(90));
        assertThat(payer.counting()).isTrue();
        assertThat(payee.balance()).isNull();
        assertThat(payee.earned()).isEqualTo(usd("0.70"));
        assertThat(payee.timeLeft()).isEqualTo(Duration.ofSeconds(90));
        assertThat(stage.live.calls().status("carol", id)).isEmpty();
        assertThatThrownBy(() -> stage.live.calls().hangUp("carol", id))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("There is no call " + id + " of carol that goes on; look at the history.");
    }

    @Test
    void aTipInMidCallIsGivenOnceAndSplit() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        var before = stage.live.calls().status("bob", id).orElseThrow().version();
        for (var i = 0; i < 2; i++) {
            assertThat(stage.live.calls().tip("alice", id, usd("2.00"), "t1", "encore"))
                    .isInstanceOf(DebitResult.Debited.class);
        }
        var seen = stage.live.calls().status("bob", id).orElseThrow();
        assertThat(seen.version()).isGreaterThan(before);
        assertThat(seen.tips()).isEqualTo(usd("2.00"));
        assertThat(seen.earned()).isEqualTo(usd("1.75"));
        assertThat(stage.live.calls().tip("alice", id, usd("50.00"), "t2", ""))
                .isInstanceOf(DebitResult.Declined.class);
        assertThatThrownBy(() -> stage.live.calls().tip("bob", id, usd("1.00"), "t1", ""))
                .hasMessage(
                        "In a call it is the caller who tips, once it is accepted; this one was asked for by alice.");
        stage.live.calls().hangUp("alice", id);
        stage.endedWith(id, Cause.HUNG_UP, "5", "0.50");
        assertThat(stage.earned("bob")).isEqualTo(usd("1.75"));
        assertThat(stage.codes()).contains("tip_given");
    }

    @Test
    void theHistoryOfBothHasTheCall() {
        stage.pay("alice", "10.00");
        var id = stage.talks();
        stage.passes(id, 5, "alice", "bob");
        stage.live.calls().hangUp("alice", id);
        stage.time.advance(Duration.ofMinutes(5));

        assertThat(stage.live.calls().history("alice", 10, null)).containsExactly(stage.stored(id));
        assertThat(stage.live.calls().history("bob", 10, null)).containsExactly(stage.stored(id));
        assertThat(stage.live.calls().status("alice", id)).isEmpty();
        assertThat(stage.live.sessions().history("alice", 10)).hasSize(1);
    }

    @Test
    void withoutRulesAndSignalingThereAreNoCalls() {
        try (var plain = dev.livemeter.Livemeter.builder()
                .wallet(InMemoryBooks.create(stage.time))
                .tariff(CallStage.TARIFF)
                .build()) {
            assertThat(plain.offersCalls()).isFalse();
            assertThatThrownBy(plain::calls)
                    .hasMessage(
                            "This application has no calls and rooms; its developer gives their rules and the signaling with .calls(policy, network).");
        }
    }
}
