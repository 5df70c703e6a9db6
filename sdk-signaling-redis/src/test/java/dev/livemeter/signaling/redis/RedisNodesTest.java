package dev.livemeter.signaling.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.peer.PeerId;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.testing.InMemorySignalingTransport;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two servers on a real Redis: under load, in a race, when a node dies and when Redis does. */
@Tag("once")
@Timeout(180)
class RedisNodesTest {

    private static final String OPEN = "{\"type\":\"OPEN\"}";
    private static final String TAKEN = "{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}";
    private static final PeerId BOB = PeerId.of("bob");

    private final List<Node> nodes = new ArrayList<>();
    private OwnRedis redis;
    private Node one;
    private Node two;

    private static final class Node {

        private final InMemorySignalingTransport transport = InMemorySignalingTransport.withQueueLimit(10_000);
        private final LateNews late = new LateNews();
        private final SignalingServer server;
        private SignalingBus.Member member;

        private Node(SignalingBus bus) {
            server = SignalingServer.builder()
                    .options(SignalingOptions.builder()
                            .expireTimeout(Duration.ofSeconds(60))
                            .build())
                    .cluster(hearer -> {
                        member = bus.join(late.before(hearer));
                        return member;
                    })
                    .build();
            transport.open(server);
        }

        private Peer connect(String id, String token) {
            return transport
                    .connect("key=peerjs&id=" + id + "&token=" + token, "")
                    .orElseThrow();
        }

        private Peer opened(String id) {
            var peer = connect(id, "token-of-" + id);
            assertThat(peer.read()).contains(OPEN);
            return peer;
        }
    }

    @BeforeEach
    void start() throws Exception {
        redis = OwnRedis.start();
        one = node();
        two = node();
    }

    private Node node() {
        var node = new Node(RedisSignalingBus.at(redis.uri()));
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stop() throws Exception {
        nodes.forEach(node -> node.server.close());
        redis.close();
    }

    private static void says(Peer from, String to, int payload) {
        from.send("{\"type\":\"CANDIDATE\",\"dst\":\"" + to + "\",\"payload\":" + payload + "}");
    }

    private static String said(String from, String to, int payload) {
        return "{\"type\":\"CANDIDATE\",\"src\":\"" + from + "\",\"dst\":\"" + to + "\",\"payload\":" + payload + "}";
    }

    private static String next(Peer peer) throws InterruptedException {
        var frame = peer.read();
        for (var i = 0; i < 12_000 && frame.isEmpty(); i++) {
            Thread.sleep(5);
            frame = peer.read();
        }
        return frame.orElse("nothing within a minute");
    }

    private static void await(BooleanSupplier what) throws InterruptedException {
        for (var i = 0; i < 12_000 && !what.getAsBoolean(); i++) {
            Thread.sleep(5);
        }
        assertThat(what.getAsBoolean()).isTrue();
    }

    @Test
    void whatTwoNodesSayToEachOtherArrivesOnceAndInOrder() throws Exception {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        for (var i = 0; i < 1000; i++) {
            says(alice, "bob", i);
            says(bob, "alice", i);
        }
        for (var i = 0; i < 1000; i++) {
            assertThat(next(bob)).isEqualTo(said("alice", "bob", i));
            assertThat(next(alice)).isEqualTo(said("bob", "alice", i));
        }
        await(() -> one.server.metrics().waitingMessages() == 0
                && two.server.metrics().waitingMessages() == 0);
        assertThat(bob.read()).isEmpty();
    }

    @Test
    void ofManyWhoComeAtOnceOnTwoNodesOneIsLetIn() throws Exception {
        var threads = Executors.newFixedThreadPool(20);
        try {
            var start = new CountDownLatch(1);
            var wishes = new ArrayList<Callable<String>>();
            for (var i = 0; i < 20; i++) {
                var node = i % 2 == 0 ? one : two;
                var token = "token-" + i;
                wishes.add(() -> {
                    start.countDown();
                    start.await();
                    return next(node.connect("alice", token));
                });
            }
            var answers = new ArrayList<String>();
            for (var wish : threads.invokeAll(wishes)) {
                answers.add(wish.get());
            }
            assertThat(answers.stream().filter(OPEN::equals)).hasSize(1);
            assertThat(answers.stream().filter(TAKEN::equals)).hasSize(19);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void peersOfANodeThatDiesAreGoneWithinSeconds() throws Exception {
        var alice = one.opened("alice");
        var bob = two.opened("bob");
        await(() -> one.server.isPresent(BOB));
        says(alice, "bob", 1);
        assertThat(next(bob)).isEqualTo(said("alice", "bob", 1));
        await(() -> one.server.metrics().waitingMessages() == 0);
        ((RedisMember) two.member).breakOff();
        await(() -> !one.server.isPresent(BOB));
        var again = one.connect("bob", "another token");
        assertThat(next(again)).isEqualTo(OPEN);
        says(alice, "bob", 2);
        assertThat(next(again)).isEqualTo(said("alice", "bob", 2));
    }

    @Test
    void aNodeBeatsOnWhileWhatTheApplicationSharesIsHeldUp() throws Exception {
        var held = new CountDownLatch(1);
        var going = new CountDownLatch(1);
        // The one thread by which the JVM keeps time for everybody; on newer ones there are more of them.
        CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    going.countDown();
                    try {
                        assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        assertThat(going.await(60, TimeUnit.SECONDS)).isTrue();
        try {
            var first = redis.ask("ZSCORE {livemeter}:signaling:nodes " + one.member.node());
            // One beat may have been on its way.
            for (var beats = 0; beats < 2; beats++) {
                var before = redis.ask("ZSCORE {livemeter}:signaling:nodes " + one.member.node());
                await(() -> !redis.ask("ZSCORE {livemeter}:signaling:nodes " + one.member.node())
                        .equals(before));
            }
            assertThat(first).startsWith("$");
        } finally {
            held.countDown();
        }
    }

    @Test
    void aRedisThatIsStartedAnewWithNothingIsToldAllAgain() throws Exception {
        var alice = one.opened("alice");
        var carol = one.opened("carol");
        var bob = two.opened("bob");
        await(() -> one.server.isPresent(BOB));
        redis.kill();
        says(alice, "carol", 1);
        assertThat(next(carol)).isEqualTo(said("alice", "carol", 1));
        says(alice, "bob", 1);
        says(alice, "bob", 2);
        var dave = one.opened("dave");
        redis.begin();
        says(alice, "bob", 3);
        for (var i = 1; i <= 3; i++) {
            assertThat(next(bob)).isEqualTo(said("alice", "bob", i));
        }
        await(() -> two.server.isPresent(PeerId.of("dave")) && two.server.isPresent(PeerId.of("alice")));
        says(bob, "dave", 4);
        assertThat(next(dave)).isEqualTo(said("bob", "dave", 4));
        // Longer than it is waited for those who do not say again what they hold.
        TimeUnit.MILLISECONDS.sleep(SignalingBus.LONGEST_SILENCE.plusSeconds(1).toMillis());
        for (var id : List.of("alice", "carol", "dave")) {
            assertThat(next(two.connect(id, "another token"))).isEqualTo(TAKEN);
        }
        assertThat(next(one.connect("bob", "another token"))).isEqualTo(TAKEN);
        assertThat(bob.read()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LEAVE", "EXPIRE"})
    void whatDoesNotWaitReachesWhoCameToAnotherNodeAMomentAgo(String type) throws Exception {
        var alice = one.opened("alice");
        one.late.hold();
        var bob = two.opened("bob");
        await(() -> one.late.holds(BOB));
        assertThat(one.server.isPresent(BOB)).isFalse();
        alice.send("{\"type\":\"" + type + "\",\"dst\":\"bob\"}");
        assertThat(next(bob)).isEqualTo("{\"type\":\"" + type + "\",\"src\":\"alice\",\"dst\":\"bob\"}");
        one.late.letGo();
        await(() -> one.server.isPresent(BOB));
        says(alice, "bob", 1);
        assertThat(next(bob)).isEqualTo(said("alice", "bob", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LEAVE", "EXPIRE"})
    void whatDoesNotWaitFollowsWhoWentOnToAThirdNode(String type) throws Exception {
        var three = node();
        var alice = one.opened("alice");
        var before = two.opened("bob");
        await(() -> one.server.isPresent(BOB));
        one.late.hold();
        var bob = three.opened("bob");
        // The second node has heard of it, the first one has not.
        await(() -> one.late.holds(BOB) && !before.isConnected());
        alice.send("{\"type\":\"" + type + "\",\"dst\":\"bob\"}");
        assertThat(next(bob)).isEqualTo("{\"type\":\"" + type + "\",\"src\":\"alice\",\"dst\":\"bob\"}");
        one.late.letGo();
        says(alice, "bob", 1);
        assertThat(next(bob)).isEqualTo(said("alice", "bob", 1));
    }

    @Test
    void aNodeThatLeavesLeavesNoThreadBehind() throws Exception {
        var before = threads();
        var three = node();
        assertThat(threads()).hasSizeGreaterThan(before.size());
        three.server.close();
        await(() -> before.containsAll(threads()));
    }

    /** Those of the bus. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lettuce-")
                        || thread.getName().startsWith("livemeter-signaling-beat"))
                .collect(Collectors.toSet());
    }

    @Test
    void anIdThatRedisWouldNotTakeBackIsFreeAgain() throws Exception {
        var bob = two.opened("bob");
        await(() -> one.server.isPresent(BOB));
        // For a moment Redis does nothing that it is told; what it says is heard all the time.
        assertThat(redis.ask("ACL SETUSER default -eval")).startsWith("+OK");
        bob.leave();
        assertThat(two.server.isPresent(BOB)).isFalse();
        assertThat(redis.ask("ACL SETUSER default +eval")).startsWith("+OK");
        await(() -> !one.server.isPresent(BOB));
        assertThat(next(one.connect("bob", "another token"))).isEqualTo(OPEN);
    }
}
