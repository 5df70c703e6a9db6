package dev.livemeter.testing;

import static dev.livemeter.testing.Stage.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destination;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.TimeSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes on one set of books, whose relays are the test itself: what they admit together, and what is asked of the one about the other's streams. */
@Timeout(180)
class StreamsOfSeveralNodesTest {

    private final InMemoryBooks books = InMemoryBooks.shared(TimeSource.system());
    private final Line line = new Line();
    private final Line otherLine = new Line();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final InMemoryRelay otherRelay = InMemoryRelay.create();
    private Livemeter one;
    private Livemeter other;
    private String key;

    /** Brings everything at once, until it is cut. */
    private static final class Line implements NodeExchange {

        private Service service;
        private Consumer<Consumer<Service>> across = brings -> {};
        private boolean isCut;

        @Override
        public void serve(Service by) {
            service = by;
        }

        @Override
        public CompletionStage<byte[]> ask(String node, byte[] question) {
            var answer = new CompletableFuture<byte[]>();
            if (!isCut) {
                across.accept(there -> there.asked(question, answer::complete));
            }
            return answer;
        }

        @Override
        public void tell(byte[] news) {
            if (!isCut) {
                across.accept(there -> there.heard("other", news));
            }
        }
    }

    private void start(UnaryOperator<SessionStore> around, Line way, Line otherWay) {
        line.across = what -> what.accept(otherLine.service);
        otherLine.across = what -> what.accept(line.service);
        one = node(relay, way, around);
        other = node(otherRelay, otherWay, around);
        one.wallets().credit("alice", usd("50.00"), "order-1");
        one.destinations().add("alice", Destination.twitch("live_123_abc"));
        key = one.streamKeys().create("alice").reveal();
    }

    private void start() {
        start(store -> store, line, otherLine);
    }

    private Livemeter node(InMemoryRelay with, Line way, UnaryOperator<SessionStore> around) {
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        return Livemeter.builder()
                .wallet((Wallet) instead(
                        books,
                        "sessions",
                        () -> around.apply(books.sessions()),
                        Wallet.class,
                        Storage.class,
                        Settler.class))
                .relay((RelayController) instead(with, "nodes", () -> Optional.ofNullable(way), RelayController.class))
                .provider(InMemoryStreamProvider.named("twitch"))
                .tariff(tariff)
                .policy(SessionPolicy.defaults(tariff.currency()))
                .build();
    }

    private interface Answer {

        Object give() throws Exception;
    }

    /** The same, but for one method. */
    private static Object instead(Object of, String name, Answer answer, Class<?>... as) {
        return Proxy.newProxyInstance(
                StreamsOfSeveralNodesTest.class.getClassLoader(), as, (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals(name) ? answer.give() : method.invoke(of, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        threads.shutdownNow();
    }

    private SessionId goLive() {
        var session = ((Admission.Admitted) relay.publish(key)).session();
        relay.connectDestinations(session);
        return session;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private Session stored(SessionId id) {
        return books.sessions().find(id).orElseThrow();
    }

    @Test
    void theLimitCountsWhatAnotherNodeHas() throws Exception {
        start();
        var session = goLive();
        var another = one.streamKeys().create("alice").reveal();
        assertThat(otherRelay.publish(another)).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Refusal.ALREADY_LIVE);
            assertThat(refused.message())
                    .isEqualTo("The user runs 1 stream already, which is the limit. Stop the other one first.");
        });
        assertThat(books.sessions().open()).hasSize(1);

        relay.hangUp(session);
        await("it is over", () -> stored(session).state().isOver());
        assertThat(otherRelay.publish(another)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void theSameKeyTakesOverWhatRunsOnAnotherNode() {
        start();
        var session = goLive();
        assertThat(otherRelay.publish(key, "198.51.100.9")).isInstanceOf(Admission.Admitted.class);
        assertThat(stored(session).end())
                .isEqualTo(new SessionEnd.Stopped(
                        "Livemeter", "another encoder at 198.51.100.9 came with the same stream key"));
        assertThat(relay.sessions()).isEmpty();

        assertThat(relay.publish(key)).isInstanceOfSatisfying(Admission.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Refusal.ALREADY_LIVE);
            assertThat(refused.message())
                    .isEqualTo(
                            "Two encoders want to stream with the same stream key, and the one that runs goes on. Stop one of them; the other one gets in 10 seconds after the last attempt.");
        });
        assertThat(otherRelay.sessions()).hasSize(1);
        assertThat(books.ledger().verify().findings()).isEmpty();
    }

    @Test
    void whatRunsOnANodeThatDoesNotAnswerIsNotTakenOver() {
        start();
        goLive();
        otherLine.isCut = true;
        assertThat(otherRelay.publish(key))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.ALREADY_LIVE));
        assertThat(relay.sessions()).hasSize(1);
    }

    @Test
    void whereNobodySharesTheRelayWhatAKilledNodeLeftKeepsNobodyOut() {
        start(store -> store, null, null);
        goLive();
        assertThat(otherRelay.publish(key)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void ofTwoThatComeToTwoNodesAtOneMomentNotBothAreAdmitted() throws Exception {
        var together = new CyclicBarrier(2);
        start(
                store -> {
                    var first = new AtomicBoolean(true);
                    return (SessionStore) Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {SessionStore.class},
                            (proxy, method, arguments) -> {
                                try {
                                    var answer = method.invoke(store, arguments);
                                    if (method.getName().equals("open")
                                            && arguments != null
                                            && first.getAndSet(false)) {
                                        together.await(60, TimeUnit.SECONDS);
                                    }
                                    return answer;
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
                },
                line,
                otherLine);
        var answers = new CompletableFuture<?>[] {
            CompletableFuture.supplyAsync(() -> relay.publish(key), threads),
            CompletableFuture.supplyAsync(() -> otherRelay.publish(key), threads)
        };
        var admitted = 0;
        for (var answer : answers) {
            admitted += answer.get(60, TimeUnit.SECONDS) instanceof Admission.Admitted ? 1 : 0;
        }
        assertThat(admitted).isLessThanOrEqualTo(1);
        var expected = admitted;
        await("who was turned away holds nothing", () -> books.sessions().open().size() == expected);
        assertThat(books.ledger().verify().findings()).isEmpty();
    }

    @Test
    void anOrderReachesTheNodeThatHasTheSession() throws Exception {
        start();
        var session = goLive();
        var place = stored(session).destinations().get(0).id();
        other.streams().stop(session, place);
        assertThat(relay.pushes(session)).isEmpty();
        other.streams().start(session, place);
        assertThat(relay.pushes(session)).hasSize(1);
        assertThatThrownBy(() -> other.streams().retryNow(session, new dev.livemeter.destination.DestinationId("none")))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("destination.not_on_air"));

        assertThat(other.sessions().stop(session, "support", "enough")).isTrue();
        await("it is over", () -> stored(session).state().isOver());
        assertThat(stored(session).end()).isEqualTo(new SessionEnd.Stopped("support", "enough"));
        assertThat(other.sessions().stop(session, "support", "again")).isFalse();
    }

    @Test
    void whatConcernsAUserReachesEveryNode() throws Exception {
        start();
        var session = goLive();
        other.destinations().add("alice", Destination.twitch("live_456_def"));
        await("the stream follows", () -> relay.pushes(session).size() == 2);
        other.streamKeys().revoke("alice", stored(session).streamKey());
        await("the key is revoked", () -> stored(session).state().isOver());
        assertThat(stored(session).end()).isEqualTo(new SessionEnd.Stopped("Livemeter", "the stream key was revoked"));
    }

    @Test
    void aNodeThatDoesNotAnswerOrCannotBeReachedIsNamed() {
        start();
        var session = goLive();
        otherLine.isCut = true;
        assertThatThrownBy(() -> other.sessions().stop(session, "support", "enough"))
                .isInstanceOfSatisfying(LivemeterException.class, e -> {
                    assertThat(e.code()).isEqualTo("session.elsewhere");
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessage("The session " + session + " runs on the node "
                        + stored(session).node() + ", which did not answer; ask again in a moment.");
        assertThat(stored(session).state().isOver()).isFalse();
    }

    @Test
    void withoutAWayToOtherNodesTheErrorSaysSo() {
        start(store -> store, null, null);
        var session = goLive();
        assertThatThrownBy(() -> other.sessions().stop(session, "support", "enough"))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The session " + session + " runs on the node "
                        + stored(session).node() + ", which cannot be reached from here; ask there.");
        assertThat(one.sessions().stop(session, "support", "enough")).isTrue();
    }
}
