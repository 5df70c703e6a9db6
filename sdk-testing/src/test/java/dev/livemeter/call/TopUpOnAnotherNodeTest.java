package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.peer.PeerId;
import dev.livemeter.room.RoomAnswer;
import dev.livemeter.room.RoomKind;
import dev.livemeter.room.RoomPlan;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.spi.PeerNetwork;
import dev.livemeter.spi.PeerNodeExchange;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryPeers;
import dev.livemeter.testing.InMemoryRelay;
import dev.livemeter.testing.InMemoryStreamProvider;
import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What runs on one node has no money left, and its payer pays in through another one: no time passes unless a test says so. */
class TopUpOnAnotherNodeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Tariff TARIFF = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.shared(time);
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final Node one = new Node("one");
    private final Node two = new Node("two");
    private boolean isCut;
    private long reports;

    /** Its signaling reaches the other one at once, unless the way is cut. */
    private final class Node implements PeerNodeExchange, PeerNetwork {

        private final String name;
        private final InMemoryPeers peers = InMemoryPeers.create();
        private @Nullable Service service;
        private @Nullable Livemeter live;

        private Node(String name) {
            this.name = name;
            nodes.put(name, this);
        }

        @Override
        public void ask(PeerAuthority authority) {
            peers.ask(authority);
        }

        @Override
        public boolean isPresent(PeerId peer) {
            return nodes.values().stream().anyMatch(node -> node.peers.isPresent(peer));
        }

        @Override
        public void hangUp(PeerId first, PeerId other) {
            peers.hangUp(first, other);
        }

        @Override
        public void dismiss(PeerId peer, String sentence) {
            peers.dismiss(peer, sentence);
        }

        @Override
        public Optional<PeerNodeExchange> nodes() {
            return Optional.of(this);
        }

        @Override
        public String node() {
            return name;
        }

        @Override
        public Optional<String> nodeOf(PeerId peer) {
            return nodes.values().stream()
                    .filter(node -> node != this && node.peers.isPresent(peer))
                    .map(Node::node)
                    .findFirst();
        }

        @Override
        public void serve(Service hearer) {
            service = hearer;
        }

        @Override
        public CompletionStage<byte[]> ask(@Nullable String node, byte[] question) {
            var answer = new CompletableFuture<byte[]>();
            for (var other : nodes.values()) {
                if (!isCut && other.service != null && (node == null ? other != this : other.name.equals(node))) {
                    other.service.asked(question, answer::complete);
                }
            }
            // The other one answers by a task of its own.
            time.runDue();
            return answer;
        }

        @Override
        public void tell(byte[] news) {
            for (var other : nodes.values()) {
                if (!isCut && other != this && other.service != null) {
                    other.service.heard(name, news);
                }
            }
        }

        private Livemeter start(@Nullable RelayFleet fleet) {
            var policy = SessionPolicy.builder(Currency.getInstance("USD"))
                    .minimumToStart(usd("1.00"))
                    .lowBalanceBelow(usd("0.50"))
                    .quota(Duration.ofSeconds(30))
                    .renewBefore(Duration.ofSeconds(8))
                    // What is looked at every so often is looked at too late here.
                    .settleEvery(Duration.ofMinutes(10))
                    .finalUnit(FinalUnitAction.RESTRICT)
                    .build();
            var builder = Livemeter.builder()
                    .wallet(books)
                    .tariff(TARIFF)
                    .policy(policy)
                    .provider(InMemoryStreamProvider.named("twitch"))
                    .calls(
                            CallPolicy.builder(Currency.getInstance("USD"))
                                    .credit(policy)
                                    .build(),
                            this)
                    .time(time)
                    .scheduler(time)
                    .executor(Runnable::run);
            if (fleet != null) {
                builder.relay(fleet);
            }
            var begun = builder.build();
            live = begun;
            time.runDue();
            return begun;
        }

        private void comesIn(Livemeter at, String user) {
            assertThat(peers.connect(at.calls().token(user, ""))).isNull();
        }
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    @AfterEach
    void close() {
        for (var node : nodes.values()) {
            if (node.live != null) {
                node.live.close();
            }
        }
    }

    private static SessionStatus only(Livemeter live) {
        assertThat(live.sessions().running()).hasSize(1);
        return live.sessions().running().get(0);
    }

    private static void pay(Livemeter at, String amount) {
        at.wallets().credit("alice", usd(amount), "order-" + amount);
    }

    private CallId talks(Livemeter live) {
        one.comesIn(live, "alice");
        one.comesIn(live, "bob");
        var price = live.calls().price("alice", "bob", Duration.ofMinutes(1)).reference();
        var id = ((InviteResult.Invited)
                        live.calls().invite("alice", new Calls.Invitation("bob", price, Duration.ZERO, "")))
                .status()
                .call()
                .id();
        assertThat(live.calls().accept("bob", id, "")).isInstanceOf(CallAnswer.Done.class);
        return id;
    }

    private void passes(Livemeter live, CallId id, int seconds) {
        for (var i = 0; i <= seconds; i++) {
            for (var user : Set.of("alice", "bob")) {
                live.calls().report(user, id, true, ++reports);
            }
            time.advance(SECOND);
        }
    }

    @Test
    void revivesACallAtOnce() {
        var here = one.start(null);
        var there = two.start(null);
        pay(there, "2.00");
        var call = talks(here);
        passes(here, call, 22);
        assertThat(only(here).restricted()).isTrue();

        pay(there, "3.00");
        time.runDue();

        assertThat(only(here).restricted()).isFalse();
    }

    @Test
    void revivesACallWithinSecondsWhereTheMessageIsLost() {
        var here = one.start(null);
        var there = two.start(null);
        pay(there, "2.00");
        var call = talks(here);
        passes(here, call, 22);
        isCut = true;
        pay(there, "3.00");
        time.runDue();
        assertThat(only(here).restricted()).isTrue();

        time.advance(Duration.ofSeconds(5));

        assertThat(only(here).restricted()).isFalse();
    }

    @Test
    void revivesAViewerOfARoomAtOnce() {
        var here = one.start(null);
        var there = two.start(null);
        pay(there, "2.00");
        one.comesIn(here, "alice");
        one.comesIn(here, "bob");
        var room = ((RoomAnswer.Done) here.rooms().open("bob", RoomPlan.now("Tea", RoomKind.METERED, 1)))
                .room()
                .id();
        var price = here.rooms()
                .reference(here.rooms()
                        .price(here.rooms().find(room).orElseThrow())
                        .orElseThrow());
        assertThat(here.rooms().join("alice", room, "", price)).isInstanceOf(RoomAnswer.Joined.class);
        for (var i = 0; i <= 22; i++) {
            here.rooms().report("alice", room, true, ++reports);
            here.rooms().reportSent("bob", room, Set.of(UserId.of("alice")), ++reports);
            time.advance(SECOND);
        }
        assertThat(only(here).restricted()).isTrue();

        pay(there, "3.00");
        time.runDue();

        assertThat(only(here).restricted()).isFalse();
    }

    private Livemeter streams(Livemeter there) {
        var here = one.start(RelayFleet.builder()
                .host("relay1", relay, HostCapacity.megabits(1000))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build());
        pay(there, "2.00");
        here.destinations().add("alice", Destination.twitch("live_123_abc"));
        var key = here.streamKeys().create("alice").reveal();
        relay.connectDestinations(((Admission.Admitted) relay.publish(key)).session());
        for (var second = 0; second < 13; second++) {
            time.advance(SECOND);
            relay.heartbeat();
        }
        assertThat(only(here).finalUnit()).isTrue();
        return here;
    }

    @Test
    void aStreamOfAFleetGoesOnAtOnce() {
        var there = two.start(null);
        var here = streams(there);

        pay(there, "3.00");
        time.runDue();

        assertThat(only(here).finalUnit()).isFalse();
    }

    @Test
    void aStreamOfAFleetIsNotCutWhereTheMessageIsLost() {
        var there = two.start(null);
        var here = streams(there);
        isCut = true;
        pay(there, "3.00");
        time.runDue();
        assertThat(only(here).finalUnit()).isTrue();

        for (var second = 0; second < 5; second++) {
            time.advance(SECOND);
            relay.heartbeat();
        }

        assertThat(only(here).finalUnit()).isFalse();
    }
}
