package dev.livemeter.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallAnswer;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallId;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.CallState;
import dev.livemeter.call.CallStatus;
import dev.livemeter.call.Calls;
import dev.livemeter.call.InviteResult;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemorySignalingBus;
import dev.livemeter.testing.InMemorySignalingTransport;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.time.Scheduler;
import dev.livemeter.wallet.DebitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Alice is on one node and Bob on the other, with their signaling and with what they ask; the books are shared. */
@Timeout(60)
class CallsOnTwoNodesTest {

    private static final Currency USD = Currency.getInstance("USD");

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.shared(time);
    private final InMemorySignalingBus bus = InMemorySignalingBus.create();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Node> nodes = new ArrayList<>();
    private Node one;
    private Node two;
    private Peer alice;
    private Peer bob;
    private long reports;

    private final class Node implements Scheduler {

        private final InMemorySignalingTransport transport = InMemorySignalingTransport.withQueueLimit(100);
        private final SignalingServer signaling;
        private final Livemeter live;
        private volatile boolean dead;

        private Node() {
            signaling = SignalingServer.builder()
                    .cluster(bus)
                    .time(time)
                    .scheduler(this)
                    .executor(threads)
                    .build();
            transport.open(signaling);
            live = Livemeter.builder()
                    .wallet(books)
                    .tariff(Tariff.perMinute("USD", "6.00").in(Increment.SECONDS))
                    .calls(CallPolicy.defaults(USD), signaling)
                    .time(time)
                    .scheduler(this)
                    .executor(threads)
                    .build();
            nodes.add(this);
        }

        /** What is due at once has a thread, as it would in life; the rest waits for the clock of the test. */
        @Override
        public Scheduled after(Duration delay, Runnable task) {
            Runnable run = () -> {
                if (!dead) {
                    task.run();
                }
            };
            if (delay.compareTo(Duration.ZERO) > 0) {
                return time.after(delay, run);
            }
            threads.execute(run);
            return () -> {};
        }

        private Peer comesIn(String user) {
            var token = live.calls().token(user, "");
            var peer = transport
                    .connect(
                            "key=peerjs&id=" + token.peer().value() + "&token="
                                    + token.value().reveal(),
                            "")
                    .orElseThrow();
            assertThat(peer.read()).contains("{\"type\":\"OPEN\"}");
            return peer;
        }

        private Calls calls() {
            return live.calls();
        }

        private CallStatus status(String user, CallId id) {
            return calls().status(user, id).orElseThrow();
        }
    }

    @BeforeEach
    void start() throws Exception {
        one = new Node();
        two = new Node();
        one.live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        alice = one.comesIn("alice");
        bob = two.comesIn("bob");
        await(() -> one.calls().isPresent("bob") && two.calls().isPresent("alice"));
    }

    @AfterEach
    void stop() {
        nodes.stream().filter(node -> !node.dead).forEach(node -> node.live.close());
        threads.shutdownNow();
    }

    private static void await(BooleanSupplier what) throws InterruptedException {
        for (var i = 0; i < 4000 && !what.getAsBoolean(); i++) {
            Thread.sleep(5);
        }
        assertThat(what.getAsBoolean()).isTrue();
    }

    private static void hears(Peer peer, String start) throws InterruptedException {
        var found = new boolean[1];
        await(() -> {
            for (var next = peer.read(); next.isPresent(); next = peer.read()) {
                found[0] |= next.get().startsWith(start);
            }
            return found[0];
        });
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
            time.advance(Duration.ofSeconds(1));
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
            time.advance(Duration.ofSeconds(1));
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
        bus.goAway();
        assertThatThrownBy(() -> two.calls().hangUp("bob", id))
                .isInstanceOfSatisfying(LivemeterException.class, e -> {
                    assertThat(e.code()).isEqualTo("call.node_unreachable");
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessage(
                        "The call " + id + " runs on another node, which does not answer now; try again in a moment.");
        bus.comeBack();
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
        one.dead = true;
        bus.lose("node-1");
        var end = new CallState[1];
        for (var i = 0; i < 300 && end[0] != CallState.ENDED; i++) {
            time.advance(Duration.ofSeconds(1));
            Thread.sleep(5);
            end[0] = two.calls().find(id).orElseThrow().state();
        }
        assertThat(two.calls().find(id).orElseThrow().end().cause()).isEqualTo(Cause.LOST);
        hears(bob, "{\"type\":\"LEAVE\"");
        assertThat(two.calls().current("bob")).isEmpty();
    }
}
