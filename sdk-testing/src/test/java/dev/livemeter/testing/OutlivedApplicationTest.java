package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.ChargeCaptured;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionResumed;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamKeyStore;
import dev.livemeter.spi.TariffStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Streams of a relay that goes on while the application restarts: ten cents a second, sold by the second. */
class OutlivedApplicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final UserId ALICE = new UserId("alice");

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private final List<LiveEvent> events = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private InMemoryRelay relay = InMemoryRelay.outliving(PATIENCE);
    private Storage storage = books;
    private Livemeter live = start();
    private String key = "";
    private Duration publishedAt = Duration.ZERO;
    private Duration passed = Duration.ZERO;

    private Livemeter start() {
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        return Livemeter.builder()
                .wallet(books)
                .storage(storage)
                .relay(relay)
                .provider(InMemoryStreamProvider.named("twitch"))
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(usd("1.00"))
                        .lowBalanceBelow(usd("0.60"))
                        .quota(Duration.ofSeconds(20))
                        .renewBefore(Duration.ofSeconds(10))
                        .settleEvery(Duration.ofSeconds(5))
                        .proveEvery(Duration.ofSeconds(1))
                        .build())
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .ids(() -> "id" + String.format("%08d", ids.incrementAndGet()))
                .listener(events::add)
                .build();
    }

    private SessionId goLive(String credit) {
        live.wallets().credit("alice", usd(credit), "order-1");
        live.destinations().add("alice", Destination.twitch("live_123_abc"));
        live.destinations().add("alice", Destination.twitch("live_456_def"));
        key = live.streamKeys().create("alice").reveal();
        publishedAt = passed;
        var session = ((Admission.Admitted) relay.publish(key)).session();
        relay.connectDestinations(session);
        return session;
    }

    private void pass(Duration span) {
        time.advance(span);
        passed = passed.plus(span);
    }

    private void stream(Duration span) {
        for (var gone = Duration.ZERO; gone.compareTo(span) < 0; gone = gone.plusMillis(500)) {
            pass(Duration.ofMillis(500));
            relay.heartbeat();
        }
    }

    private Duration age() {
        return Duration.ofSeconds(passed.minus(publishedAt).toSeconds());
    }

    /** Without a word: what was scheduled is never done. */
    private void crash() {
        time.dropTasks();
        relay = relay.successor();
    }

    private void closeInOrder() {
        live.close();
        relay = relay.successor();
    }

    @Test
    void whileNothingCanBeHeardAStreamFromBeforeIsWaitedFor() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(12));
        crash();
        live = start();
        relay.resumeLater(Duration.ofSeconds(4));
        pass(PATIENCE.plusSeconds(3));
        assertThat(stored(session).state()).isEqualTo(SessionState.LIVE);
        relay.resumeLater(Duration.ZERO);
        assertThat(relay.showUp(session, age())).isInstanceOf(Admission.Admitted.class);
        stream(Duration.ofSeconds(5));
        relay.hangUp(session);
        assertThat(stored(session).metering().used()).isEqualTo(passed.minus(publishedAt));
    }

    @Test
    void whoDoesNotShowUpOnceAllIsHeardAgainIsClosed() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(12));
        crash();
        live = start();
        relay.resumeLater(Duration.ofSeconds(4));
        pass(PATIENCE);
        relay.resumeLater(Duration.ZERO);
        pass(Duration.ofSeconds(4).minusMillis(1));
        assertThat(stored(session).state()).isEqualTo(SessionState.LIVE);
        pass(Duration.ofMillis(1));
        assertThat(stored(session).state()).isEqualTo(SessionState.ENDED);
        assertThat(stored(session).end()).isInstanceOf(SessionEnd.Lost.class);
    }

    @Test
    void aStreamGoesOnOverAnOrderlyRestartAndIsChargedForEverySecond() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(42));
        closeInOrder();
        assertThat(stored(session).state()).isEqualTo(SessionState.LIVE);
        pass(Duration.ofSeconds(8));
        events.clear();

        live = start();
        assertThat(live.sessions().running()).isEmpty();
        pass(Duration.ofSeconds(3));
        assertThat(relay.showUp(session, age())).isInstanceOfSatisfying(Admission.Admitted.class, admitted -> {
            assertThat(admitted.session()).isEqualTo(session);
            assertThat(admitted.pushes()).hasSize(2);
        });
        assertThat(told(SessionResumed.class))
                .singleElement()
                .satisfies(event -> assertThat(event.sentence())
                        .isEqualTo("The application is back; the session goes on at 0:53."));
        relay.connectDestinations(session);
        stream(Duration.ofSeconds(27));
        relay.hangUp(session);

        var over = stored(session);
        assertThat(over.metering().used()).isEqualTo(Duration.ofSeconds(80));
        assertThat(over.metering().charged()).isEqualTo(usd("8.00"));
        assertThat(posted()).isEqualTo(usd("42.00"));
        assertThat(told(SessionEnded.class)).hasSize(1);
        booksAreInOrder();
    }

    @Test
    void aStreamGoesOnOverACrash() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(42));
        crash();
        pass(Duration.ofSeconds(6));

        live = start();
        pass(Duration.ofSeconds(5));
        assertThat(relay.showUp(session, age())).isInstanceOf(Admission.Admitted.class);
        relay.connectDestinations(session);
        stream(Duration.ofSeconds(7));
        relay.hangUp(session);

        assertThat(stored(session).metering().charged()).isEqualTo(usd("6.00"));
        assertThat(posted()).isEqualTo(usd("44.00"));
        booksAreInOrder();
    }

    @Test
    void oneThatDoesNotShowUpIsChargedUpToItsLastProofOfLife() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(30));
        closeInOrder();
        pass(Duration.ofSeconds(8));

        live = start();
        pass(PATIENCE.minusMillis(1));
        assertThat(stored(session).state()).isEqualTo(SessionState.LIVE);
        pass(Duration.ofMillis(1));

        assertThat(stored(session).state()).isEqualTo(SessionState.ENDED);
        assertThat(stored(session).end()).isInstanceOf(SessionEnd.Lost.class);
        assertThat(stored(session).metering().charged()).isEqualTo(usd("3.00"));
        assertThat(relay.showUp(session, age()))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.OVER));
        booksAreInOrder();
    }

    @Test
    void aKeyThatWasRevokedMeanwhileEndsIt() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(30));
        crash();
        live = start();
        live.streamKeys().revoke("alice", live.streamKeys().of("alice").get(0).id());

        assertThat(relay.showUp(session, age()))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.UNKNOWN_KEY));
        pass(PATIENCE);
        assertThat(stored(session).state()).isEqualTo(SessionState.ENDED);
        booksAreInOrder();
    }

    @Test
    void whatWasDeliveredBeyondThePaidTimeIsPaidWhereThereIsMoneyAndItGoesOn() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(10));
        crash();
        pass(Duration.ofSeconds(40));
        live = start();

        assertThat(relay.showUp(session, age())).isInstanceOf(Admission.Admitted.class);
        stream(Duration.ofSeconds(10));
        relay.hangUp(session);
        assertThat(stored(session).metering().charged()).isEqualTo(usd("6.00"));
        booksAreInOrder();
    }

    @Test
    void anEmptyWalletEndsItWhenItIsBack() {
        var session = goLive("2.00");
        stream(Duration.ofSeconds(10));
        assertThat(live.sessions().running()).isNotEmpty();
        crash();
        pass(Duration.ofSeconds(30));
        live = start();

        assertThat(relay.showUp(session, age()))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.OVER));
        assertThat(stored(session).state()).isEqualTo(SessionState.ENDED);
        assertThat(stored(session).metering().charged()).isEqualTo(usd("2.00"));
        assertThat(posted()).isEqualTo(usd("0.00"));
        booksAreInOrder();
    }

    @Test
    void aWallClockThatWasSetMeanwhileMovesTheChargeByASecondAtMost() {
        for (var jump : List.of(Duration.ofSeconds(20), Duration.ofSeconds(-20))) {
            var twin = new OutlivedApplicationTest();
            var session = twin.goLive("50.00");
            twin.stream(Duration.ofSeconds(30));
            twin.crash();
            twin.pass(Duration.ofSeconds(5));
            twin.time.setWall(twin.time.instant().plus(jump));
            twin.live = twin.start();
            assertThat(twin.relay.showUp(session, twin.age())).isInstanceOf(Admission.Admitted.class);
            twin.relay.hangUp(session);
            assertThat(twin.stored(session).metering().charged()).isBetween(usd("3.40"), usd("3.60"));
            twin.booksAreInOrder();
        }
    }

    @Test
    void oneThatIsNotBilledYetIsNotBilledForItsWait() {
        live.wallets().credit("alice", usd("50.00"), "order-1");
        live.destinations().add("alice", Destination.twitch("live_123_abc"));
        key = live.streamKeys().create("alice").reveal();
        var session = ((Admission.Admitted) relay.publish(key)).session();
        pass(Duration.ofSeconds(4));
        crash();
        live = start();
        assertThat(relay.showUp(session, age())).isInstanceOf(Admission.Admitted.class);
        pass(Duration.ofSeconds(4));
        relay.connectDestinations(session);
        stream(Duration.ofSeconds(3));
        relay.hangUp(session);
        assertThat(stored(session).metering().charged()).isEqualTo(usd("0.30"));
    }

    @Test
    void oneThatIsAskedAboutTwiceAtTheSameTimeIsTakenUpOnce() {
        var asked = new ArrayDeque<Runnable>();
        storage = new Shared(books) {
            @Override
            public DestinationStore destinations() {
                return whileReading(super.destinations(), asked);
            }
        };
        closeInOrder();
        live = start();
        var session = goLive("50.00");
        stream(Duration.ofSeconds(5));
        closeInOrder();
        live = start();
        var other = new ArrayList<Admission>();
        asked.add(() -> other.add(relay.showUp(session, age())));
        assertThat(relay.showUp(session, age())).isInstanceOf(Admission.Admitted.class);
        assertThat(other)
                .singleElement()
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.UNAVAILABLE));

        // Who asks again is told the same as the first one.
        assertThat(relay.showUp(session, age())).isInstanceOf(Admission.Admitted.class);
        relay.connectDestinations(session);
        assertThat(status().destinations()).extracting(one -> one.state()).containsExactly(State.LIVE, State.LIVE);
        stream(Duration.ofSeconds(5));
        relay.hangUp(session);
        assertThat(stored(session).metering().charged()).isEqualTo(usd("1.00"));
        booksAreInOrder();
    }

    /** Something happens while destinations are read. */
    private static DestinationStore whileReading(DestinationStore store, Deque<Runnable> happens) {
        return (DestinationStore) Proxy.newProxyInstance(
                DestinationStore.class.getClassLoader(),
                new Class<?>[] {DestinationStore.class},
                (proxy, method, arguments) -> {
                    var next = happens.poll();
                    if (next != null) {
                        next.run();
                    }
                    return method.invoke(store, arguments);
                });
    }

    @Test
    void whatWasStoppedStaysStopped() {
        var session = goLive("50.00");
        var second = live.destinations().of("alice").get(1).id();
        live.streams().stop(session, second);
        crash();
        live = start();
        relay.showUp(session, age());

        assertThat(relay.pushes(session)).hasSize(1);
        assertThat(status().destinations())
                .extracting(one -> one.state())
                .containsExactly(State.WAITING, State.STOPPED);
        live.streams().start(session, second);
        assertThat(relay.pushes(session)).hasSize(2);
        crash();
        live = start();
        relay.showUp(session, age());
        assertThat(relay.pushes(session)).hasSize(2);
    }

    @Test
    void whatWasNotLiveIsTriedAgainAndItsHistoryGoesOn() {
        var session = goLive("50.00");
        var second = live.destinations().of("alice").get(1);
        stream(Duration.ofSeconds(40));
        live.destinations().enable("alice", second.id(), false);
        stream(Duration.ofSeconds(1));
        live.destinations().enable("alice", second.id(), true);
        crash();
        live = start();
        relay.showUp(session, age());

        assertThat(relay.pushes(session)).hasSize(2);
        assertThat(status().destinations())
                .extracting(one -> one.state())
                .containsExactly(State.WAITING, State.WAITING);
        relay.connectDestinations(session);
        stream(Duration.ofSeconds(5));
        relay.hangUp(session);
        assertThat(storage.deliveries().of(List.of(session)).get(session))
                .satisfiesExactly(
                        one -> {
                            assertThat(one.attempts()).isEqualTo(2);
                            assertThat(one.liveTime()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(46));
                        },
                        two -> assertThat(two.destination()).isEqualTo(second.id()));
    }

    @Test
    void whereNothingIsKnownOfItADestinationThatWasNotLiveWaitsForAWord() {
        var session = goLive("50.00");
        var second = live.destinations().of("alice").get(1).id();
        live.streams().stop(session, second);
        storage.deliveries().save(session, List.of());
        crash();
        live = start();
        relay.showUp(session, age());
        assertThat(status().destinations())
                .extracting(one -> one.state())
                .containsExactly(State.WAITING, State.STOPPED);
        assertThat(status().destinations().get(1).detail())
                .isEqualTo(
                        "The application was restarted while this destination was not live; start it if the stream is to go there.");
    }

    @Test
    void itCountsAsTheStreamThatItsUserRuns() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(5));
        crash();
        live = start();
        relay.showUp(session, age());
        var another = live.streamKeys().create("alice").reveal();
        assertThat(relay.publish(another))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.ALREADY_LIVE));
        relay.hangUp(session);
        assertThat(relay.publish(another)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void onceItShowedUpTheSameKeyTakesItOver() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(5));
        crash();
        live = start();
        relay.showUp(session, age());
        stream(Duration.ofSeconds(2));
        assertThat(relay.publish(key)).isInstanceOf(Admission.Admitted.class);
        assertThat(stored(session).end()).isInstanceOf(SessionEnd.Stopped.class);
        assertThat(stored(session).metering().used()).isEqualTo(passed.minus(publishedAt));
        assertThat(relay.sessions()).hasSize(1);
    }

    @Test
    void whileItIsWaitedForItsKeyStreamsAnewAndItDoesNotComeBack() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(5));
        crash();
        live = start();
        var anew = ((Admission.Admitted) relay.publish(key)).session();
        relay.connectDestinations(anew);
        assertThat(stored(session).end()).isEqualTo(new SessionEnd.Lost("the application stopped while it ran"));
        assertThat(stored(session).metering().used()).isLessThanOrEqualTo(Duration.ofSeconds(5));

        assertThat(relay.showUp(session, age()))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.OVER));
        assertThat(relay.sessions()).containsExactly(anew);
        assertThat(live.sessions().running("alice"))
                .extracting(status -> status.session().id())
                .containsExactly(anew);
    }

    @Test
    void itMayGoOnUnaskedForAsLongAsItIsPaid() {
        var session = goLive("50.00");
        assertThat(paidAhead(session)).isEqualTo(Duration.ofSeconds(20));
        stream(Duration.ofSeconds(4));
        assertThat(paidAhead(session)).isEqualTo(Duration.ofSeconds(16));
        // renewed together with what was used until then: a quota more than it is renewed before its end
        stream(Duration.ofSeconds(2));
        assertThat(paidAhead(session)).isEqualTo(Duration.ofSeconds(29));
        live.sessions().stop(session, "alice", "enough");
        assertThat(paidAhead(session)).isEqualTo(Duration.ZERO);
    }

    @RepeatedTest(60)
    void anyRestartsAtAnyMomentChargeWhatWasDelivered(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        var random = new Random(seed);
        var session = goLive("50.00");
        var restarts = 1 + random.nextInt(4);
        for (var i = 0; i < restarts; i++) {
            stream(Duration.ofMillis(500L * random.nextInt(60)));
            if (random.nextBoolean()) {
                pass(Duration.ofMillis(random.nextInt(500)));
                crash();
            } else {
                closeInOrder();
            }
            pass(Duration.ofMillis(random.nextInt(12_000)));
            live = start();
            pass(Duration.ofMillis(random.nextInt(5_000)));
            assertThat(relay.showUp(session, age())).as("seed %d", seed).isInstanceOf(Admission.Admitted.class);
            relay.connectDestinations(session);
        }
        stream(Duration.ofSeconds(1 + random.nextInt(20)));
        var delivered = passed.minus(publishedAt);
        relay.hangUp(session);

        var over = stored(session);
        // What was delivered beyond the paid time while nobody was there is forgotten by a second crash right after the
        // first; the relay's clock bounds that.
        assertThat(over.metering().used()).as("seed %d", seed).isBetween(delivered.minusSeconds(2), delivered);
        assertThat(over.metering().charged())
                .as("seed %d", seed)
                .isEqualTo(over.metering().cost())
                .isEqualTo(usd("50.00").minus(posted()));
        assertThat(told(ChargeCaptured.class).stream()
                        .map(event -> event.charge().amount())
                        .reduce(usd("0"), Money::plus))
                .as("seed %d", seed)
                .isEqualTo(over.metering().charged());
        booksAreInOrder();
    }

    @Test
    void afterACrashTheLeaseOfTheFormerNodeIsWaitedFor() {
        storage = new Shared(books);
        closeInOrder();
        live = start();
        var session = goLive("50.00");
        stream(Duration.ofSeconds(10));
        crash();
        pass(Duration.ofSeconds(2));
        live = start();
        pass(Duration.ofSeconds(5));
        assertThat(relay.showUp(session, age()))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.UNAVAILABLE));
        pass(Duration.ofSeconds(15));

        assertThat(relay.showUp(session, age())).isInstanceOf(Admission.Admitted.class);
        stream(Duration.ofSeconds(8));
        relay.hangUp(session);
        assertThat(stored(session).metering().charged()).isEqualTo(usd("4.00"));
        booksAreInOrder();
    }

    @Test
    void anAnswerThatCameTooLateIsGivenAgain() {
        var session = goLive("50.00");
        stream(Duration.ofSeconds(10));
        crash();
        live = start();
        var first = relay.showUp(session, age());
        assertThat(first).isInstanceOf(Admission.Admitted.class);
        // The relay did not hear of it, and asks again.
        pass(Duration.ofSeconds(5));
        assertThat(relay.showUp(session, age())).isEqualTo(first);
        stream(Duration.ofSeconds(5));
        relay.hangUp(session);
        assertThat(stored(session).metering().charged()).isEqualTo(usd("2.00"));
    }

    /** The same stores, which other nodes may use too. */
    private static class Shared implements Storage {

        private final InMemoryBooks books;

        Shared(InMemoryBooks books) {
            this.books = books;
        }

        @Override
        public SessionStore sessions() {
            return books.sessions();
        }

        @Override
        public StreamKeyStore streamKeys() {
            return books.streamKeys();
        }

        @Override
        public TariffStore tariffs() {
            return books.tariffs();
        }

        @Override
        public DestinationStore destinations() {
            return books.destinations();
        }

        @Override
        public Optional<SecretCipher> cipher() {
            return books.cipher();
        }
    }

    private Duration paidAhead(SessionId session) {
        return relay.paidAhead(session);
    }

    private SessionStatus status() {
        return live.sessions().running().get(0);
    }

    private Session stored(SessionId session) {
        return books.sessions().find(session).orElseThrow();
    }

    private Money posted() {
        return books.balance(ALICE).orElseThrow().posted();
    }

    private void booksAreInOrder() {
        assertThat(books.balance(ALICE).orElseThrow().held()).isEqualTo(usd("0"));
        assertThat(books.ledger().verify().findings()).isEmpty();
    }

    private <E extends LiveEvent> List<E> told(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
