package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Rate;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Payee;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link SessionStore} keeps: the rules of {@code docs/contracts/session-store.md}. Extend it, supply a store, inherit the tests.
 */
@Timeout(180)
public abstract class SessionStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final UserId ALICE = UserId.of("alice");
    private static final YearMonth MARCH = YearMonth.of(2026, 3);
    private static final NodeId NODE = new NodeId("node-1");
    private static final UserId BOB = UserId.of("bob");

    private SessionStore store;

    /** For subclasses. */
    protected SessionStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract SessionStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    @Nested
    class Inserting {

        @Test
        @Rule("SES-01")
        void givesASessionBackAsItWas() {
            var fresh = session("session-1", ALICE, SessionState.AUTHORIZING, NOON);
            store.insert(fresh);
            assertThat(store.find(fresh.id())).contains(fresh);

            var over = ended("session-2", new SessionEnd.FundsExhausted());
            store.insert(over);
            assertThat(store.find(over.id())).contains(over);
            assertThat(store.find(new SessionId("session-3"))).isEmpty();
        }

        @Test
        @Rule("SES-02")
        void givesEveryEndBackAsItWas() {
            var ends = List.of(
                    new SessionEnd.HungUp(),
                    new SessionEnd.FundsExhausted(),
                    new SessionEnd.LimitReached("240 minutes"),
                    new SessionEnd.Stopped("an operator", "it was | too loud"),
                    new SessionEnd.Stopped("an operator", ""),
                    new SessionEnd.Lost("the relay went silent, ".repeat(100)));
            for (var i = 0; i < ends.size(); i++) {
                var session = ended("session-" + i, ends.get(i));
                store.insert(session);
                assertThat(store.find(session.id())).contains(session);
            }
        }

        @Test
        @Rule("SES-03")
        void beginsAtVersionZeroAndRefusesAnIdTwice() {
            var session = session("session-1", ALICE, SessionState.AUTHORIZING, NOON);
            store.insert(session.withVersion(7));
            assertThat(store.find(session.id())).contains(session.withVersion(0));

            assertThatThrownBy(() -> store.insert(session("session-1", BOB, SessionState.LIVE, NOON)))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("store.duplicate"));
            assertThat(store.find(session.id())).contains(session.withVersion(0));
        }
    }

    @Nested
    class Updating {

        @Test
        @Rule("SES-04")
        void replacesTheSessionAndCountsItsVersion() {
            store.insert(session("session-1", ALICE, SessionState.AUTHORIZING, NOON));

            var next = store.update(ended("session-1", new SessionEnd.HungUp()));

            assertThat(next)
                    .isEqualTo(ended("session-1", new SessionEnd.HungUp()).withVersion(1));
            assertThat(store.find(next.id())).contains(next);
            assertThat(store.update(next).version()).isEqualTo(2);
        }

        @Test
        @Rule("SES-05")
        void refusesAStaleVersionAndChangesNothing() {
            store.insert(session("session-1", ALICE, SessionState.AUTHORIZING, NOON));
            var current = store.update(session("session-1", ALICE, SessionState.LIVE, NOON));

            for (var version : List.of(0L, 2L)) {
                stale(ended("session-1", new SessionEnd.HungUp()).withVersion(version));
            }
            stale(session("session-unknown", ALICE, SessionState.LIVE, NOON));
            assertThat(store.find(current.id())).contains(current);
            assertThat(store.find(new SessionId("session-unknown"))).isEmpty();
        }

        @Test
        @Rule("SES-06")
        void letsOneWinOfThoseThatRace() {
            var session = session("session-1", ALICE, SessionState.LIVE, NOON);
            store.insert(session);

            var results = Race.of(16, number -> {
                try {
                    return Optional.of(
                            store.update(session("session-1", ALICE, SessionState.LIVE, NOON.plusSeconds(number))));
                } catch (LivemeterException e) {
                    assertThat(e.code()).isEqualTo("session.stale");
                    return Optional.<Session>empty();
                }
            });

            var winners = results.stream().flatMap(Optional::stream).toList();
            assertThat(winners).hasSize(1);
            assertThat(store.find(session.id())).contains(winners.get(0));
        }

        private void stale(Session session) {
            assertThatThrownBy(() -> store.update(session)).isInstanceOfSatisfying(LivemeterException.class, e -> {
                assertThat(e.code()).isEqualTo("session.stale");
                assertThat(e.retryable()).isFalse();
            });
        }
    }

    @Nested
    class Discarding {

        @Test
        @Rule("SES-07")
        void touchesOnlyWhatIsStillAuthorizing() {
            store.insert(session("session-1", ALICE, SessionState.AUTHORIZING, NOON));
            store.insert(session("session-2", ALICE, SessionState.AUTHORIZED, NOON));

            for (var id : List.of("session-1", "session-1", "session-2", "session-unknown")) {
                store.discard(new SessionId(id));
            }

            assertThat(store.find(new SessionId("session-1"))).isEmpty();
            assertThat(store.find(new SessionId("session-2"))).isPresent();
        }
    }

    @Nested
    class Listing {

        @Test
        @Rule("SES-08")
        void showsWhatIsNotOverTheOldestFirst() {
            store.insert(session("session-3", ALICE, SessionState.ENDING, NOON.plusSeconds(3)));
            store.insert(session("session-1", BOB, SessionState.AUTHORIZING, NOON.plusSeconds(1)));
            store.insert(session("session-2", ALICE, SessionState.LIVE, NOON.plusSeconds(2)));
            store.insert(session("session-0", ALICE, SessionState.AUTHORIZED, NOON));
            store.insert(ended("session-4", new SessionEnd.HungUp()));

            assertThat(store.open())
                    .extracting(session -> session.id().value())
                    .containsExactly("session-0", "session-1", "session-2", "session-3");
            assertThat(store.open().get(0)).isEqualTo(session("session-0", ALICE, SessionState.AUTHORIZED, NOON));
        }

        @Test
        @Rule("SES-20")
        void showsWhatIsNotOverOfOnePayer() {
            store.insert(session("session-3", ALICE, SessionState.ENDING, NOON.plusSeconds(3)));
            store.insert(session("session-1", BOB, SessionState.LIVE, NOON.plusSeconds(1)));
            store.insert(session("session-2", ALICE, SessionState.AUTHORIZING, NOON.plusSeconds(2)));
            store.insert(ended("session-4", new SessionEnd.HungUp()));

            assertThat(store.open(ALICE))
                    .extracting(session -> session.id().value())
                    .containsExactly("session-2", "session-3");
            assertThat(store.open(BOB))
                    .containsExactly(session("session-1", BOB, SessionState.LIVE, NOON.plusSeconds(1)));
            assertThat(store.open(UserId.of("carol"))).isEmpty();
        }

        @Test
        @Rule("SES-09")
        void showsTheHistoryOfAPayerNewestFirstInPages() {
            for (var i = 0; i < 5; i++) {
                // Two of each moment: then the id decides.
                store.insert(session("session-" + i, ALICE, SessionState.LIVE, NOON.plusSeconds(i / 2)));
            }
            store.insert(session("session-bob", BOB, SessionState.LIVE, NOON.plusSeconds(9)));

            assertThat(history(2, null)).containsExactly("session-4", "session-3");
            assertThat(history(2, "session-3")).containsExactly("session-2", "session-1");
            assertThat(history(500, "session-1")).containsExactly("session-0");
            assertThat(history(2, "session-0")).isEmpty();
            assertThat(history(2, "session-unknown")).isEmpty();
            assertThat(history(1, "session-bob")).containsExactly("session-4");
        }

        @Test
        @Rule("SES-10")
        void refusesAPageThatIsTooSmallOrTooLarge() {
            for (var limit : List.of(0, 501)) {
                assertThatThrownBy(() -> store.history(ALICE, limit, null))
                        .isInstanceOfSatisfying(
                                LivemeterException.class,
                                e -> assertThat(e.code()).isEqualTo("store.malformed_limit"));
            }
        }

        private List<String> history(int limit, @Nullable String before) {
            return store.history(ALICE, limit, before == null ? null : new SessionId(before)).stream()
                    .map(session -> session.id().value())
                    .toList();
        }
    }

    @Nested
    class Counting {

        @Test
        @Rule("SES-11")
        void countsWhatAPayerUsedOfAMonth() {
            // Noon of 1 March in Berlin; whole minutes are sold, so that 61 s count as two.
            store.insert(live("session-1", ALICE, NOON, Duration.ofSeconds(61), SessionState.LIVE));
            store.insert(live("session-2", ALICE, NOON, Duration.ofMinutes(1), SessionState.LIVE));
            store.update(over(found("session-2")));
            store.insert(live("session-3", BOB, NOON, Duration.ofMinutes(10), SessionState.LIVE));
            store.insert(session("session-4", ALICE, SessionState.AUTHORIZED, NOON));

            assertThat(store.usedIn(ALICE, MARCH, null)).isEqualTo(Duration.ofMinutes(3));
            assertThat(store.usedIn(ALICE, MARCH, new SessionId("session-1"))).isEqualTo(Duration.ofMinutes(1));
            assertThat(store.usedIn(ALICE, MARCH, new SessionId("session-2"))).isEqualTo(Duration.ofMinutes(2));
            assertThat(store.usedIn(ALICE, MARCH.plusMonths(1), null)).isZero();
            assertThat(store.usedIn(UserId.of("nobody"), MARCH, null)).isZero();
        }

        @Test
        @Rule("SES-12")
        void dividesASessionBetweenItsMonths() {
            // 23:58 of 31 March in Berlin, which is two hours ahead by then.
            var late = Instant.parse("2026-03-31T21:58:00Z");
            store.insert(live("session-1", ALICE, late, Duration.ofMinutes(5), SessionState.LIVE));
            assertThat(store.usedIn(ALICE, MARCH, null)).isEqualTo(Duration.ofMinutes(2));
            assertThat(store.usedIn(ALICE, MARCH.plusMonths(1), null)).isEqualTo(Duration.ofMinutes(3));

            store.update(over(found("session-1")));

            assertThat(store.usedIn(ALICE, MARCH, null)).isEqualTo(Duration.ofMinutes(2));
            assertThat(store.usedIn(ALICE, MARCH.plusMonths(1), null)).isEqualTo(Duration.ofMinutes(3));
        }
    }

    @Nested
    class Leasing {

        private final NodeId other = new NodeId("node-2");

        @Test
        @Rule("SES-13")
        void takesOverWhatANodeWithoutALeaseLeft() {
            store.insert(session("session-2", ALICE, SessionState.LIVE, NOON.plusSeconds(1)));
            store.insert(session("session-1", ALICE, SessionState.AUTHORIZED, NOON));
            store.insert(ended("session-3", new SessionEnd.HungUp()));

            var taken = store.takeOver(other, NOON, 500);

            assertThat(taken).extracting(session -> session.id().value()).containsExactly("session-1", "session-2");
            assertThat(taken).allSatisfy(session -> {
                assertThat(session.node()).isEqualTo(other);
                assertThat(session.version()).isEqualTo(1);
                assertThat(store.find(session.id())).contains(session);
            });
            assertThat(store.takeOver(other, Instant.MAX, 500)).isEmpty();
        }

        @Test
        @Rule("SES-14")
        void leavesTheSessionsOfALivingNodeAlone() {
            store.insert(session("session-1", ALICE, SessionState.LIVE, NOON));
            store.renewLease(NODE, NOON.plusSeconds(15));
            store.renewLease(NODE, NOON.plusSeconds(3));

            assertThat(store.takeOver(other, NOON.plusSeconds(14), 500)).isEmpty();
            assertThat(store.takeOver(other, NOON.plusSeconds(15), 500)).hasSize(1);
        }

        @Test
        @Rule("SES-15")
        void takesOverAtOnceWhatANodeGaveUp() {
            store.insert(session("session-1", ALICE, SessionState.LIVE, NOON));
            store.renewLease(NODE, NOON.plusSeconds(15));
            store.endLease(NODE);
            store.endLease(NODE);

            assertThat(store.takeOver(other, NOON, 500)).hasSize(1);
        }

        @Test
        @Rule("SES-16")
        void takesOverFromEverybodyWhereNobodyElseCanBeAlive() {
            store.insert(session("session-1", ALICE, SessionState.LIVE, NOON));
            store.renewLease(NODE, NOON.plusSeconds(15));

            assertThat(store.takeOver(other, Instant.MAX, 500)).hasSize(1);
        }

        @Test
        @Rule("SES-17")
        void refusesTheFormerNodeFromThenOn() {
            store.insert(session("session-1", ALICE, SessionState.LIVE, NOON));
            var before = found("session-1");
            store.takeOver(other, NOON, 500);

            assertThatThrownBy(() -> store.update(before))
                    .isInstanceOfSatisfying(
                            LivemeterException.class, e -> assertThat(e.code()).isEqualTo("session.stale"));
        }

        @Test
        @Rule("SES-18")
        void givesEachSessionToOneOfThoseThatTry() {
            for (var i = 10; i < 30; i++) {
                store.insert(session("session-" + i, ALICE, SessionState.LIVE, NOON));
            }
            var taken = Race.of(4, number -> {
                var taker = new NodeId("taker-" + number);
                store.renewLease(taker, NOON.plusSeconds(15));
                return store.takeOver(taker, NOON, 500);
            });

            assertThat(taken.stream()
                            .flatMap(List::stream)
                            .map(session -> session.id().value()))
                    .hasSize(20)
                    .doesNotHaveDuplicates();
        }

        @Test
        @Rule("SES-19")
        void takesNoMoreThanItIsAskedFor() {
            for (var i = 0; i < 5; i++) {
                store.insert(session("session-" + i, ALICE, SessionState.LIVE, NOON.plusSeconds(i)));
            }
            assertThat(store.takeOver(other, NOON, 2))
                    .extracting(session -> session.id().value())
                    .containsExactly("session-0", "session-1");
            for (var limit : List.of(0, 501)) {
                assertThatThrownBy(() -> store.takeOver(other, NOON, limit))
                        .isInstanceOfSatisfying(
                                LivemeterException.class,
                                e -> assertThat(e.code()).isEqualTo("store.malformed_limit"));
            }
        }
    }

    private Session found(String id) {
        return store.find(new SessionId(id)).orElseThrow();
    }

    private static Session over(Session session) {
        return new Session(
                session.id(),
                session.terms(),
                SessionState.ENDED,
                session.openedAt(),
                session.liveAt(),
                session.seenAt(),
                session.seenAt(),
                session.metering(),
                session.balanceBefore(),
                usd(0),
                new SessionEnd.HungUp(),
                session.node(),
                session.version());
    }

    private static Session live(String id, UserId payer, Instant liveAt, Duration used, SessionState state) {
        var tariff = Tariff.perMinute("USD", "0.10");
        return new Session(
                new SessionId(id),
                new SessionTerms(Lane.RELAY, payer, null, "", null, List.of()),
                state,
                liveAt,
                liveAt,
                liveAt.plus(used),
                null,
                new Metering(tariff, basis(liveAt), used, usd(9_000_000), usd(0), 1, 0),
                usd(10_000_000),
                null,
                null,
                NODE,
                0);
    }

    private static Session session(String id, UserId payer, SessionState state, Instant openedAt) {
        return new Session(
                new SessionId(id),
                new SessionTerms(
                        Lane.RELAY,
                        payer,
                        null,
                        "",
                        new StreamKeyId("key-1"),
                        List.of(
                                new SessionDestination(new DestinationId("d2"), "twitch", "Twitch, 'mine'"),
                                new SessionDestination(new DestinationId("d1"), "custom", "\u4e2d\u6587"))),
                state,
                openedAt,
                null,
                openedAt.plusSeconds(1),
                null,
                Metering.start(Tariff.perMinute("USD", "0.10"), basis(openedAt)),
                // A wallet in another currency than the tariff's is declined, but first its session is written.
                Money.of("EUR", "12.345678"),
                null,
                null,
                NODE,
                0);
    }

    private static RatingBasis basis(Instant startedAt) {
        return new RatingBasis(
                startedAt, ZoneId.of("Europe/Berlin"), List.of(new RatingBasis.Step(Duration.ZERO, 3, Duration.ZERO)));
    }

    private static Session ended(String id, SessionEnd end) {
        var tariff = new Tariff(
                new Rate(Money.of("USD", "0.123457"), Duration.ofSeconds(7)),
                new Increment(Duration.ofSeconds(30), Duration.ofSeconds(6)));
        var metering = new Metering(
                tariff, basis(NOON), Duration.ofSeconds(61, 987_654_321), usd(3_000_000), usd(2_999_999), 4, 3);
        return new Session(
                new SessionId(id),
                new SessionTerms(Lane.CALL, BOB, new Payee(ALICE, new Share(7_000)), "call/alice#3", null, List.of()),
                SessionState.ENDED,
                NOON,
                NOON.plusNanos(1_000),
                NOON.plusSeconds(61),
                NOON.plusSeconds(62),
                metering,
                usd(Long.MAX_VALUE),
                usd(Long.MAX_VALUE - 2_999_999),
                end,
                NODE,
                0);
    }

    private static Money usd(long micros) {
        return Money.ofMicros("USD", micros);
    }
}
