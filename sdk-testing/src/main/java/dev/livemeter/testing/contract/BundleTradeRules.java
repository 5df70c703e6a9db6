package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundlePurchase;
import dev.livemeter.billing.BundleRefundResult;
import dev.livemeter.billing.BundleResult;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of {@link BundleContract} for buying, granting and refunding. */
abstract class BundleTradeRules extends BundleFixture {

    private static final AccountId REVENUE = AccountId.revenue(Currency.getInstance("USD"));

    BundleTradeRules() {}

    @Nested
    class Buying {

        @Test
        @Rule("BDL-01")
        void takesThePriceFromTheWalletToTheOperator() {
            paidIn(ALICE, "10.00");
            var bought = billing.bundles()
                    .buy(purchase("shop/1", 7_200, "9.00", Duration.ofDays(90)))
                    .orElseThrow();
            assertThat(bundle("shop/1")).isEqualTo(bought);
            assertThat(bought.owner()).isEqualTo(ALICE);
            assertThat(bought.length()).isEqualTo(Duration.ofHours(2));
            assertThat(bought.left()).isEqualTo(Duration.ofHours(2));
            assertThat(bought.price()).isEqualTo(usd("9.00"));
            assertThat(bought.validFrom()).isEqualTo(NOON);
            assertThat(bought.validUntil()).isEqualTo(NOON.plus(Duration.ofDays(90)));
            assertThat(bought.memo()).isEqualTo("minutes");
            assertThat(posted()).isEqualTo(usd("1.00"));
            assertThat(billing.ledger().entries(REVENUE, 10, null))
                    .extracting(entry -> entry.id().value() + " " + entry.amount())
                    .containsExactly("bundle/shop/1 9.00 USD");
        }

        @Test
        @Rule("BDL-02")
        void happensOnceForAnId() {
            paidIn(ALICE, "30.00");
            var asked = purchase("shop/1", 7_200, "9.00", null);
            var bought = billing.bundles().buy(asked).orElseThrow();
            time.advance(seconds(5));
            assertThat(billing.bundles().buy(asked)).isEqualTo(new BundleResult.Given(bought, Answer.REPEATED));
            assertThat(billing.bundles().buy(purchase("shop/1", 7_200, "8.00", null)))
                    .isEqualTo(new BundleResult.Declined(
                            BundleResult.Reason.CONFLICT,
                            "The id shop/1 stands for another bundle already; nothing was done. Give each"
                                    + " bundle an id of its own."));
            assertThat(posted()).isEqualTo(usd("21.00"));
            assertThat(billing.bundles().of(ALICE)).containsExactly(bought);
        }

        @Test
        @Rule("BDL-02")
        void isDeclinedWhereItsEntryStandsForSomethingElse() {
            paidIn(ALICE, "20.00");
            wallet.debit(new DebitRequest(
                            new TransferId("bundle/one"), ALICE, usd("1.00"), "", new Subject("tip/1"), null))
                    .orElseThrow();
            assertThat(billing.bundles().buy(purchase("one", 60, "1.00", null)))
                    .isInstanceOfSatisfying(
                            BundleResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(BundleResult.Reason.CONFLICT));
            assertThat(billing.bundles().find(new BundleId("one"))).isEmpty();
        }

        @Test
        @Rule("BDL-03")
        void isDeclinedWhereTheWalletDoesNotHaveThePrice() {
            var asked = purchase("shop/1", 7_200, "9.00", null);
            assertThat(reason(billing.bundles().buy(asked))).isEqualTo(BundleResult.Reason.NO_WALLET);
            paidIn(ALICE, "10.00");
            var inEuro = new BundlePurchase(
                    new BundleId("shop/1"), ALICE, seconds(60), Money.of("EUR", "1.00"), null, "minutes");
            assertThat(reason(billing.bundles().buy(inEuro))).isEqualTo(BundleResult.Reason.CURRENCY_MISMATCH);
            wallet.hold(HoldRequest.exactly(new HoldId("h"), ALICE, usd("2.00"), Duration.ofHours(1)))
                    .orElseThrow();
            assertThat(billing.bundles().buy(asked))
                    .isEqualTo(new BundleResult.Declined(
                            BundleResult.Reason.INSUFFICIENT_FUNDS,
                            "9.00 USD is needed and 8.00 USD is available in the wallet of alice."));
            assertThat(billing.bundles().of(ALICE)).isEmpty();
            assertThat(posted()).isEqualTo(usd("10.00"));
        }

        @Test
        @Rule("BDL-04")
        void happensOnceHoweverManyAskAtOnce() {
            paidIn(ALICE, "100.00");
            var asked = purchase("shop/1", 7_200, "9.00", null);
            var answers = Race.of(
                    RUNNERS, runner -> ((BundleResult.Given) billing.bundles().buy(asked)).answer());
            assertThat(answers).containsOnlyOnce(Answer.FIRST);
            assertThat(posted()).isEqualTo(usd("91.00"));
        }

        private BundleResult.Reason reason(BundleResult result) {
            return ((BundleResult.Declined) result).reason();
        }
    }

    @Nested
    class Granting {

        @Test
        @Rule("BDL-05")
        void needsNoWalletAndHappensOnceForAnId() {
            var asked = grant("plan/1", BOB, 600, Duration.ofDays(1));
            var granted = billing.bundles().grant(asked).orElseThrow();
            assertThat(granted.price()).isNull();
            assertThat(granted.validUntil()).isEqualTo(NOON.plus(Duration.ofDays(1)));
            assertThat(billing.bundles().grant(asked)).isEqualTo(new BundleResult.Given(granted, Answer.REPEATED));
            assertThat(billing.bundles().grant(grant("plan/1", BOB, 601, Duration.ofDays(1))))
                    .isInstanceOfSatisfying(
                            BundleResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(BundleResult.Reason.CONFLICT));
            assertThat(billing.bundles().of(BOB)).containsExactly(granted);
        }

        @Test
        @Rule("BDL-06")
        void happensOnceHoweverManyAskAtOnce() {
            var answers = Race.of(
                    RUNNERS,
                    runner -> ((BundleResult.Given) billing.bundles().grant(grant("plan/1", BOB, 600, null))).answer());
            assertThat(answers).containsOnlyOnce(Answer.FIRST);
        }

        @Test
        @Rule("BDL-07")
        void ofAMonthIsValidInThatMonthOfTheCalendar() {
            var month = BundleGrant.ofMonth(
                    "plan-7/alice", ALICE, Duration.ofHours(5), YearMonth.of(2026, 3), ZoneId.of("Europe/Berlin"), "");
            var granted = billing.bundles().grant(month).orElseThrow();
            assertThat(granted.id()).isEqualTo(new BundleId("plan-7/alice/2026-03"));
            assertThat(granted.validFrom()).isEqualTo("2026-02-28T23:00:00Z");
            // The clocks went forward meanwhile.
            assertThat(granted.validUntil()).isEqualTo("2026-03-31T22:00:00Z");
            assertThat(granted.isValidAt(Instant.parse("2026-03-31T21:59:59Z"))).isTrue();
            assertThat(granted.isValidAt(Instant.parse("2026-03-31T22:00:00Z"))).isFalse();
        }
    }

    @Nested
    class Refunding {

        @Test
        @Rule("BDL-25")
        void givesThePriceOfUnusedMinutesBack() {
            bought("0.10", 3);
            var opened = settled(opening("first", ALICE, 2));
            var first = refund("r1");
            // A third of ten cents, rounded down; the two seconds that a session has reserved stay.
            assertThat(first.orElseThrow().amount()).isEqualTo(Money.ofMicros("USD", 33_333));
            assertThat(standing("shop/1")).containsExactly(0L, 2L, 0L, 1L);
            settled(ending(opened, Duration.ZERO));
            // Over both together nothing is lost to rounding.
            assertThat(refund("r2").orElseThrow().amount()).isEqualTo(Money.ofMicros("USD", 66_667));
            assertThat(standing("shop/1")).containsExactly(0L, 0L, 0L, 3L);
            assertThat(posted()).isEqualTo(usd("10.00"));
        }

        @Test
        @Rule("BDL-26")
        void happensOnceForAnId() {
            bought("9.00", 7_200);
            var first = (BundleRefundResult.Refunded) refund("r1");
            var again = (BundleRefundResult.Refunded) refund("r1");
            assertThat(again.transfer()).isEqualTo(first.transfer());
            assertThat(again.answer()).isEqualTo(Answer.REPEATED);
            assertThat(reason(billing.bundles().refund(new TransferId("r1"), new BundleId("shop/1"), "other")))
                    .isEqualTo(BundleRefundResult.Reason.CONFLICT);
            assertThat(posted()).isEqualTo(usd("10.00"));
        }

        @Test
        @Rule("BDL-27")
        void isDeclinedWhereThereIsNothingToGiveBack() {
            assertThat(reason(refund("r1"))).isEqualTo(BundleRefundResult.Reason.UNKNOWN_BUNDLE);
            granted("plan/1", 60, null);
            assertThat(reason(billing.bundles().refund(new TransferId("r1"), new BundleId("plan/1"), "")))
                    .isEqualTo(BundleRefundResult.Reason.NOT_BOUGHT);
            bought("9.00", 60);
            settled(opening("first", ALICE, 120));
            assertThat(refund("r1"))
                    .isEqualTo(new BundleRefundResult.Declined(
                            BundleRefundResult.Reason.NOTHING_LEFT,
                            "Nothing of the bundle shop/1 is left that could be given back; 60 s of it are"
                                    + " reserved by sessions that run."));
        }

        @Test
        @Rule("BDL-28")
        void neverGivesMoreBackThanThePrice() {
            bought("9.00", 60);
            wallet.refund(new RefundRequest(new TransferId("w1"), new TransferId("bundle/shop/1"), usd("5.00"), ""))
                    .orElseThrow();
            assertThat(refund("r1"))
                    .isEqualTo(new BundleRefundResult.Declined(
                            BundleRefundResult.Reason.EXCEEDS_PURCHASE,
                            "9.00 USD is to go back and 4.00 USD is left of the price of the bundle shop/1."));
            assertThat(standing("shop/1")).containsExactly(60L, 0L, 0L, 0L);
        }

        @Test
        @Rule("BDL-29")
        void takesNothingThatASessionReservesMeanwhile() {
            bought("9.00", 100);
            Race.of(
                    RUNNERS,
                    runner -> runner % 2 == 0 ? refund("r" + runner) : settle(opening("r" + runner, ALICE, 50)));
            var bundle = bundle("shop/1");
            assertThat(bundle.left().isNegative()).isFalse();
            assertThat(posted())
                    .isEqualTo(usd("1.00")
                            .plus(Money.ofMicros(
                                    "USD", 90_000 * bundle.refunded().toSeconds())));
            assertThat(IntStream.range(0, RUNNERS)
                            .mapToObj(runner -> uses("r" + runner))
                            .flatMap(List::stream))
                    .extracting(use -> use.reserved().toSeconds())
                    .satisfies(taken -> assertThat(
                                    taken.stream().mapToLong(Long::longValue).sum())
                            .isEqualTo(bundle.reserved().toSeconds()));
        }

        private void bought(String price, int seconds) {
            paidIn(ALICE, "10.00");
            billing.bundles().buy(purchase("shop/1", seconds, price, null)).orElseThrow();
        }

        private BundleRefundResult refund(String id) {
            return billing.bundles().refund(new TransferId(id), new BundleId("shop/1"), "asked for");
        }

        private BundleRefundResult.Reason reason(BundleRefundResult result) {
            return ((BundleRefundResult.Declined) result).reason();
        }
    }
}
