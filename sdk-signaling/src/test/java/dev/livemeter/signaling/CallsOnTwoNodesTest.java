package dev.livemeter.signaling;

import static dev.livemeter.signaling.LiveNodes.await;
import static dev.livemeter.signaling.LiveNodes.hears;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallAnswer;
import dev.livemeter.call.CallEnd;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallId;
import dev.livemeter.call.CallState;
import dev.livemeter.call.Calls;
import dev.livemeter.call.InviteResult;
import dev.livemeter.call.MediaPair;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.signaling.LiveNodes.Node;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import dev.livemeter.wallet.DebitResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Alice is on one node and Bob on the other, with their signaling and with what they ask; the books are shared. */
@Timeout(180)
class CallsOnTwoNodesTest {

    private final LiveNodes nodes = new LiveNodes();
    private Node one;
    private Node two;
    private Peer alice;
    private Peer bob;
    private long reports;

    @BeforeEach
    void start() throws Exception {
        one = nodes.start();
        two = nodes.start();
        one.live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        alice = one.comesIn("alice");
        bob = two.comesIn("bob");
        await(() -> one.calls().isPresent("bob") && two.calls().isPresent("alice"));
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private InviteResult invite(Node node, String caller, String callee, Duration agreed) {
        var price = node.calls().price(caller, callee, Duration.ofMinutes(1)).reference();
        return node.calls().invite(caller, new Calls.Invitation(callee, price, agreed, ""));
    }

    /** A call that rings, asked for on the first node, of which the other one knows. */
    private CallId rings(Duration agreed) throws InterruptedException {
        var invited = invite(one, "alice", "bob", agreed);
        assertThat(invited).isInstanceOf(InviteResult.Invited.class);
        await(() -> two.calls().current("bob").isPresent());
        return ((InviteResult.Invited) invited).status().call().id();
    }

    private CallId talks() throws InterruptedException {
        var id = rings(Duration.ofMinutes(1));
        assertThat(two.calls().accept("bob", id, "")).isInstanceOf(CallAnswer.Done.class);
        flows(id);
        assertThat(two.status("bob", id).call().state()).isEqualTo(CallState.LIVE);
        return id;
    }

    private void flows(CallId id) {
        one.calls().report("alice", id, true, ++reports);
        two.calls().report("bob", id, true, ++reports);
    }

    @Test
    void whoWaitsForNewsOnOneNodeHearsOfWhatHappensOnTheOther() throws Exception {
        var atBob = new AtomicInteger();
        var watch = two.calls().watch("bob", atBob::incrementAndGet);
        var id = rings(Duration.ofMinutes(1));
        await(() -> atBob.get() >= 1);
        var beforeTheEnd = atBob.get();
        one.calls().cancel("alice", id);
        await(() -> atBob.get() > beforeTheEnd);
        watch.close();
        var heard = atBob.get();
        rings(Duration.ofMinutes(1));
        assertThat(atBob).hasValue(heard);
    }

    @Test
    void aCallIsAcceptedMeteredTippedExtendedAndEndedFromWhereverTheTwoAre() throws Exception {
        var id = rings(Duration.ofMinutes(1));
        var ringing = two.calls().current("bob").orElseThrow();
        assertThat(ringing).isEqualTo(one.status("bob", id));
        bob.send("{\"type\":\"OFFER\",\"dst\":\"" + alicePeer() + "\",\"payload\":0}");
        assertThat(bob.read().orElse("")).startsWith("{\"type\":\"EXPIRE\"");
        assertThat(two.calls().accept("bob", id, "")).isInstanceOf(CallAnswer.Done.class);
        bob.send("{\"type\":\"OFFER\",\"dst\":\"" + alicePeer() + "\",\"payload\":1}");
        hears(alice, "{\"type\":\"OFFER\"");
        flows(id);
        for (var i = 0; i < 5; i++) {
            nodes.time.advance(Duration.ofSeconds(1));
            flows(id);
        }
        var seen = two.calls().report("bob", id, true, ++reports);
        assertThat(seen.call().state()).isEqualTo(CallState.LIVE);
        assertThat(seen.used()).isEqualTo(Duration.ofSeconds(5));
        assertThat(seen.balance()).isNull();
        assertThat(two.calls().extend("alice", id, Duration.ofMinutes(2))).isInstanceOf(CallAnswer.Done.class);
        assertThat(one.status("alice", id).call().agreed()).isEqualTo(Duration.ofMinutes(2));
        assertThat(two.calls().tip("alice", id, Money.of("USD", "1.00"), "tip-1", ""))
                .isInstanceOf(DebitResult.Debited.class);
        two.calls().tip("alice", id, Money.of("USD", "1.00"), "tip-1", "");
        assertThat(one.status("alice", id).tips()).isEqualTo(Money.of("USD", "1.00"));
        assertThat(two.calls().hangUp("bob", id)).isInstanceOf(CallAnswer.Done.class);
        hears(alice, "{\"type\":\"LEAVE\"");
        hears(bob, "{\"type\":\"LEAVE\"");
        assertThat(two.calls().hangUp("bob", id)).isInstanceOf(CallAnswer.Done.class);
        assertThat(two.calls().current("bob")).isEmpty();
        await(() -> {
            nodes.time.advance(Duration.ofSeconds(1));
            return one.calls().find(id).orElseThrow().cost().equals(Money.of("USD", "0.50"));
        });
    }

    private String alicePeer() {
        return one.calls().token("alice", "").peer().value();
    }

    @Test
    void whoIsInACallOnAnotherNodeIsBusyAndARepeatedInvitationIsTheSameCall() throws Exception {
        two.live.wallets().credit("carol", Money.of("USD", "20.00"), "order-2");
        var id = rings(Duration.ZERO);
        assertThat(invite(two, "carol", "bob", Duration.ZERO))
                .isEqualTo(
                        new InviteResult.Refused(InviteResult.Reason.BUSY, "bob is in another call; try again later."));
        assertThat(((InviteResult.Invited) invite(two, "alice", "bob", Duration.ZERO))
                        .status()
                        .call()
                        .id())
                .isEqualTo(id);
        assertThat(two.calls().decline("bob", id)).isInstanceOf(CallAnswer.Done.class);
        assertThat(one.status("alice", id).call().end().cause()).isEqualTo(Cause.DECLINED);
        var second = rings(Duration.ZERO);
        assertThat(two.calls().decline("alice", second))
                .isEqualTo(new CallAnswer.Refused(CallAnswer.Reason.NOT_YOURS, "Only bob can decline this call."));
        assertThat(two.calls().cancel("alice", second)).isInstanceOf(CallAnswer.Done.class);
        assertThat(one.status("alice", second).call().end().cause()).isEqualTo(Cause.CANCELLED);
    }

    @Test
    void whatNobodyRunsAndWhatIsNotTheirsIsUnknown() throws Exception {
        var id = rings(Duration.ZERO);
        assertThatThrownBy(() -> two.calls().accept("carol", id, ""))
                .hasMessage("There is no call " + id + " of carol that goes on; look at the history.");
        var nobodys = new CallId("nobody-runs-this");
        assertThatThrownBy(() -> two.calls().hangUp("bob", nobodys))
                .hasMessage("There is no call nobody-runs-this of bob that goes on; look at the history.");
        assertThat(two.calls().status("carol", id)).isEmpty();
    }

    @Test
    void whereTheOtherNodeDoesNotAnswerItIsSaidAndItCanBeAskedAgain() throws Exception {
        var id = talks();
        nodes.bus.goAway();
        assertThatThrownBy(() -> two.calls().hangUp("bob", id))
                .isInstanceOfSatisfying(LivemeterException.class, e -> {
                    assertThat(e.code()).isEqualTo("call.node_unreachable");
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessage(
                        "The call " + id + " runs on another node, which does not answer now; try again in a moment.");
        nodes.bus.comeBack();
        assertThat(two.calls().hangUp("bob", id)).isInstanceOf(CallAnswer.Done.class);
    }

    @Test
    void anOperatorEndsACallFromAnyNode() throws Exception {
        var id = talks();
        assertThat(two.calls().end(id, "the rules")).isTrue();
        assertThat(one.status("alice", id).call().end().cause()).isEqualTo(Cause.STOPPED);
        hears(bob, "{\"type\":\"LEAVE\"");
    }

    @Test
    void whenTheNodeOfACallDiesAnotherOneEndsIt() throws Exception {
        var id = talks();
        one.dies();
        nodes.bus.lose("node-1");
        var end = new CallState[1];
        for (var i = 0; i < 12_000 && end[0] != CallState.ENDED; i++) {
            if (i < 300) {
                nodes.time.advance(Duration.ofSeconds(1));
            }
            Thread.sleep(5);
            end[0] = two.calls().find(id).orElseThrow().state();
        }
        assertThat(two.calls().find(id).orElseThrow().end().cause()).isEqualTo(Cause.LOST);
        hears(bob, "{\"type\":\"LEAVE\"");
        assertThat(two.calls().current("bob")).isEmpty();
    }

    @RepeatedTest(20)
    void ofTwoWhoCallTheSameOneInTheSameMomentOnTwoNodesOneRingsAndTheOtherHearsBusy() throws Exception {
        two.live.wallets().credit("carol", Money.of("USD", "20.00"), "order-2");
        var carol = two.comesIn("carol");
        await(() -> one.calls().isPresent("carol"));
        var together = new CyclicBarrier(2);
        var byAlice = CompletableFuture.supplyAsync(() -> invite(together, one, "alice", "bob"), nodes.threads);
        var byCarol = CompletableFuture.supplyAsync(() -> invite(together, two, "carol", "bob"), nodes.threads);
        var answers = List.of(byAlice.get(), byCarol.get());
        assertThat(answers)
                .containsOnlyOnce(
                        new InviteResult.Refused(InviteResult.Reason.BUSY, "bob is in another call; try again later."));
        var rings = answers.stream()
                .filter(InviteResult.Invited.class::isInstance)
                .map(answer -> ((InviteResult.Invited) answer).status().call())
                .findFirst()
                .orElseThrow();
        await(() -> two.calls().current("bob").isPresent());
        assertThat(two.calls().current("bob").orElseThrow().call().id()).isEqualTo(rings.id());
        assertThat(two.calls().decline("bob", rings.id())).isInstanceOf(CallAnswer.Done.class);
        // Whoever was too late can call as soon as the other one is through.
        assertThat(invite(two, "carol", "bob", Duration.ZERO)).isInstanceOf(InviteResult.Invited.class);
        assertThat(carol).isNotNull();
    }

    private InviteResult invite(CyclicBarrier together, Node node, String caller, String callee) {
        try {
            together.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return invite(node, caller, callee, Duration.ZERO);
    }

    @RepeatedTest(20)
    void ofTwoWhoCallEachOtherInTheSameMomentOneRings() throws Exception {
        two.live.wallets().credit("bob", Money.of("USD", "20.00"), "order-2");
        var together = new CyclicBarrier(2);
        var byAlice = CompletableFuture.supplyAsync(() -> invite(together, one, "alice", "bob"), nodes.threads);
        var byBob = CompletableFuture.supplyAsync(() -> invite(together, two, "bob", "alice"), nodes.threads);
        assertThat(Stream.of(byAlice.get(), byBob.get())
                        .filter(InviteResult.Invited.class::isInstance)
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whoseNodeDoesNotAnswerIsNotCalled() throws Exception {
        nodes.bus.goAway();
        assertThatThrownBy(() -> invite(one, "alice", "bob", Duration.ZERO))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("call.node_unreachable"))
                .hasMessage(
                        "The node that bob is connected to does not answer now; nothing was begun, try again in a moment.");
        nodes.bus.comeBack();
        assertThat(invite(one, "alice", "bob", Duration.ZERO)).isInstanceOf(InviteResult.Invited.class);
    }

    @Test
    void whoIsBannedOnOneNodeIsPartedOnTheOther() throws Exception {
        var id = talks();
        two.calls().part("alice", "bob", "the rules");
        assertThat(one.status("alice", id).call().end().cause()).isEqualTo(Cause.STOPPED);
        var second = rings(Duration.ZERO);
        two.calls().partFromAll("alice", "the rules", "You are banned.");
        assertThat(one.status("alice", second).call().end().cause()).isEqualTo(Cause.STOPPED);
    }

    @Test
    void aNodeThatSleptAndFindsItsCallTakenDoesNotTakeBackWhatWasCharged() throws Exception {
        var id = talks();
        for (var i = 0; i < 40; i++) {
            nodes.time.advance(Duration.ofSeconds(1));
            flows(id);
        }
        one.sleeps();
        await(() -> {
            nodes.time.advance(Duration.ofSeconds(1));
            return two.calls().find(id).orElseThrow().state() == CallState.ENDED;
        });
        var charged = two.calls().find(id).orElseThrow();
        assertThat(charged.cost().micros()).isPositive();
        one.wakesUp();
        await(() -> {
            nodes.time.advance(Duration.ofSeconds(1));
            return one.status("alice", id).call().state() == CallState.ENDED
                    && one.live.sessions().running().isEmpty();
        });
        await(() -> one.status("alice", id).call().cost().equals(charged.cost()));
        assertThat(one.status("alice", id).cost()).isEqualTo(charged.cost());
        assertThat(two.calls().find(id).orElseThrow().cost()).isEqualTo(charged.cost());
        assertThat(two.calls().find(id).orElseThrow().talked()).isEqualTo(charged.talked());
    }

    @Test
    void whoRangAtTwoFromTwoNodesIsInOneCallOnly() throws Exception {
        two.live.wallets().credit("dave", Money.of("USD", "20.00"), "order-2");
        var carol = one.comesIn("carol");
        // Who is not connected yet is booked by each node for itself.
        nodes.bus.goAway();
        var toCarol = ((InviteResult.Invited) invite(one, "dave", "carol", Duration.ZERO))
                .status()
                .call()
                .id();
        var toBob = ((InviteResult.Invited) invite(two, "dave", "bob", Duration.ZERO))
                .status()
                .call()
                .id();
        nodes.bus.comeBack();
        one.comesIn("dave");
        nodes.time.advance(Duration.ofSeconds(5));
        await(() -> one.calls().callee(toBob).isPresent()
                && two.calls().callee(toCarol).isPresent()
                && two.calls().isPresent("dave"));
        assertThat(two.calls().accept("bob", toBob, "")).isInstanceOf(CallAnswer.Done.class);
        assertThat(one.calls().accept("carol", toCarol, ""))
                .isEqualTo(
                        new CallAnswer.Refused(CallAnswer.Reason.NOT_NOW, "dave is in another call; try again later."));
        assertThat(one.status("dave", toCarol).call().state()).isEqualTo(CallState.RINGING);
        assertThat(one.live.sessions().running()).isEmpty();
        // What rings where Dave asks does not hide the call that he is in.
        await(() -> one.calls()
                .current("dave")
                .map(status -> status.call().id())
                .filter(toBob::equals)
                .isPresent());
        assertThat(one.calls().hangUp("dave", toBob)).isInstanceOf(CallAnswer.Done.class);
        assertThat(one.calls().accept("carol", toCarol, "")).isInstanceOf(CallAnswer.Done.class);
        assertThat(carol.isConnected()).isTrue();
    }

    @RepeatedTest(20)
    void ofTwoCallsOfOnePersonThatAreAcceptedInTheSameMomentOnTwoNodesOneBegins() throws Exception {
        two.live.wallets().credit("dave", Money.of("USD", "20.00"), "order-2");
        var carol = one.comesIn("carol");
        nodes.bus.goAway();
        var toCarol = ((InviteResult.Invited) invite(one, "dave", "carol", Duration.ZERO))
                .status()
                .call()
                .id();
        var toBob = ((InviteResult.Invited) invite(two, "dave", "bob", Duration.ZERO))
                .status()
                .call()
                .id();
        nodes.bus.comeBack();
        one.comesIn("dave");
        nodes.time.advance(Duration.ofSeconds(5));
        await(() -> one.calls().callee(toBob).isPresent()
                && two.calls().callee(toCarol).isPresent()
                && two.calls().isPresent("dave"));
        var together = new CyclicBarrier(2);
        var byBob = CompletableFuture.supplyAsync(() -> accept(together, two, "bob", toBob), nodes.threads);
        var byCarol = CompletableFuture.supplyAsync(() -> accept(together, one, "carol", toCarol), nodes.threads);
        var answers = List.of(byBob.get(), byCarol.get());
        assertThat(answers).filteredOn(CallAnswer.Done.class::isInstance).hasSize(1);
        assertThat(answers)
                .contains(
                        new CallAnswer.Refused(CallAnswer.Reason.NOT_NOW, "dave is in another call; try again later."));
        var begun = answers.get(0) instanceof CallAnswer.Done ? toBob : toCarol;
        var other = begun.equals(toBob) ? toCarol : toBob;
        assertThat(one.status("dave", other).call().state()).isEqualTo(CallState.RINGING);
        // Whoever was too late can accept as soon as the other call is over.
        assertThat(one.calls().hangUp("dave", begun)).isInstanceOf(CallAnswer.Done.class);
        assertThat(
                        other.equals(toBob)
                                ? two.calls().accept("bob", other, "")
                                : one.calls().accept("carol", other, ""))
                .isInstanceOf(CallAnswer.Done.class);
        assertThat(carol.isConnected()).isTrue();
    }

    private CallAnswer accept(CyclicBarrier together, Node node, String callee, CallId call) {
        try {
            together.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return node.calls().accept(callee, call, "");
    }

    @Test
    void aCallThatIsOverKeepsNobodyWaitingForItsNode() throws Exception {
        var id = talks();
        assertThat(two.calls().hangUp("bob", id)).isInstanceOf(CallAnswer.Done.class);
        await(() -> two.calls().current("bob").isEmpty());
        one.sleeps();
        two.live.wallets().credit("carol", Money.of("USD", "20.00"), "order-2");
        assertThat(two.calls().current("bob")).isEmpty();
        assertThat(invite(two, "carol", "bob", Duration.ZERO)).isInstanceOf(InviteResult.Invited.class);
        one.wakesUp();
    }

    @Test
    void aNodeThatStopsTakesItsCallsWithIt() throws Exception {
        var id = talks();
        one.live.close();
        one.dies();
        hears(bob, "{\"type\":\"LEAVE\"");
        two.live.wallets().credit("carol", Money.of("USD", "20.00"), "order-2");
        await(() -> two.calls().callee(id).isEmpty());
        assertThat(two.calls().current("bob")).isEmpty();
        assertThat(invite(two, "carol", "bob", Duration.ZERO)).isInstanceOf(InviteResult.Invited.class);
        assertThatThrownBy(() -> two.calls().hangUp("bob", id))
                .hasMessage("There is no call " + id + " of bob that goes on; look at the history.");
    }

    @Test
    void whatIsOverIsNotEndedByAnOperatorOnWhateverNode() throws Exception {
        var id = talks();
        assertThat(two.calls().hangUp("bob", id)).isInstanceOf(CallAnswer.Done.class);
        assertThat(one.calls().end(id, "the rules")).isFalse();
        assertThat(two.calls().end(id, "the rules")).isFalse();
    }

    @Test
    void twoWhoHaveTwoThingsWithEachOtherMayCallUntilBothAreOver() throws Exception {
        var lane = one.calls().lane();
        var terms = new MediaPair.Terms(
                UserId.of("alice"),
                one.calls().token("alice", "").peer(),
                UserId.of("bob"),
                one.calls().token("bob", "").peer(),
                null);
        var first = lane.connect(terms, new Unwatched());
        var second = lane.connect(terms, new Unwatched());
        await(() -> two.calls().authority().mayCall(terms.payeePeer(), terms.payerPeer()));
        first.end(CallEnd.of(Cause.HUNG_UP));
        // Told afterwards, over the same way: when it is heard, the end has been too.
        rings(Duration.ZERO);
        assertThat(two.calls().authority().mayCall(terms.payeePeer(), terms.payerPeer()))
                .isTrue();
        second.end(CallEnd.of(Cause.HUNG_UP));
        await(() -> !two.calls().authority().mayCall(terms.payeePeer(), terms.payerPeer()));
    }

    private static final class Unwatched implements MediaPair.Watcher {

        @Override
        public void live() {}

        @Override
        public void over(CallEnd why) {}
    }
}
