package dev.livemeter.testing;

import static dev.livemeter.testing.MeterNode.ALICE;
import static dev.livemeter.testing.MeterNode.BOB;
import static dev.livemeter.testing.Stage.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.event.LiveEvent.BalanceLow;
import dev.livemeter.event.LiveEvent.ChargeUncollected;
import dev.livemeter.event.LiveEvent.FinalUnitGranted;
import dev.livemeter.event.LiveEvent.SessionAuthorized;
import dev.livemeter.event.LiveEvent.SessionFenced;
import dev.livemeter.event.LiveEvent.SessionRestricted;
import dev.livemeter.event.LiveEvent.SessionRevived;
import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.FailureHandling;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A meter for a lane of its own: calls at ten cents a second, sold by the second, of which the broadcaster earns 70 %. */
final class CreditControlTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Tariff TARIFF = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.shared(time);

    @Nested
    class Splitting {

        @Test
        void givesTheBroadcasterTheirShareOfEverythingAndTheOperatorTheOddUnit() {
            var tariff = Tariff.perMinute("USD", "0.000100").in(Increment.SECONDS);
            var node = node(rules -> rules.minimumToStart(Money.of("USD", "0.000100")));
            pay("1.00");
            var call = node.open(tariff);
            node.run(call, Duration.ofSeconds(59));
            node.meter.ended(call, EndCause.LEFT);

            // 59 s at 100 micro-units a minute are 98 micro-units; 70 % of them 68.6.
            assertThat(stored(call).metering().charged()).isEqualTo(Money.ofMicros("USD", 98));
            assertThat(earned()).isEqualTo(Money.ofMicros("USD", 68));
            assertThat(books.ledger().verify().findings()).isEmpty();
        }

        @Test
        void tracesEveryChargeToItsSession() {
            var node = node();
            pay("10.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(3));
            node.meter.ended(call, EndCause.LEFT);

            var trace = books.ledger().entriesAbout(new Subject("session/" + call), 100, null);
            assertThat(trace)
                    .extracting(entry -> entry.amount())
                    .containsExactly(usd("0.10"), usd("0.10"), usd("0.10"));
        }
    }

    @Nested
    class Opening {

        @Test
        void tellsWhatIsHeldAndWhatIsLeftBeside() {
            var node = node();
            pay("2.50");
            node.authorize(TARIFF, 1);

            assertThat(node.told(SessionAuthorized.class)).singleElement().satisfies(told -> {
                assertThat(told.held()).isEqualTo(usd("1.00"));
                assertThat(told.available()).isEqualTo(usd("1.50"));
            });
        }
    }

    @Nested
    class FinalUnit {

        @Test
        void restrictsInsteadOfCuttingAndIsRevivedByATopUpAtOnce() {
            var node = node(rules -> rules.finalUnit(FinalUnitAction.RESTRICT));
            pay("2.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(30));

            assertThat(node.orders).containsExactly("restrict " + call + " RESTRICT", "restrict " + call + " RESTRICT");
            assertThat(node.told(FinalUnitGranted.class)).hasSize(1);
            assertThat(node.told(SessionRestricted.class))
                    .singleElement()
                    .satisfies(
                            event -> assertThat(event.sentence())
                                    .isEqualTo(
                                            "The balance is used up; the session is restricted and ends in 5:00 unless it is topped up."));
            assertThat(node.status(call).restricted()).isTrue();
            assertThat(node.status(call).used()).isEqualTo(Duration.ofSeconds(20));
            assertThat(node.meter.alive(call)).isTrue();

            pay("1.00");
            node.meter.toppedUp(ALICE);

            assertThat(node.orders).endsWith("resume " + call);
            assertThat(node.told(SessionRevived.class)).hasSize(1);
            assertThat(node.status(call).restricted()).isFalse();
            node.run(call, Duration.ofSeconds(4));
            node.meter.ended(call, EndCause.LEFT);
            // Twenty seconds before the preview and four after it; the ten in between cost nothing.
            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(24));
            assertThat(stored(call).metering().charged()).isEqualTo(usd("2.40"));
            assertThat(posted()).isEqualTo(usd("0.60"));
        }

        @Test
        void keepsTheTimeOfASessionThatBecomesDearerThanItsWalletAllows() {
            var tariff = Tariff.perMinute("USD", "6.00").withFactors(DestinationFactor.of(2, "1.5"));
            var node = node(rules -> rules.finalUnit(FinalUnitAction.RESTRICT));
            pay("6.00");
            var call = node.open(tariff);
            node.run(call, Duration.ofSeconds(40));
            // The whole minute that has begun costs 9.00 now.
            node.meter.destinations(call, 2);

            assertThat(node.status(call).restricted()).isTrue();
            pay("20.00");
            node.meter.toppedUp(ALICE);
            node.run(call, Duration.ofSeconds(25));
            node.end(call);

            // Not from the beginning again, as if the forty seconds had never been.
            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(65));
            assertThat(stored(call).metering().charged()).isEqualTo(usd("18.00"));
        }

        @Test
        void keepsWhatWasChargedWhereTheNumberOfDestinationsChangesTwiceAtOneMoment() {
            var tariff = Tariff.perMinute("USD", "6.00").withFactors(DestinationFactor.of(2, "1.5"));
            var node = node(rules -> rules.minimumToStart(usd("20.00")).settleEvery(Duration.ofSeconds(10)));
            pay("20.00");
            var call = node.open(tariff);
            node.run(call, Duration.ofSeconds(9));
            // Its settlement is due in less than a tenth of a second, and is done with what changes now.
            time.advance(Duration.ofMillis(950));
            node.meter.destinations(call, 2);
            node.meter.destinations(call, 1);
            node.run(call, SECOND);
            node.end(call);

            var metering = stored(call).metering();
            assertThat(metering.charged()).isEqualTo(usd("9.00"));
            assertThat(metering.charged()).isEqualTo(metering.rating().cost(metering.used()));
        }

        @Test
        void isRevivedByATopUpThatAnotherNodeTook() {
            var node = node(rules -> rules.finalUnit(FinalUnitAction.RESTRICT));
            pay("2.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(30));
            pay("1.00");
            time.advance(SECOND);

            assertThat(node.orders).endsWith("resume " + call);
        }

        @Test
        void cutsARestrictedSessionWhenItsTimeIsOver() {
            var node = node(rules -> rules.finalUnit(FinalUnitAction.REDIRECT)
                    .topUpPage(URI.create("https://shop.example/coins"))
                    .restrictFor(Duration.ofSeconds(30)));
            pay("2.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(5));
            assertThat(node.status(call).topUpPage()).isNull();
            node.run(call, Duration.ofSeconds(44));
            assertThat(node.status(call).topUpPage()).hasToString("https://shop.example/coins");
            assertThat(node.told(SessionRestricted.class))
                    .extracting(SessionRestricted::sentence)
                    .containsExactly(
                            "The balance is used up; the session is restricted and ends in 0:30 unless it is topped up at https://shop.example/coins .");
            assertThat(stored(call).state()).isEqualTo(SessionState.LIVE);

            node.run(call, Duration.ofSeconds(2));

            assertThat(node.orders).endsWith("cut " + call);
            assertThat(stored(call).end()).isEqualTo(new SessionEnd.FundsExhausted());
            assertThat(posted()).isEqualTo(usd("0.00"));
        }

        @Test
        void warnsOnceForEachCrossing() {
            var node = node(rules -> rules.lowBalanceBelow(usd("1.00")));
            pay("2.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(15));
            assertThat(node.told(BalanceLow.class)).hasSize(1);

            pay("2.00");
            node.meter.toppedUp(ALICE);
            node.run(call, Duration.ofSeconds(5));
            assertThat(node.told(BalanceLow.class)).hasSize(1);
            node.run(call, Duration.ofSeconds(15));
            assertThat(node.told(BalanceLow.class)).hasSize(2);
        }
    }

    @Nested
    class WithoutALongestDuration {

        @Test
        void isRenewedAsLongAsTheBalanceGoes() {
            var node = node(rules -> rules.maxDuration(Duration.ZERO));
            pay("3.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(40));

            assertThat(stored(call).end()).isEqualTo(new SessionEnd.FundsExhausted());
            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(30));
        }
    }

    @Nested
    class SharingAWallet {

        @Test
        void letsSeveralSessionsUseItToTheLastUnit() {
            var node = node();
            pay("9.00");
            var calls = new ArrayList<SessionId>();
            for (var i = 0; i < 3; i++) {
                calls.add(node.open(TARIFF));
            }
            for (var passed = 0; passed < 60; passed++) {
                time.advance(SECOND);
                calls.forEach(node.meter::alive);
            }

            assertThat(calls)
                    .allSatisfy(call -> assertThat(stored(call).state()).isEqualTo(SessionState.ENDED));
            var used =
                    calls.stream().map(call -> stored(call).metering().used()).reduce(Duration.ZERO, Duration::plus);
            assertThat(used).isEqualTo(Duration.ofSeconds(90));
            assertThat(posted()).isEqualTo(usd("0.00"));
        }
    }

    @Nested
    class BillingAway {

        @Test
        void terminatesAtTheFirstFailureWhereThePolicySaysSo() {
            var node = node(rules -> rules.failureHandling(FailureHandling.TERMINATE));
            pay("10.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(2));
            node.away = true;
            node.run(call, Duration.ofSeconds(2));

            assertThat(node.orders).containsExactly("cut " + call);
            node.away = false;
            node.run(call, Duration.ofMinutes(2));
            assertThat(stored(call).end()).isEqualTo(new SessionEnd.BillingUnavailable());
            assertThat(stored(call).metering().charged())
                    .isEqualTo(stored(call).metering().cost());
        }

        @Test
        void retriesToTheEndOfThePaidTimeByDefault() {
            var node = node();
            pay("10.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(2));
            node.away = true;
            node.run(call, Duration.ofSeconds(30));

            assertThat(node.orders).containsExactly("cut " + call);
            node.away = false;
            node.run(call, Duration.ofMinutes(2));
            // The first hold was for ten seconds; what was delivered of them is charged, and no more.
            assertThat(stored(call).end()).isEqualTo(new SessionEnd.FundsExhausted());
            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(10));
            assertThat(posted()).isEqualTo(usd("9.00"));
        }

        @Test
        void continuesForABoundedTimeAndChargesItAfterwards() {
            var node = node(
                    rules -> rules.failureHandling(FailureHandling.CONTINUE).continueFor(Duration.ofSeconds(40)));
            pay("10.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(2));
            node.away = true;
            node.run(call, Duration.ofSeconds(30));
            assertThat(node.orders).isEmpty();
            node.away = false;
            node.run(call, Duration.ofSeconds(40));

            assertThat(node.orders).isEmpty();
            node.meter.ended(call, EndCause.LEFT);
            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(72));
            assertThat(posted()).isEqualTo(usd("2.80"));
            assertThat(node.told(ChargeUncollected.class)).isEmpty();
        }

        @Test
        void cutsWhenTheBoundedTimeIsOver() {
            var node = node(
                    rules -> rules.failureHandling(FailureHandling.CONTINUE).continueFor(Duration.ofSeconds(20)));
            pay("10.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(2));
            node.away = true;
            node.run(call, Duration.ofSeconds(60));

            assertThat(node.orders).containsExactly("cut " + call);
            node.away = false;
            node.run(call, Duration.ofMinutes(2));
            assertThat(stored(call).state()).isEqualTo(SessionState.ENDED);
            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(30));
            assertThat(posted()).isEqualTo(usd("7.00"));
            assertThat(node.told(ChargeUncollected.class)).isEmpty();
            assertThat(books.ledger().verify().findings()).isEmpty();
        }

        @Test
        void chargesWhatWasDeliveredWhereTheSessionEndsBeforeBillingIsBack() {
            var node = node(rules -> rules.failureHandling(FailureHandling.CONTINUE));
            pay("10.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(2));
            node.away = true;
            node.run(call, Duration.ofSeconds(45));
            node.meter.ended(call, EndCause.LEFT);
            node.away = false;
            time.advance(Duration.ofMinutes(1));

            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(47));
            assertThat(posted()).isEqualTo(usd("5.30"));
            assertThat(books.balance(ALICE).orElseThrow().held()).isEqualTo(usd("0.00"));
        }

        @Test
        void chargesWhatIsOwedWhereItsHoldsExpiredMeanwhile() {
            var node = node();
            pay("10.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(5));
            node.away = true;
            node.meter.ended(call, EndCause.LEFT);
            assertThat(node.meter.running(call))
                    .hasValueSatisfying(status -> assertThat(status.used()).isEqualTo(Duration.ofSeconds(5)));
            time.advance(Duration.ofHours(25));
            assertThat(books.balance(ALICE).orElseThrow().available())
                    .isEqualTo(books.balance(ALICE).orElseThrow().posted());
            node.away = false;
            time.advance(Duration.ofMinutes(1));

            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(5));
            assertThat(stored(call).metering().charged()).isEqualTo(usd("0.50"));
            assertThat(posted()).isEqualTo(usd("9.50"));
            assertThat(books.balance(ALICE).orElseThrow().held()).isEqualTo(usd("0.00"));
            assertThat(node.told(ChargeUncollected.class)).isEmpty();
        }

        @Test
        void chargesAsFarAsTheBalanceGoesAndTellsOfTheRest() {
            var node = node(rules -> rules.failureHandling(FailureHandling.CONTINUE));
            pay("3.00");
            var call = node.open(TARIFF);
            node.run(call, Duration.ofSeconds(2));
            node.away = true;
            node.run(call, Duration.ofSeconds(45));
            node.meter.ended(call, EndCause.LEFT);
            node.away = false;
            time.advance(Duration.ofMinutes(1));

            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(30));
            assertThat(posted()).isEqualTo(usd("0.00"));
            assertThat(node.told(ChargeUncollected.class))
                    .singleElement()
                    .satisfies(told -> assertThat(told.amount()).isEqualTo(usd("1.70")));
        }
    }

    @Nested
    class TwoNodes {

        @Test
        void leavesTheSessionsOfALivingNodeAlone() {
            var first = node();
            pay("10.00");
            var call = first.open(TARIFF);
            first.run(call, Duration.ofSeconds(4));
            var second = node();
            first.run(call, Duration.ofSeconds(30));

            assertThat(second.orders).isEmpty();
            assertThat(stored(call).state()).isEqualTo(SessionState.LIVE);
        }

        @Test
        void takesOverWhatADeadNodeLeftAndChargesToItsLastProofOfLife() {
            var first = node();
            pay("10.00");
            var call = first.open(TARIFF);
            first.run(call, Duration.ofSeconds(4));
            time.dropTasks();
            var second = node();
            time.advance(Duration.ofSeconds(14));
            assertThat(stored(call).state()).isEqualTo(SessionState.LIVE);

            time.advance(Duration.ofSeconds(10));

            assertThat(stored(call).state()).isEqualTo(SessionState.ENDED);
            assertThat(stored(call).metering().used()).isEqualTo(Duration.ofSeconds(3));
            assertThat(posted()).isEqualTo(usd("9.70"));
            assertThat(second.orders).containsExactly("cut " + call);
            assertThat(books.balance(ALICE).orElseThrow().held()).isEqualTo(usd("0.00"));
        }

        @Test
        void fencesANodeThatWakesUpAfterItsLease() {
            var first = node();
            pay("10.00");
            var call = first.open(TARIFF);
            first.run(call, Duration.ofSeconds(4));
            time.dropTasks();
            node();
            time.advance(Duration.ofSeconds(30));
            assertThat(posted()).isEqualTo(usd("9.70"));

            // It slept all the while and believes that its session runs.
            assertThat(first.meter.alive(call)).isTrue();
            first.meter.toppedUp(ALICE);

            assertThat(first.told(SessionFenced.class)).hasSize(1);
            assertThat(first.orders).containsExactly("cut " + call);
            assertThat(first.meter.running()).isEmpty();
            assertThat(posted()).isEqualTo(usd("9.70"));
            assertThat(stored(call).metering().charged()).isEqualTo(usd("0.30"));
        }
    }

    private void pay(String amount) {
        books.credit(new CreditRequest(new TransferId("order-" + time.nanoTime()), ALICE, usd(amount), ""))
                .orElseThrow();
    }

    private Money posted() {
        return books.balance(ALICE).orElseThrow().posted();
    }

    private Money earned() {
        var account = AccountId.earnings(BOB, USD);
        return books.ledgerStore()
                .read(reader -> reader.balances(List.of(account)).getOrDefault(account, usd("0")));
    }

    private Session stored(SessionId id) {
        return books.sessions().find(id).orElseThrow();
    }

    private MeterNode node() {
        return node(rules -> rules);
    }

    private MeterNode node(UnaryOperator<SessionPolicy.Builder> rules) {
        return new MeterNode(books, time, rules);
    }
}
