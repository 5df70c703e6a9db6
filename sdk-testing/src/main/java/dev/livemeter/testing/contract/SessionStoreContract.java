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
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.SessionStore;
import java.time.Duration;
import java.time.Instant;
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

    private static Session session(String id, UserId payer, SessionState state, Instant openedAt) {
        return new Session(
                new SessionId(id),
                Lane.RELAY,
                payer,
                new StreamKeyId("key-1"),
                state,
                openedAt,
                null,
                openedAt.plusSeconds(1),
                null,
                Metering.start(Tariff.perMinute("USD", "0.10")),
                // A wallet in another currency than the tariff's is declined, but first its session is written.
                Money.of("EUR", "12.345678"),
                null,
                null,
                List.of(
                        new SessionDestination(new DestinationId("d2"), "twitch", "Twitch, 'mine'"),
                        new SessionDestination(new DestinationId("d1"), "custom", "\u4e2d\u6587")),
                0);
    }

    private static Session ended(String id, SessionEnd end) {
        var tariff = new Tariff(
                new Rate(Money.of("USD", "0.123457"), Duration.ofSeconds(7)),
                new Increment(Duration.ofSeconds(30), Duration.ofSeconds(6)));
        var metering = new Metering(tariff, Duration.ofSeconds(61, 987_654_321), usd(3_000_000), usd(2_999_999), 4, 3);
        return new Session(
                new SessionId(id),
                Lane.CALL,
                BOB,
                new StreamKeyId("key-2"),
                SessionState.ENDED,
                NOON,
                NOON.plusNanos(1_000),
                NOON.plusSeconds(61),
                NOON.plusSeconds(62),
                metering,
                usd(Long.MAX_VALUE),
                usd(Long.MAX_VALUE - 2_999_999),
                end,
                List.of(),
                0);
    }

    private static Money usd(long micros) {
        return Money.ofMicros("USD", micros);
    }
}
