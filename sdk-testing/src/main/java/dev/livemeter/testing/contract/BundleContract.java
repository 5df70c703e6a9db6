package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.RatedSpan;
import dev.livemeter.money.Share;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Payee;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What bundles of minutes keep on every store: the rules of {@code docs/contracts/bundles.md}. Extend it, supply books with their sessions, inherit the tests.
 */
@Timeout(180)
public abstract class BundleContract extends BundleTradeRules {

    /** For subclasses. */
    protected BundleContract() {}

    @Nested
    class Using {

        @Test
        @Rule("BDL-08")
        void takesWhatEndsFirstFirst() {
            granted("never", 100, null);
            granted("late", 100, Duration.ofDays(2));
            granted("soon", 100, Duration.ofDays(1));
            settled(opening("one", ALICE, 230));
            assertThat(uses("one"))
                    .containsExactly(
                            use("one", 0, "soon", 100, null),
                            use("one", 1, "late", 100, null),
                            use("one", 2, "never", 30, null));
            assertThat(standing("soon")).containsExactly(0L, 100L, 0L, 0L);
            assertThat(standing("never")).containsExactly(70L, 30L, 0L, 0L);
            assertThat(settler.coverable(ALICE, NOON)).isEqualTo(seconds(70));
        }

        @Test
        @Rule("BDL-09")
        void takesNothingThatIsAnothersOrNotValidThen() {
            billing.bundles().grant(grant("bobs", BOB, 100, null)).orElseThrow();
            granted("over", 100, Duration.ofHours(1));
            billing.bundles()
                    .grant(new BundleGrant(
                            new BundleId("to-come"), ALICE, seconds(100), NOON.plus(Duration.ofHours(2)), null, ""))
                    .orElseThrow();
            time.advance(Duration.ofHours(1));
            assertThat(settler.coverable(ALICE, time.instant())).isZero();
            assertThat(settle(opening("one", ALICE, 1))).isEqualTo(new SettleResult.Uncovered());
            time.advance(Duration.ofHours(1));
            assertThat(settler.coverable(ALICE, time.instant())).isEqualTo(seconds(100));
            settled(opening("one", ALICE, 100));
            assertThat(standing("over")).containsExactly(100L, 0L, 0L, 0L);
            assertThat(standing("bobs")).containsExactly(100L, 0L, 0L, 0L);
            assertThat(billing.bundles().of(ALICE)).extracting(Bundle::id).containsExactly(new BundleId("to-come"));
        }

        @Test
        @Rule("BDL-09")
        void takesNothingThatIsAnothersWhoOpensInTheSameBatch() {
            billing.bundles().grant(grant("a-of-bob", BOB, 100, null)).orElseThrow();
            granted("b-of-alice", 100, null);
            var results = settler.settle(List.of(opening("alices", ALICE, 60), opening("bobs", BOB, 30)));
            assertThat(results).allMatch(SettleResult.Settled.class::isInstance);
            assertThat(uses("alices")).containsExactly(use("alices", 0, "b-of-alice", 60, null));
            assertThat(uses("bobs")).containsExactly(use("bobs", 0, "a-of-bob", 30, null));
        }

        @Test
        @Rule("BDL-10")
        void opensNothingThatCountsOnMoreThanThereIs() {
            granted("one", 100, null);
            var results = settler.settle(
                    List.of(opening("first", ALICE, 60), opening("second", ALICE, 60), opening("third", ALICE, 40)));
            assertThat(results.get(0)).isInstanceOf(SettleResult.Settled.class);
            assertThat(results.get(1)).isEqualTo(new SettleResult.Uncovered());
            assertThat(results.get(2)).isInstanceOf(SettleResult.Settled.class);
            assertThat(sessions.find(SessionRows.id("second"))).isEmpty();
            assertThat(uses("second")).isEmpty();
            assertThat(standing("one")).containsExactly(0L, 100L, 0L, 0L);
        }

        @Test
        @Rule("BDL-11")
        void reservesOnceHoweverOftenAnOpeningIsRepeated() {
            granted("one", 100, null);
            var asked = opening("first", ALICE, 100);
            var first = settled(asked);
            assertThat(settled(asked)).isEqualTo(first);
            assertThat(standing("one")).containsExactly(0L, 100L, 0L, 0L);
            assertThat(uses("first")).containsExactly(use("first", 0, "one", 100, null));
        }

        @Test
        @Rule("BDL-12")
        void neverTakesMoreThanThereIsHoweverManyOpenAtOnce() {
            granted("one", 100, null);
            granted("two", 100, null);
            var answers = Race.of(RUNNERS, runner -> settle(opening("r" + runner, ALICE, 60)));
            assertThat(answers)
                    .filteredOn(SettleResult.Settled.class::isInstance)
                    .hasSize(3);
            assertThat(bundle("one").reserved().plus(bundle("two").reserved())).isEqualTo(seconds(180));
        }

        @Test
        @Rule("BDL-13")
        void reservesNothingWhereTheHoldIsDeclined() {
            granted("one", 100, null);
            var hold = HoldRequest.exactly(new HoldId("h"), ALICE, usd("5.00"), Duration.ofHours(1));
            var answer = (SettleResult.Settled) settle(opening("first", ALICE, 10, hold));
            assertThat(answer.hold()).isInstanceOf(HoldResult.Declined.class);
            assertThat(sessions.find(SessionRows.id("first"))).isEmpty();
            assertThat(standing("one")).containsExactly(100L, 0L, 0L, 0L);
        }

        @Test
        @Rule("BDL-14")
        void givesBackWhatWasNotUsedWhenASessionEnds() {
            granted("soon", 100, Duration.ofDays(1));
            granted("late", 100, null);
            var opened = settled(opening("first", ALICE, 180));
            var over = settled(ending(opened, Duration.ofMillis(129_001)));
            assertThat(over.state().isOver()).isTrue();
            assertThat(uses("first"))
                    .containsExactly(use("first", 0, "soon", 100, 100), use("first", 1, "late", 80, 30));
            assertThat(standing("soon")).containsExactly(0L, 0L, 100L, 0L);
            assertThat(standing("late")).containsExactly(70L, 0L, 30L, 0L);
        }

        @Test
        @Rule("BDL-15")
        void settlesAnEndOnceHoweverOftenItIsRepeated() {
            granted("one", 100, null);
            var asked = ending(settled(opening("first", ALICE, 100)), seconds(40));
            var over = settled(asked);
            assertThat(settled(asked)).isEqualTo(over);
            assertThat(standing("one")).containsExactly(60L, 0L, 40L, 0L);
        }

        @Test
        @Rule("BDL-16")
        void settlesForTheNodeThatHasTheSessionAlone() {
            granted("one", 100, null);
            var asked = ending(settled(opening("first", ALICE, 100)), seconds(40));
            var taken = sessions.takeOver(new NodeId("node-2"), Instant.MAX, 10).get(0);
            assertThat(settle(asked)).isEqualTo(new SettleResult.Fenced());
            assertThat(standing("one")).containsExactly(0L, 100L, 0L, 0L);
            settled(ending(taken, seconds(10)));
            assertThat(standing("one")).containsExactly(90L, 0L, 10L, 0L);
        }

        @Test
        @Rule("BDL-17")
        void leavesASessionWhatItReservedBeyondTheEndOfTheBundle() {
            granted("one", 7_200, Duration.ofMinutes(30));
            var opened = settled(opening("first", ALICE, 7_200));
            time.advance(Duration.ofHours(1));
            settled(ending(opened, Duration.ofHours(1)));
            assertThat(standing("one")).containsExactly(3_600L, 0L, 3_600L, 0L);
            assertThat(settler.coverable(ALICE, time.instant())).isZero();
        }

        @Test
        @Rule("BDL-18")
        void servesOpeningsAndEndsOfOneBatch() {
            granted("one", 100, null);
            var opened = settled(opening("first", ALICE, 100));
            var results = settler.settle(List.of(ending(opened, seconds(25)), opening("second", ALICE, 75)));
            assertThat(results).allMatch(SettleResult.Settled.class::isInstance);
            assertThat(standing("one")).containsExactly(0L, 75L, 25L, 0L);
        }

        @Test
        @Rule("BDL-19")
        void keepsThatNoMoreIsTakenThanThereIs() {
            var bundle = granted("one", 100, null);
            for (var wrong :
                    List.of(counted(bundle, 101, 0, 0), counted(bundle, 60, 41, 0), counted(bundle, -1, 5, 0))) {
                assertThatThrownBy(() -> ledger.transact(books -> {
                            books.saveBundles(List.of(wrong));
                            return wrong;
                        }))
                        .isInstanceOfSatisfying(
                                LivemeterException.class,
                                e -> assertThat(e.code()).isEqualTo("storage.constraint"));
            }
            assertThat(bundle("one")).isEqualTo(bundle);
        }

        private Bundle counted(Bundle of, int reserved, int used, int refunded) {
            return new Bundle(
                    of.id(),
                    of.owner(),
                    of.length(),
                    of.price(),
                    of.validFrom(),
                    of.validUntil(),
                    seconds(reserved),
                    seconds(used),
                    seconds(refunded),
                    of.memo(),
                    of.madeAt(),
                    of.fingerprint());
        }
    }

    @Nested
    class Metered {

        @Test
        @Rule("BDL-20")
        void isUsedBeforeMoneyAndExplained() {
            paidIn(ALICE, "10.00");
            granted("one", 90, null);
            var meter = meter();
            var id = opened(meter, ALICE);
            run(meter, id, 120);
            meter.ended(id, EndCause.LEFT);
            time.advance(seconds(1));

            var session = sessions.find(id).orElseThrow();
            assertThat(session.metering().charged()).isEqualTo(usd("0.30"));
            assertThat(posted()).isEqualTo(usd("9.70"));
            assertThat(standing("one")).containsExactly(0L, 0L, 90L, 0L);
            assertThat(session.metering()
                            .rating()
                            .explain(Duration.ZERO, session.metering().used()))
                    .extracting(RatedSpan::sentence)
                    .containsExactly(
                            "0:00:00 to 0:01:30: covered by bundled minutes.",
                            "0:01:30 to 0:02:00, March 2026: 0.60 USD per minute makes 0.30 USD.");
            // Only what is sold by the minute counts towards a discount of the month.
            assertThat(sessions.usedIn(ALICE, YearMonth.of(2026, 3), null)).isEqualTo(seconds(30));
        }

        @Test
        @Rule("BDL-21")
        void opensWithoutMoneyAndIsCutWhenTheMinutesAreOver() {
            granted("one", 90, null);
            var meter = meter();
            var cut = new AtomicInteger();
            meter.deliver(Lane.RELAY, session -> cut.incrementAndGet());
            var id = opened(meter, ALICE);
            run(meter, id, 89);
            assertThat(cut).hasValue(0);
            run(meter, id, 1);
            assertThat(cut).hasPositiveValue();
            meter.ended(id, EndCause.LEFT);
            time.advance(seconds(1));

            var session = sessions.find(id).orElseThrow();
            assertThat(session.end()).isEqualTo(new SessionEnd.FundsExhausted());
            assertThat(session.metering().charged()).isEqualTo(usd("0.00"));
            assertThat(standing("one")).containsExactly(0L, 0L, 90L, 0L);
            assertThat(wallet.balance(ALICE)).isEmpty();
        }

        @Test
        @Rule("BDL-22")
        void isGivenBackFromASessionThatACrashLeftOpen() {
            granted("one", 7_200, null);
            var crashed = meter();
            var id = opened(crashed, ALICE);
            run(crashed, id, 60);
            // Nothing of that node happens from here on but what another one does.
            var other = meter();
            other.start(true);
            time.advance(seconds(60));

            var session = sessions.find(id).orElseThrow();
            assertThat(session.state().isOver()).isTrue();
            var used = session.metering().used();
            assertThat(used).isBetween(seconds(50), seconds(60));
            assertThat(bundle("one").used())
                    .isEqualTo(used.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS));
            assertThat(bundle("one").reserved()).isZero();
        }

        @Test
        @Rule("BDL-23")
        void coversNoSessionThatAnotherEarnsFrom() {
            paidIn(ALICE, "10.00");
            granted("one", 90, null);
            var meter = meter();
            var id = meter.newId();
            var terms = new SessionTerms(Lane.CALL, ALICE, new Payee(BOB, new Share(7_000)), "", null, List.of());
            meter.open(id, terms, TARIFF, 1, wallet.balance(ALICE).orElseThrow())
                    .orElseThrow();
            meter.delivered(id);
            run(meter, id, 10);
            meter.ended(id, EndCause.LEFT);
            time.advance(seconds(1));
            assertThat(posted()).isEqualTo(usd("9.90"));
            assertThat(standing("one")).containsExactly(90L, 0L, 0L, 0L);
        }

        @Test
        @Rule("BDL-24")
        void reservesNoMoreThanASessionMayLast() {
            granted("one", 36_000, null);
            var meter = meter();
            var id = opened(meter, ALICE);
            assertThat(standing("one")).containsExactly(28_800L, 7_200L, 0L, 0L);
            // A second stream of the same payer finds the rest.
            opened(meter, ALICE);
            assertThat(standing("one")).containsExactly(21_600L, 14_400L, 0L, 0L);
            meter.ended(id, EndCause.LEFT);
            time.advance(seconds(1));
            assertThat(standing("one")).containsExactly(28_800L, 7_200L, 0L, 0L);
        }

        private Meter meter() {
            var numbers = new AtomicInteger();
            var name = "n" + System.identityHashCode(numbers) + "-";
            return new Meter(
                    wallet,
                    sessions,
                    settler,
                    time,
                    time,
                    () -> name + String.format("id%08d", numbers.incrementAndGet()),
                    new Events(Runnable::run),
                    SessionPolicy.builder(Currency.getInstance("USD"))
                            .minimumToStart(usd("1.00"))
                            .lowBalanceBelow(usd("0.50"))
                            .maxDuration(Duration.ofHours(2))
                            .build(),
                    user -> ZoneOffset.UTC);
        }

        private SessionId opened(Meter meter, UserId payer) {
            var id = meter.newId();
            var balance = wallet.balance(payer).orElse(new WalletBalance(payer, usd("0.00"), usd("0.00")));
            meter.open(id, new SessionTerms(Lane.RELAY, payer, null, "", null, List.of()), TARIFF, 1, balance)
                    .orElseThrow();
            meter.delivered(id);
            return id;
        }

        private void run(Meter meter, SessionId id, int seconds) {
            for (var i = 0; i < seconds; i++) {
                time.advance(seconds(1));
                meter.alive(id);
            }
        }
    }
}
