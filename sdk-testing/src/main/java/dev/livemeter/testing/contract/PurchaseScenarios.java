package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.PurchaseResult;
import dev.livemeter.billing.PurchaseReversalNotice;
import dev.livemeter.billing.PurchaseReversalResult;
import dev.livemeter.billing.PurchaseReversalResult.Reversed;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What {@link BillingScenarios} has of money that comes in and goes back. */
abstract class PurchaseScenarios extends BillingFixture {

    PurchaseScenarios() {}

    @Nested
    class Paying {

        @Test
        void paysInOnceAndTellsOnce() {
            var purchases = billing.purchases();

            var first = purchases.paid(notice("pi_1", "evt_1", "10.00"));
            var again = purchases.paid(notice("pi_1", "evt_1", "10.00"));
            var otherMessage = purchases.paid(notice("pi_1", "evt_2", "10.00"));

            var transfer = first.orElseThrow();
            assertThat(transfer.id()).isEqualTo(new TransferId("purchase/stripe/pi_1"));
            assertThat(first).isEqualTo(new PurchaseResult.Paid(transfer, Answer.FIRST));
            assertThat(again).isEqualTo(new PurchaseResult.Paid(transfer, Answer.REPEATED));
            assertThat(otherMessage).isEqualTo(new PurchaseResult.Paid(transfer, Answer.REPEATED));
            assertThat(announced).containsExactly(transfer);
            assertThat(posted(ALICE)).isEqualTo(usd("10.00"));
            assertThat(billing.ledger().entriesAbout(new Subject("purchase/stripe/pi_1"), 10, null))
                    .hasSize(1);
        }

        @Test
        void refusesADeliveryThatComesAgainWithOtherContent() {
            billing.purchases().paid(notice("pi_1", "evt_1", "10.00")).orElseThrow();

            for (var forged : new String[] {"pi_1", "pi_2"}) {
                assertThat(billing.purchases().paid(notice(forged, "evt_1", "another content", ALICE, usd("10.00"))))
                        .isEqualTo(new PurchaseResult.Declined(
                                PurchaseResult.Reason.CONFLICT,
                                "The delivery stripe/evt_1 came before with other content; nothing was done."
                                        + " Look whether its sender is who it says."));
            }
            assertThat(posted(ALICE)).isEqualTo(usd("10.00"));
        }

        @Test
        void refusesAnotherAmountOrUserForTheSameObject() {
            billing.purchases().paid(notice("pi_1", "evt_1", "10.00")).orElseThrow();

            assertThat(billing.purchases().paid(notice("pi_1", "evt_2", "10.01")))
                    .isEqualTo(new PurchaseResult.Declined(
                            PurchaseResult.Reason.CONFLICT,
                            "The id purchase/stripe/pi_1 stands for another purchase already; nothing was done."
                                    + " Give each purchase an id of its own."));
            assertThat(billing.purchases().paid(notice("pi_1", "evt_3", "x", BOB, usd("10.00"))))
                    .isInstanceOf(PurchaseResult.Declined.class);
            // What was declined was not noted: the same delivery may come right.
            assertThat(billing.purchases().paid(notice("pi_2", "evt_2", "5.00")))
                    .isInstanceOf(PurchaseResult.Paid.class);
            assertThat(posted(ALICE)).isEqualTo(usd("15.00"));
        }

        @Test
        void refusesAnotherCurrencyThanTheWallets() {
            paidIn("pi_1", "10.00");

            assertThat(billing.purchases().paid(notice("pi_2", "evt_2", "x", ALICE, Money.of("EUR", "1.00"))))
                    .isEqualTo(new PurchaseResult.Declined(
                            PurchaseResult.Reason.CURRENCY_MISMATCH,
                            "The wallet of alice is kept in USD; it cannot be asked for 1.00 EUR."));
        }

        @Test
        void paysInOnceHoweverManyMessagesRace() {
            var results = Race.of(32, number -> billing.purchases().paid(notice("pi_1", "evt_" + number % 4, "10.00")));

            assertThat(results).allMatch(PurchaseResult.Paid.class::isInstance);
            assertThat(results.stream().filter(result -> ((PurchaseResult.Paid) result).answer() == Answer.FIRST))
                    .hasSize(1);
            assertThat(posted(ALICE)).isEqualTo(usd("10.00"));
        }

        @Test
        void saysWhatIsWrongWithANotice() {
            assertThatThrownBy(() -> notice("a b", "evt_1", "10.00"))
                    .hasMessage(
                            "A notice over 10.00 USD was given with a source of 6, an object of 3, a delivery of 5 and a"
                                    + " memo of 9 characters; expected a positive amount, 1 to 32 of a-z, 0-9 and '-', twice 1 to 120"
                                    + " printable ASCII characters without blanks, and at most 200.");
        }
    }

    @Nested
    class GivingBack {

        @Test
        void refundsFromWhatIsAvailable() {
            paidIn("pi_1", "10.00");
            billing.wallet()
                    .hold(HoldRequest.exactly(new HoldId("h1"), ALICE, usd("6.00"), Duration.ofHours(1)))
                    .orElseThrow();

            assertThat(billing.purchases().refunded(back("pi_1", "re_1", "evt_2", "4.01")))
                    .isEqualTo(new PurchaseReversalResult.Declined(
                            PurchaseReversalResult.Reason.INSUFFICIENT_FUNDS,
                            "4.01 USD is needed and 4.00 USD is available in the wallet of alice."));
            var reversed = billing.purchases()
                    .refunded(back("pi_1", "re_1", "evt_2", "4.00"))
                    .orElseThrow();

            assertThat(reversed.taken()).isEqualTo(usd("4.00"));
            assertThat(reversed.owed()).isEqualTo(usd("0"));
            assertThat(reversed.transfer().after().posted()).isEqualTo(usd("6.00"));
            assertThat(entries(AccountId.wallet(ALICE)).get(0).reverses())
                    .isEqualTo(new TransferId("purchase/stripe/pi_1"));
        }

        @Test
        void givesBackNoMoreThanWasPaidByRefundsAndChargebacksTogether() {
            paidIn("pi_1", "10.00");
            paidIn("pi_2", "10.00");
            billing.purchases().refunded(back("pi_1", "re_1", "evt_3", "6.00")).orElseThrow();

            assertThat(billing.purchases().chargedBack(back("pi_1", "dp_1", "evt_4", "4.01")))
                    .isEqualTo(
                            new PurchaseReversalResult.Declined(
                                    PurchaseReversalResult.Reason.EXCEEDS_PURCHASE,
                                    "4.01 USD is to go back and 4.00 USD is left of the purchase purchase/stripe/pi_1 over 10.00 USD."));
            billing.purchases()
                    .chargedBack(back("pi_1", "dp_1", "evt_4", "4.00"))
                    .orElseThrow();

            assertThat(posted(ALICE)).isEqualTo(usd("10.00"));
            assertThat(owed(ALICE)).isEqualTo(usd("0"));
        }

        @Test
        void makesAUserOweWhatAChargebackDoesNotFind() {
            paidIn("pi_1", "10.00");
            tip("t1", "7.00", "4.90");

            var reversed = billing.purchases()
                    .chargedBack(back("pi_1", "dp_1", "evt_2", "10.00"))
                    .orElseThrow();

            assertThat(reversed.taken()).isEqualTo(usd("3.00"));
            assertThat(reversed.owed()).isEqualTo(usd("7.00"));
            assertThat(reversed.answer()).isEqualTo(Answer.FIRST);
            assertThat(posted(ALICE)).isEqualTo(usd("0"));
            assertThat(owed(ALICE)).isEqualTo(usd("7.00"));
            assertThat(entries(AccountId.receivable(ALICE, USD)).get(0).postings())
                    .containsExactly(
                            new Posting(AccountId.wallet(ALICE), AccountId.outside(USD), usd("3.00")),
                            new Posting(AccountId.receivable(ALICE, USD), AccountId.outside(USD), usd("7.00")));
        }

        @Test
        void leavesWhatIsHeldForAStreamToTheStream() {
            paidIn("pi_1", "10.00");
            billing.wallet()
                    .hold(HoldRequest.exactly(new HoldId("h1"), ALICE, usd("10.00"), Duration.ofHours(1)))
                    .orElseThrow();

            var reversed = billing.purchases()
                    .chargedBack(back("pi_1", "dp_1", "evt_2", "10.00"))
                    .orElseThrow();

            assertThat(reversed.taken()).isEqualTo(usd("0"));
            assertThat(owed(ALICE)).isEqualTo(usd("10.00"));
            assertThat(posted(ALICE)).isEqualTo(usd("10.00"));
        }

        @Test
        void happensOnceForOneObjectHoweverItIsReported() {
            paidIn("pi_1", "10.00");
            var purchases = billing.purchases();
            var first = purchases
                    .chargedBack(back("pi_1", "dp_1", "evt_2", "10.00"))
                    .orElseThrow();

            for (var delivery : new String[] {"evt_2", "evt_3", "evt_3"}) {
                assertThat(purchases.chargedBack(back("pi_1", "dp_1", delivery, "10.00")))
                        .isEqualTo(new Reversed(first.transfer(), first.taken(), first.owed(), Answer.REPEATED));
            }
            assertThat(purchases.chargedBack(back("pi_1", "dp_1", "evt_4", "9.00")))
                    .isInstanceOfSatisfying(
                            PurchaseReversalResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(PurchaseReversalResult.Reason.CONFLICT));
            assertThat(purchases.refunded(back("pi_1", "re_1", "evt_2", "1.00")))
                    .isInstanceOfSatisfying(
                            PurchaseReversalResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(PurchaseReversalResult.Reason.CONFLICT));
            assertThat(posted(ALICE)).isEqualTo(usd("0"));
        }

        @Test
        void saysThatAPurchaseIsNotKnownOrInAnotherCurrency() {
            paidIn("pi_1", "10.00");
            tip("purchase/stripe/tip", "1.00", "0.50");

            for (var unknown : new String[] {"pi_2", "tip"}) {
                assertThat(billing.purchases().refunded(back(unknown, "re_1", "evt_2", "1.00")))
                        .isEqualTo(new PurchaseReversalResult.Declined(
                                PurchaseReversalResult.Reason.UNKNOWN_PURCHASE,
                                "No purchase purchase/stripe/" + unknown
                                        + " is booked; if it is still to come, repeat this afterwards."));
            }
            var euros = back("pi_1", "re_1", "evt_2", "1.00");
            assertThat(billing.purchases()
                            .refunded(new PurchaseReversalNotice(
                                    "stripe", "pi_1", "re_1", "evt_2", euros.content(), Money.of("EUR", "1.00"), "")))
                    .isEqualTo(new PurchaseReversalResult.Declined(
                            PurchaseReversalResult.Reason.CURRENCY_MISMATCH,
                            "The purchase purchase/stripe/pi_1 was in USD; it cannot be asked for 1.00 EUR."));
        }

        @Test
        void neverGivesBackMoreThanWasPaidHoweverManyRace() {
            paidIn("pi_1", "10.00");

            var results = Race.of(
                    32,
                    number -> number % 2 == 0
                            ? billing.purchases().refunded(back("pi_1", "re_" + number, "evt_" + number, "1.00"))
                            : billing.purchases().chargedBack(back("pi_1", "dp_" + number, "evt_" + number, "1.00")));

            assertThat(results.stream().filter(Reversed.class::isInstance)).hasSize(10);
            assertThat(posted(ALICE)).isEqualTo(usd("0"));
            assertThat(owed(ALICE)).isEqualTo(usd("0"));
        }
    }
}
