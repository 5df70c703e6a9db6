package dev.livemeter.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.spi.SignalingTransport.Handshake;
import dev.livemeter.testing.InMemorySignalingTransport;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a host gets beyond the wire contract: who may come and call, orders, limits, news, closing. */
class SignalingServerTest {

    private static final String ID_TAKEN = "{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}";

    private final ManualTime time = ManualTime.create();
    private final Door door = new Door();
    private final InMemorySignalingTransport transport = InMemorySignalingTransport.withQueueLimit(50);
    private SignalingServer server = serve(SignalingOptions.defaults());

    private SignalingServer serve(SignalingOptions options) {
        return SignalingServer.builder()
                .options(options)
                .authority(door)
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
    }

    private void open() {
        transport.open(server);
    }

    private void open(SignalingOptions options) {
        server = serve(options);
        open();
    }

    private void open(SignalingLimits limits) {
        open(SignalingOptions.builder().limits(limits).build());
    }

    // --- who may come in -----------------------------------------------------

    @Test
    void theAuthoritySeesWhoWantsToComeAndItsSentenceIsTheError() {
        open();
        door.refusal = "Sign in first.";
        var peer = connect("alice", "secret");
        assertThat(peer.read()).contains("{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Sign in first.\"}}");
        assertThat(peer.isConnected()).isFalse();
        assertThat(door.requests)
                .containsExactly(
                        new PeerAuthority.PeerRequest(PeerId.of("alice"), "secret", "https://a.example", "127.0.0.1"));
        assertThat(door.news).isEmpty();
    }

    @Test
    void anAuthorityThatFailsLetsNobodyIn() {
        open();
        door.failure = new IllegalStateException("database away");
        var peer = connect("alice", "t");
        assertThat(peer.read())
                .contains("{\"type\":\"ERROR\",\"payload\":{\"msg\":"
                        + "\"It cannot be told now whether you may come in; try again in a moment.\"}}");
        assertThat(server.isPresent(PeerId.of("alice"))).isFalse();
    }

    @Test
    void whoWasLetInForATimeIsLostAtItsEndAndNotSentAway() {
        open();
        door.atMost = Duration.ofSeconds(10);
        var peer = opened("alice");
        time.advance(Duration.ofSeconds(9));
        assertThat(peer.isConnected()).isTrue();
        time.advance(Duration.ofSeconds(2));
        assertThat(peer.read()).isEmpty();
        assertThat(peer.isConnected()).isFalse();
        assertThat(peer.closedBecause()).contains("The time that you were let in for is over; connect again.");
        assertThat(door.news).containsExactly("joined alice", "left alice LOST");
    }

    @Test
    void aTokenThatWasUsedUpDoesNotOpenTheDoorAgain() {
        open();
        door.onceOnly = true;
        var alice = opened("alice");
        var thief = connect("alice", "token-of-alice");
        assertThat(thief.read())
                .contains("{\"type\":\"ERROR\",\"payload\":{\"msg\":\"This token was used already.\"}}");
        assertThat(alice.isConnected()).isTrue();
    }

    @Test
    void theSameOwnerTakesOverWithANewToken() {
        open();
        door.owner = "Alice";
        var before = opened("alice");
        var bob = opened("bob");
        var after = connect("alice", "renewed");
        assertThat(after.read()).contains("{\"type\":\"OPEN\"}");
        assertThat(before.read()).contains(ID_TAKEN);
        assertThat(before.isConnected()).isFalse();
        bob.send(offer("alice"));
        assertThat(after.read()).contains("{\"type\":\"OFFER\",\"src\":\"bob\",\"dst\":\"alice\",\"payload\":1}");
        assertThat(door.news).containsExactly("joined alice", "joined bob", "joined alice");
        assertThat(server.metrics().takeovers()).isEqualTo(1);
    }

    @Test
    void theSameTokenTakesOverWithoutAWordToTheOneBefore() {
        open();
        door.owner = "Alice";
        var before = opened("alice");
        opened("alice");
        assertThat(before.read()).isEmpty();
        assertThat(before.isConnected()).isFalse();
    }

    @Test
    void aTokenThatEndsEarlierThanThePresentOneTakesNothingOver() {
        open();
        door.owner = "Alice";
        door.atMost = Duration.ofSeconds(11);
        var present = opened("alice");
        door.atMost = Duration.ofSeconds(10);
        assertThat(connect("alice", "older").read()).contains(ID_TAKEN);
        door.atMost = Duration.ZERO;
        assertThat(connect("alice", "endless").read()).contains("{\"type\":\"OPEN\"}");
        assertThat(present.isConnected()).isFalse();
        door.atMost = Duration.ofDays(1);
        assertThat(connect("alice", "long").read()).contains(ID_TAKEN);
    }

    @Test
    void anotherOwnerOrNoneTakesNothingOver() {
        open();
        door.owner = "Alice";
        var alice = opened("alice");
        door.owner = "Mallory";
        assertThat(connect("alice", "stolen").read()).contains(ID_TAKEN);
        door.owner = "";
        assertThat(connect("alice", "nobody's").read()).contains(ID_TAKEN);
        opened("bob");
        assertThat(connect("bob", "another").read()).contains(ID_TAKEN);
        assertThat(alice.isConnected()).isTrue();
    }

    // --- who may call whom ---------------------------------------------------

    @Test
    void anOfferThatIsNotAllowedIsAnsweredByExpireAndNothingOfItArrives() {
        open();
        var alice = opened("alice");
        var bob = opened("bob");
        door.forbidden.add("alice>bob");
        alice.send(offer("bob"));
        alice.send("{\"type\":\"CANDIDATE\",\"dst\":\"bob\",\"payload\":1}");
        assertThat(alice.read()).contains("{\"type\":\"EXPIRE\",\"src\":\"bob\",\"dst\":\"alice\"}");
        assertThat(bob.read()).isEmpty();
        assertThat(alice.isConnected()).isTrue();
        assertThat(server.metrics().refusedOffers()).isEqualTo(1);
        door.forbidden.clear();
        alice.send(offer("bob"));
        alice.send("{\"type\":\"CANDIDATE\",\"dst\":\"bob\",\"payload\":1}");
        assertThat(bob.read()).contains("{\"type\":\"OFFER\",\"src\":\"alice\",\"dst\":\"bob\",\"payload\":1}");
        assertThat(bob.read()).contains("{\"type\":\"CANDIDATE\",\"src\":\"alice\",\"dst\":\"bob\",\"payload\":1}");
    }

    @Test
    void anAnswerNeedsNoLeave() {
        open();
        var alice = opened("alice");
        var bob = opened("bob");
        door.forbidden.add("bob>alice");
        alice.send(offer("bob"));
        bob.send("{\"type\":\"ANSWER\",\"dst\":\"alice\",\"payload\":2}");
        assertThat(alice.read()).contains("{\"type\":\"ANSWER\",\"src\":\"bob\",\"dst\":\"alice\",\"payload\":2}");
    }

    // --- orders --------------------------------------------------------------

    @Test
    void hangingUpTellsEachThatTheOtherLeftAndDropsWhatWaits() {
        open();
        var alice = opened("alice");
        alice.send(offer("bob"));
        server.hangUp(PeerId.of("alice"), PeerId.of("bob"));
        assertThat(alice.read()).contains("{\"type\":\"LEAVE\",\"src\":\"bob\",\"dst\":\"alice\"}");
        var bob = opened("bob");
        assertThat(bob.read()).isEmpty();
        server.hangUp(PeerId.of("alice"), PeerId.of("bob"));
        assertThat(alice.read()).contains("{\"type\":\"LEAVE\",\"src\":\"bob\",\"dst\":\"alice\"}");
        assertThat(bob.read()).contains("{\"type\":\"LEAVE\",\"src\":\"alice\",\"dst\":\"bob\"}");
        assertThat(alice.isConnected() && bob.isConnected()).isTrue();
        assertThat(server.metrics().waitingBytes()).isZero();
    }

    @Test
    void whoIsDismissedReadsWhyAndMayComeAgain() {
        open();
        var alice = opened("alice");
        server.dismiss(PeerId.of("alice"), "You were \"banned\".");
        server.dismiss(PeerId.of("alice"), "You were \"banned\".");
        assertThat(alice.read()).contains("{\"type\":\"ERROR\",\"payload\":{\"msg\":\"You were \\\"banned\\\".\"}}");
        assertThat(alice.isConnected()).isFalse();
        opened("alice");
        assertThat(door.news).containsExactly("joined alice", "left alice DISMISSED", "joined alice");
    }

    // --- news ----------------------------------------------------------------

    @Test
    void itIsToldHowEachWent() {
        open();
        opened("alice").leave();
        opened("bob").breakOff();
        opened("carol");
        time.advance(Duration.ofSeconds(91));
        assertThat(door.news)
                .containsExactly(
                        "joined alice",
                        "left alice LEFT",
                        "joined bob",
                        "left bob LOST",
                        "joined carol",
                        "left carol LOST");
    }

    @Test
    void aTakeoverIsNoLeaving() {
        open();
        opened("alice");
        opened("alice");
        assertThat(door.news).containsExactly("joined alice", "joined alice");
        assertThat(server.metrics().takeovers()).isEqualTo(1);
        assertThat(server.metrics().peers()).isEqualTo(1);
    }

    // --- limits --------------------------------------------------------------

    @Test
    void anAddressHasSoManyConnections() {
        open(SignalingLimits.defaults().withAddresses(2, 0));
        opened("a");
        var second = opened("b");
        assertThat(connect("c", "t").read())
                .contains("{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Your address has 2 connections already, as many"
                        + " as it may; close one of them, or try again later.\"}}");
        second.leave();
        opened("c");
    }

    @Test
    void anAddressConnectsSoOftenAMinute() {
        open(SignalingLimits.defaults().withAddresses(0, 2));
        opened("a").leave();
        opened("a").leave();
        assertThat(connect("a", "t").read())
                .contains("{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Your address connects too often; 2 times a minute"
                        + " are allowed. Try again in a minute.\"}}");
        time.advance(Duration.ofSeconds(31));
        opened("a");
    }

    @Test
    void behindATrustedProxyTheClientsAddressCounts() {
        open(SignalingOptions.builder()
                .trustedProxies(List.of("10.0.0.0/8"))
                .limits(SignalingLimits.defaults().withAddresses(1, 0))
                .build());
        assertThat(from("a", "10.1.2.3", "192.0.2.1")).contains("OPEN");
        assertThat(from("b", "10.1.2.3", "192.0.2.2")).contains("OPEN");
        // What a client writes in front of what its proxy writes is not believed.
        assertThat(from("c", "10.1.2.3", "198.51.100.1, 192.0.2.2")).contains("Your address has 1 connections");
        // Who is no proxy of ours is not believed at all.
        assertThat(from("d", "192.0.2.9", "198.51.100.2")).contains("OPEN");
        assertThat(from("e", "192.0.2.9", "198.51.100.3")).contains("Your address has 1 connections");
    }

    @Test
    void whatWaitsIsLimitedForEachSenderAndInAll() {
        open(SignalingLimits.defaults().withWaiting(1_000, 3, 1_500));
        var alice = opened("alice");
        for (var i = 0; i < 4; i++) {
            alice.send(offer("bob"));
        }
        assertThat(alice.read()).contains("{\"type\":\"EXPIRE\",\"src\":\"bob\",\"dst\":\"alice\"}");
        assertThat(server.metrics().waitingMessages()).isEqualTo(3);
        for (var i = 0; i < 20; i++) {
            alice.send(offer("nobody-" + i));
        }
        assertThat(server.metrics().waitingBytes()).isLessThanOrEqualTo(1_000);
        var dave = opened("dave");
        for (var i = 0; i < 20; i++) {
            dave.send(offer("nobody-at-all-" + i));
        }
        assertThat(server.metrics().waitingBytes()).isBetween(1_000L, 1_500L);
        time.advance(Duration.ofSeconds(7));
        assertThat(server.metrics().waitingBytes()).isZero();
        assertThat(server.metrics().waitingMessages()).isZero();
    }

    @Test
    void whatFollowsAnOfferExpiresWithIt() {
        open();
        var alice = opened("alice");
        alice.send(offer("bob"));
        time.advance(Duration.ofMillis(2_500));
        alice.send("{\"type\":\"CANDIDATE\",\"dst\":\"bob\",\"payload\":1}");
        time.advance(Duration.ofMillis(3_500));
        assertThat(alice.read()).contains("{\"type\":\"EXPIRE\",\"src\":\"bob\",\"dst\":\"alice\"}");
        assertThat(server.metrics().waitingMessages()).isZero();
        time.advance(Duration.ofSeconds(10));
        assertThat(alice.read()).isEmpty();
    }

    // --- closing -------------------------------------------------------------

    @Test
    void drainingClosesOneAfterTheOtherAndLetsNobodyIn() {
        open();
        var peers = new ArrayList<Peer>();
        for (var i = 0; i < 10; i++) {
            peers.add(opened("peer-" + i));
        }
        var drained = server.drain(Duration.ofSeconds(1));
        assertThat(peers.stream().filter(Peer::isConnected).count()).isEqualTo(9);
        assertThat(connect("late", "t").closedBecause()).contains("This server goes away; connect again.");
        time.advance(Duration.ofMillis(500));
        assertThat(peers.stream().filter(Peer::isConnected).count()).isEqualTo(4);
        assertThat(drained).isNotDone();
        time.advance(Duration.ofMillis(500));
        assertThat(peers.stream().filter(Peer::isConnected).count()).isZero();
        assertThat(drained).isDone();
        // No LEAVE: calls go on.
        assertThat(peers.get(9).read()).isEmpty();
    }

    private Peer connect(String id, String token) {
        return transport
                .connect("key=peerjs&id=" + id + "&token=" + token, "https://a.example")
                .orElseThrow();
    }

    private String from(String id, String remote, String forwardedFor) {
        return transport
                .connect(new Handshake("key=peerjs&id=" + id + "&token=t", "", remote, forwardedFor))
                .orElseThrow()
                .read()
                .orElse("");
    }

    private Peer opened(String id) {
        var peer = connect(id, "token-of-" + id);
        assertThat(peer.read()).contains("{\"type\":\"OPEN\"}");
        return peer;
    }

    private static String offer(String to) {
        return "{\"type\":\"OFFER\",\"dst\":\"" + to + "\",\"payload\":1}";
    }

    private static final class Door implements PeerAuthority {

        private final List<PeerRequest> requests = new ArrayList<>();
        private final List<String> news = new ArrayList<>();
        private final Set<String> forbidden = new HashSet<>();
        private final Set<String> used = new HashSet<>();
        private Duration atMost = Duration.ZERO;
        private String owner = "";
        private boolean onceOnly;
        private @Nullable String refusal;
        private @Nullable RuntimeException failure;

        @Override
        public Admission admit(PeerRequest request) {
            requests.add(request);
            if (failure != null) {
                throw failure;
            }
            if (refusal != null) {
                return new Admission.Refused(refusal);
            }
            return onceOnly && !used.add(request.token())
                    ? new Admission.Refused("This token was used already.")
                    : new Admission.Admitted(atMost, owner);
        }

        @Override
        public boolean mayCall(PeerId caller, PeerId callee) {
            return !forbidden.contains(caller + ">" + callee);
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
}
