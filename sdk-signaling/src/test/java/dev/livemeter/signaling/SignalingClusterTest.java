package dev.livemeter.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.testing.InMemorySignalingBus;
import dev.livemeter.testing.InMemorySignalingTransport;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import dev.livemeter.testing.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two servers on one bus are as one, and go on where the bus does not. */
class SignalingClusterTest {

    private static final String OPEN = "{\"type\":\"OPEN\"}";
    private static final PeerId ALICE = PeerId.of("alice");
    private static final PeerId BOB = PeerId.of("bob");

    private final ManualTime time = ManualTime.create();
    private final InMemorySignalingBus bus = InMemorySignalingBus.hearingOn(Runnable::run);
    private final Node one = new Node(SignalingOptions.defaults());
    private final Node two = new Node(SignalingOptions.defaults());

    private final class Node implements PeerAuthority {

        private final List<String> news = new ArrayList<>();
        private final InMemorySignalingTransport transport = InMemorySignalingTransport.withQueueLimit(2000);
        private final SignalingServer server;

        private Node(SignalingOptions options) {
            server = SignalingServer.builder()
                    .options(options)
                    .authority(this)
                    .cluster(bus)
                    .time(time)
                    .scheduler(time)
                    .executor(Runnable::run)
                    .build();
            transport.open(server);
        }

        private Peer connect(String id, String token) {
            return transport
                    .connect("key=peerjs&id=" + id + "&token=" + token, "")
                    .orElseThrow();
        }

        private Peer opened(String id, String token) {
            var peer = connect(id, token);
            assertThat(peer.read()).contains(OPEN);
            return peer;
        }

        private Peer opened(String id) {
            return opened(id, "token-of-" + id);
        }

        @Override
        public Admission admit(PeerRequest request) {
            // As where a token names its user: "alice/2" is the second one of alice's.
            var slash = request.token().indexOf('/');
            return slash < 0
                    ? new Admission.Admitted(Duration.ZERO)
                    : new Admission.Admitted(Duration.ZERO, request.token().substring(0, slash));
        }

        @Override
        public boolean mayCall(PeerId caller, PeerId callee) {
            return true;
        }

        @Override
        public void joined(PeerId peer) {
            news.add("joined " + peer);
        }

        @Override
        public void left(PeerId peer, Departure departure) {
            news.add("left " + peer + " " + departure);
        }
    }

    private static void says(Peer from, String type, String to, Object payload) {
        from.send("{\"type\":\"" + type + "\",\"dst\":\"" + to + "\",\"payload\":" + payload + "}");
    }

    private static String said(String type, String from, String to, Object payload) {
        return "{\"type\":\"" + type + "\",\"src\":\"" + from + "\",\"dst\":\"" + to + "\",\"payload\":" + payload
                + "}";
    }

    private static final String EXPIRED = "{\"type\":\"EXPIRE\",\"src\":\"bob\",\"dst\":\"alice\"}";
    private static final String BOB_LEFT = "{\"type\":\"LEAVE\",\"src\":\"bob\",\"dst\":\"alice\"}";
    private static final String ALICE_LEFT = "{\"type\":\"LEAVE\",\"src\":\"alice\",\"dst\":\"bob\"}";

    private static List<String> all(Peer peer) {
        var all = new ArrayList<String>();
        for (var next = peer.read(); next.isPresent(); next = peer.read()) {
            all.add(next.get());
        }
        return all;
    }

    // --- as one ------------------------------------------------------------------

    @Test
    void aCallBetweenTwoNodesKeepsItsOrder() {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        says(alice, "OFFER", "bob", 0);
        for (var i = 1; i <= 50; i++) {
            says(alice, "CANDIDATE", "bob", i);
            says(bob, "CANDIDATE", "alice", i);
        }
        says(bob, "ANSWER", "alice", 0);
        says(alice, "LEAVE", "bob", 51);
        var atBob = all(bob);
        assertThat(atBob).hasSize(52).startsWith(said("OFFER", "alice", "bob", 0));
        assertThat(atBob.get(50)).isEqualTo(said("CANDIDATE", "alice", "bob", 50));
        assertThat(atBob.get(51)).isEqualTo(said("LEAVE", "alice", "bob", 51));
        assertThat(all(alice)).hasSize(51).endsWith(said("ANSWER", "bob", "alice", 0));
        // What has arrived is told together, a moment later.
        time.advance(Duration.ofMillis(20));
        assertThat(one.server.metrics().waitingMessages()).isZero();
        assertThat(two.server.metrics().waitingMessages()).isZero();
        assertThat(two.server.metrics().relayed()).isEqualTo(52);
    }

    @Test
    void whatHasArrivedIsToldBeforeItsReceiverIsFreeToComeElsewhere() {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        says(alice, "OFFER", "bob", 0);
        assertThat(one.server.metrics().waitingMessages()).isZero();
        says(alice, "CANDIDATE", "bob", 1);
        assertThat(all(bob)).containsExactly(said("OFFER", "alice", "bob", 0), said("CANDIDATE", "alice", "bob", 1));
        assertThat(one.server.metrics().waitingMessages()).isEqualTo(1);
        bob.leave();
        assertThat(one.server.metrics().waitingMessages()).isZero();
        assertThat(all(one.opened("bob"))).isEmpty();
    }

    @Test
    void manyThatHaveArrivedAreToldAtOnce() {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        for (var i = 0; i < 100; i++) {
            says(alice, "CANDIDATE", "bob", i);
        }
        assertThat(all(bob)).hasSize(100);
        assertThat(one.server.metrics().waitingMessages()).isLessThan(32);
        var large = "\"" + "x".repeat(70_000) + "\"";
        says(alice, "CANDIDATE", "bob", large);
        assertThat(all(bob)).hasSize(1);
        assertThat(one.server.metrics().waitingMessages()).isZero();
    }

    @Test
    void whoIsNowhereGetsNothingThatDoesNotWaitWhenTheyCome() {
        var alice = one.opened("alice");
        says(alice, "LEAVE", "bob", 1);
        says(alice, "EXPIRE", "bob", 2);
        assertThat(all(one.opened("bob"))).isEmpty();
        assertThat(all(two.opened("carol"))).isEmpty();
        assertThat(all(alice)).isEmpty();
    }

    @Test
    void whatWaitsComesToWhoeverComesOnAnotherNodeAfterOpenAndInOrder() {
        var alice = one.opened("alice");
        says(alice, "OFFER", "bob", 1);
        says(alice, "CANDIDATE", "bob", 2);
        time.advance(Duration.ofSeconds(4));
        var bob = two.opened("bob");
        says(alice, "CANDIDATE", "bob", 3);
        assertThat(all(bob))
                .containsExactly(
                        said("OFFER", "alice", "bob", 1),
                        said("CANDIDATE", "alice", "bob", 2),
                        said("CANDIDATE", "alice", "bob", 3));
        time.advance(Duration.ofSeconds(20));
        assertThat(alice.read()).isEmpty();
    }

    @Test
    void whatWaitsInVainExpiresOnceWhereverItsSenderIsThen() {
        var alice = one.opened("alice");
        says(alice, "OFFER", "bob", 1);
        says(alice, "CANDIDATE", "bob", 2);
        var again = two.opened("alice");
        time.advance(Duration.ofSeconds(7));
        assertThat(all(again)).containsExactly(EXPIRED);
        assertThat(alice.isConnected()).isFalse();
        var bob = two.opened("bob");
        assertThat(bob.read()).isEmpty();
    }

    @Test
    void whoComesWithARenewedTokenOnAnotherNodeTakesOverAndTheWindowBeforeLearnsIt() {
        var before = one.opened("alice", "alice/1");
        var after = two.opened("alice", "alice/2");
        assertThat(before.read()).contains(new String(Frames.idTaken(), StandardCharsets.UTF_8));
        assertThat(before.isConnected()).isFalse();
        assertThat(after.isConnected()).isTrue();
        var other = one.connect("alice", "mallory/1");
        assertThat(other.read()).contains(new String(Frames.idTaken(), StandardCharsets.UTF_8));
        assertThat(after.isConnected()).isTrue();
    }

    @Test
    void whoComesWithTheSameTokenOnAnotherNodeTakesOver() {
        var before = one.opened("alice", "t");
        var bob = one.opened("bob");
        var after = two.opened("alice", "t");
        assertThat(before.isConnected()).isFalse();
        assertThat(before.closedBecause()).contains("Another connection took over.");
        says(bob, "OFFER", "alice", 1);
        assertThat(all(after)).containsExactly(said("OFFER", "bob", "alice", 1));
        assertThat(one.server.metrics().peers()).isEqualTo(1);
        assertThat(one.news).containsExactly("joined alice", "joined bob", "joined alice");
        assertThat(two.news).containsExactly("joined alice", "joined bob", "joined alice");
        var home = one.opened("alice", "t");
        assertThat(after.isConnected()).isFalse();
        says(bob, "OFFER", "alice", 2);
        assertThat(all(home)).containsExactly(said("OFFER", "bob", "alice", 2));
    }

    @Test
    void anIdThatIsHeldOnAnotherNodeIsTakenAndTheHolderDoesNotNotice() {
        var holder = one.opened("alice", "t");
        var other = two.connect("alice", "u");
        assertThat(other.read()).contains("{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}");
        assertThat(other.isConnected()).isFalse();
        says(holder, "OFFER", "alice", 1);
        assertThat(all(holder)).containsExactly(said("OFFER", "alice", "alice", 1));
        holder.leave();
        two.opened("alice", "u");
    }

    @Test
    void everyNodeHearsOnceWhoComesAndGoesAndKnowsWhoIsThere() {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        assertThat(one.server.isPresent(BOB)).isTrue();
        assertThat(two.server.isPresent(ALICE)).isTrue();
        alice.leave();
        bob.breakOff();
        assertThat(two.server.isPresent(ALICE)).isFalse();
        for (var node : List.of(one, two)) {
            assertThat(node.news).containsExactly("joined alice", "joined bob", "left alice LEFT", "left bob LOST");
        }
    }

    @Test
    void theLimitOfPeersHoldsForAllNodes() {
        var options = SignalingOptions.builder().mostPeers(2).build();
        var small1 = new Node(options);
        var small2 = new Node(options);
        var alice = small1.opened("alice");
        small2.opened("bob");
        assertThat(small1.connect("carol", "t").read())
                .contains(
                        "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Server has reached its concurrent user limit\"}}");
        small2.opened("alice");
        alice.leave();
        assertThat(small1.connect("carol", "t").read()).isNotEqualTo(Optional.of(OPEN));
    }

    // --- orders ------------------------------------------------------------------

    @Test
    void hangingUpReachesBothWhereverTheyAreAndDropsWhatWaits() {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        new Node(SignalingOptions.defaults()).server.hangUp(ALICE, BOB);
        assertThat(all(alice)).containsExactly(BOB_LEFT);
        assertThat(all(bob)).containsExactly(ALICE_LEFT);
        bob.leave();
        says(alice, "OFFER", "bob", 1);
        two.server.hangUp(BOB, ALICE);
        assertThat(all(two.opened("bob"))).isEmpty();
    }

    @Test
    void whoIsDismissedByAnotherNodeIsGone() {
        one.opened("alice");
        var bob = two.opened("bob");
        one.server.dismiss(BOB, "The house closes.");
        assertThat(all(bob)).containsExactly("{\"type\":\"ERROR\",\"payload\":{\"msg\":\"The house closes.\"}}");
        assertThat(bob.isConnected()).isFalse();
        assertThat(one.server.isPresent(BOB)).isFalse();
        assertThat(one.news).endsWith("left bob DISMISSED");
        assertThat(two.news).endsWith("left bob DISMISSED");
    }

    @Test
    void anOrderThatFindsTheBusAwayIsCarriedOutLater() {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        bus.goAway();
        one.server.hangUp(ALICE, BOB);
        time.advance(Duration.ofSeconds(15));
        assertThat(all(alice)).containsExactly(BOB_LEFT);
        assertThat(all(bob)).isEmpty();
        bus.comeBack();
        time.advance(Duration.ofSeconds(2));
        assertThat(all(bob)).containsExactly(ALICE_LEFT);
    }

    // --- where the bus, or a node, is gone -----------------------------------------

    @Test
    void whileTheBusIsAwayPeersOfANodeGoOnAndWhatIsForOthersComesLaterOnceAndInOrder() {
        var alice = one.opened("alice");
        var carol = one.opened("carol");
        var bob = two.opened("bob");
        says(alice, "OFFER", "bob", 1);
        bus.goAway();
        says(alice, "OFFER", "carol", 1);
        assertThat(all(carol)).containsExactly(said("OFFER", "alice", "carol", 1));
        says(alice, "CANDIDATE", "bob", 2);
        says(alice, "CANDIDATE", "bob", 3);
        time.advance(Duration.ofSeconds(3));
        bus.comeBack();
        says(alice, "CANDIDATE", "bob", 4);
        time.advance(Duration.ofSeconds(2));
        assertThat(all(bob))
                .containsExactly(
                        said("OFFER", "alice", "bob", 1),
                        said("CANDIDATE", "alice", "bob", 2),
                        said("CANDIDATE", "alice", "bob", 3),
                        said("CANDIDATE", "alice", "bob", 4));
        time.advance(Duration.ofSeconds(10));
        assertThat(all(alice)).isEmpty();
    }

    @Test
    void whatTheBusIsAwayTooLongForExpires() {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        bus.goAway();
        says(alice, "OFFER", "bob", 1);
        time.advance(Duration.ofSeconds(7));
        assertThat(all(alice)).containsExactly(EXPIRED);
        bus.comeBack();
        time.advance(Duration.ofSeconds(2));
        assertThat(all(bob)).isEmpty();
    }

    @Test
    void whoComesWhileTheBusIsAwayIsLetInAndKnownEverywhereAfterwards() {
        bus.goAway();
        var alice = one.opened("alice");
        assertThat(two.server.isPresent(ALICE)).isFalse();
        bus.comeBack();
        assertThat(two.server.isPresent(ALICE)).isTrue();
        assertThat(two.news).containsExactly("joined alice");
        assertThat(one.news).containsExactly("joined alice");
        says(two.opened("bob"), "OFFER", "alice", 1);
        assertThat(all(alice)).containsExactly(said("OFFER", "bob", "alice", 1));
    }

    @Test
    void ofTwoWhoCameWithDifferentTokensWhileTheBusWasAwayTheFirstStays() {
        bus.goAway();
        var first = two.opened("alice", "t");
        time.advance(Duration.ofSeconds(1));
        var second = one.opened("alice", "u");
        bus.comeBack();
        assertThat(all(second)).containsExactly("{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}");
        assertThat(second.isConnected()).isFalse();
        assertThat(first.isConnected()).isTrue();
        says(one.opened("bob"), "OFFER", "alice", 1);
        assertThat(all(first)).containsExactly(said("OFFER", "bob", "alice", 1));
    }

    @Test
    void whoLeftWhileTheBusWasAwayIsFreeAfterwards() {
        var alice = one.opened("alice", "t");
        bus.goAway();
        alice.leave();
        bus.comeBack();
        time.advance(Duration.ofSeconds(15));
        assertThat(two.server.isPresent(ALICE)).isFalse();
        two.opened("alice", "u");
        assertThat(two.news).containsExactly("joined alice", "left alice LOST", "joined alice");
    }

    @Test
    void whatABusForgetsIsSaidToItAgainAndNobodyIsToldOfIt() {
        one.opened("alice");
        var bob = two.opened("bob");
        bus.forgetEverything();
        time.advance(Duration.ofSeconds(10));
        assertThat(one.server.isPresent(BOB)).isTrue();
        assertThat(two.server.isPresent(ALICE)).isTrue();
        assertThat(one.news).containsExactly("joined alice", "joined bob");
        assertThat(two.news).containsExactly("joined alice", "joined bob");
        assertThat(two.connect("alice", "other").read())
                .contains("{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}");
        assertThat(bob.isConnected()).isTrue();
    }

    @Test
    void thePeersOfADeadNodeAreGoneOnceAndTheirIdsFree() {
        var alice = one.opened("alice");
        two.opened("bob", "t");
        bus.lose("node-2");
        assertThat(one.server.isPresent(BOB)).isFalse();
        assertThat(one.news).containsExactly("joined alice", "joined bob", "left bob LOST");
        says(alice, "OFFER", "bob", 1);
        assertThat(all(one.opened("bob", "another"))).containsExactly(said("OFFER", "alice", "bob", 1));
    }

    @Test
    void aNodeThatIsClosedTakesItsPeersAlongAtOnce() {
        var alice = one.opened("alice");
        two.opened("bob");
        two.server.close();
        assertThat(one.news).endsWith("left bob LOST");
        says(alice, "OFFER", "bob", 1);
        time.advance(Duration.ofSeconds(7));
        assertThat(all(alice)).containsExactly(EXPIRED);
    }

    @Test
    void whatHasNoRoomToWaitForAnotherNodeExpiresAtOnce() {
        var limits = SignalingLimits.defaults().withWaiting(2_000, 3, 500);
        var small = new Node(SignalingOptions.builder().limits(limits).build());
        var alice = small.opened("alice");
        two.opened("bob");
        bus.goAway();
        for (var i = 0; i < 4; i++) {
            says(alice, "OFFER", "bob", i);
        }
        assertThat(all(alice)).containsExactly(EXPIRED);
    }

    @Test
    void ordersReachTheirPeersHoweverFullTheWaitingRoomIs() {
        var small = SignalingOptions.builder()
                .limits(SignalingLimits.defaults()
                        .withMessageBytes(1024)
                        .withQueue(2048, 10, 1 << 20)
                        .withWaiting(1024, 5, 1500))
                .build();
        var three = new Node(small);
        var alice = three.opened("alice");
        var bob = two.opened("bob");
        var mallory = three.opened("mallory");
        for (var i = 0; i < 40; i++) {
            says(mallory, "OFFER", "nobody-" + i, "\"" + "x".repeat(100) + "\"");
            says(alice, "OFFER", "no-one-" + i, "\"" + "x".repeat(100) + "\"");
        }
        assertThat(all(mallory)).isNotEmpty();
        var before = three.server.metrics().waitingBytes();
        three.server.hangUp(ALICE, BOB);
        assertThat(all(bob)).containsExactly(ALICE_LEFT);
        bus.goAway();
        three.server.hangUp(ALICE, BOB);
        three.server.hangUp(ALICE, BOB);
        three.server.dismiss(BOB, "You are banned.");
        three.server.dismiss(BOB, "You are banned.");
        assertThat(three.server.metrics().waitingBytes()).isEqualTo(before);
        bus.comeBack();
        time.advance(Duration.ofSeconds(2));
        assertThat(all(bob))
                .containsExactly(ALICE_LEFT, "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"You are banned.\"}}");
        assertThat(bob.isConnected()).isFalse();
        assertThat(two.news).contains("left bob DISMISSED");
        time.advance(Duration.ofSeconds(40));
        assertThat(three.server.metrics().waitingMessages()).isZero();
        assertThat(three.server.metrics().waitingBytes()).isZero();
    }
}
