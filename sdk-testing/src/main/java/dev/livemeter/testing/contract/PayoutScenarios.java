package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.EarningsBalance;
import dev.livemeter.billing.Payout;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.PayoutResult;
import dev.livemeter.billing.Payouts.Prepared;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.Receivables;
import dev.livemeter.billing.RecoveryRequest;
import dev.livemeter.billing.RecoveryResult;
import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What {@link BillingScenarios} has of money that payees earn, get and owe. */
abstract class PayoutScenarios extends PurchaseScenarios {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final PayoutPolicy WEEKLY = new PayoutPolicy(WEEK, usd("5.00"));
    private static final TransferId BOBS = new TransferId("payout/b1/bob");

    PayoutScenarios() {}

    @Nested
    class Clearing {

        @Test
        void clearsWhatWasEarnedLongEnoughAgo() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.00");
            time.advance(WEEK);
            tip("t2", "10.00", "6.00");

            assertThat(billing.earnings().of(BOB, USD, ago(WEEK)))
                    .isEqualTo(new EarningsBalance(BOB, usd("13.00"), usd("7.00"), usd("0")));
            assertThat(billing.earnings().of(BOB, USD, ago(WEEK)).pending()).isEqualTo(usd("6.00"));
            assertThat(billing.earnings().of(BOB, USD, ago(WEEK.plusSeconds(1))).cleared())
                    .isEqualTo(usd("0"));
            assertThat(billing.earnings().of(BOB, USD, time.instant()).cleared())
                    .isEqualTo(usd("13.00"));
            assertThat(billing.earnings().of(ALICE, USD, time.instant()))
                    .isEqualTo(new EarningsBalance(ALICE, usd("0"), usd("0"), usd("0")));
            assertThat(billing.earnings().statement(BOB, USD, 1, null))
                    .extracting(entry -> entry.id().value())
                    .containsExactly("t2");
        }

        @Test
        void takesARefundOfWhatIsPendingFromWhatIsPending() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.00");
            time.advance(WEEK);
            tip("t2", "10.00", "6.00");

            refund("r2", "t2", "10.00");

            assertThat(billing.earnings().of(BOB, USD, ago(WEEK)))
                    .isEqualTo(new EarningsBalance(BOB, usd("7.00"), usd("7.00"), usd("0")));
            refund("r1", "t1", "10.00");
            assertThat(billing.earnings().of(BOB, USD, ago(WEEK)).cleared()).isEqualTo(usd("0"));
        }

        @Test
        void clearsNothingAnewThatWasPaidOutOrTakenForARefundOfIt() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.00");
            time.advance(WEEK);
            billing.payouts().prepare("b1", ago(WEEK), WEEKLY);
            tip("t2", "10.00", "6.00");

            // However early or late the moment that is asked about.
            assertThat(billing.earnings().of(BOB, USD, ago(WEEK)).cleared()).isEqualTo(usd("0"));
            assertThat(billing.earnings()
                            .of(BOB, USD, ago(WEEK.multipliedBy(9)))
                            .cleared())
                    .isEqualTo(usd("0"));
            refund("r1", "t1", "10.00");
            assertThat(billing.earnings().of(BOB, USD, time.instant()))
                    .isEqualTo(new EarningsBalance(BOB, usd("0"), usd("0"), usd("1.00")));
            time.advance(WEEK);
            tip("t3", "10.00", "5.00");
            assertThat(billing.earnings().of(BOB, USD, ago(WEEK)))
                    .isEqualTo(new EarningsBalance(BOB, usd("5.00"), usd("0"), usd("1.00")));
        }
    }

    @Nested
    class PayingOut {

        @Test
        void paysClearedEarningsThatReachTheMinimumOnce() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.123456");
            earn("carol", "4.999999");
            earn("dave", "5.00");
            time.advance(WEEK);
            tip("t2", "10.00", "6.00");
            var cutoff = ago(WEEK);

            var prepared = billing.payouts().prepare("b1", cutoff, WEEKLY);

            assertThat(prepared).isEqualTo(new Prepared(2, usd("12.12")));
            assertThat(billing.payouts().batch("b1"))
                    .extracting(payout -> payout.payee() + " " + payout.amount() + " " + payout.state())
                    .containsExactly("bob 7.12 USD IN_TRANSIT", "dave 5.00 USD IN_TRANSIT");
            assertThat(earned(BOB)).isEqualTo(usd("6.003456"));
            assertThat(entries(AccountId.payouts(USD)).get(1).postings())
                    .containsExactly(new Posting(AccountId.earnings(BOB, USD), AccountId.payouts(USD), usd("7.12")));
            time.advance(WEEK);
            assertThat(billing.payouts().prepare("b1", cutoff, WEEKLY)).isEqualTo(prepared);
            assertThat(billing.payouts().batch("b1")).hasSize(2);
        }

        @Test
        void refusesACutoffBeforeTheClearingAndAnotherForTheSameBatch() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.00");
            time.advance(WEEK);

            assertThatThrownBy(() -> billing.payouts().prepare("b1", ago(WEEK).plusSeconds(1), WEEKLY))
                    .hasMessage("A payout of what was earned until 2026-03-01T12:00:01Z was asked for at"
                            + " 2026-03-08T12:00:00Z; earnings clear after PT168H, so give a cutoff of"
                            + " 2026-03-01T12:00:00Z or before.");
            billing.payouts().prepare("b1", ago(WEEK), WEEKLY);
            assertThatThrownBy(() -> billing.payouts().prepare("b1", ago(WEEK.plusDays(1)), WEEKLY))
                    .hasMessage(
                            "The batch b1 was prepared with another cutoff or policy, or the id payout/b1/bob is taken;"
                                    + " nothing was done for bob. Repeat the first call, or name a new batch.");
            assertThatThrownBy(() -> billing.payouts().prepare("b/1", ago(WEEK), WEEKLY))
                    .hasMessage(
                            "A batch was named with 3 characters that do not fit; expected 1 to 64 of A-Z a-z 0-9 . _ and -.");
        }

        @Test
        void paysOnceWhenMany() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.00");
            time.advance(WEEK);
            var cutoff = ago(WEEK);

            Race.of(16, number -> billing.payouts().prepare("b" + number % 2, cutoff, WEEKLY));

            assertThat(billing.payouts().batch("b0").size()
                            + billing.payouts().batch("b1").size())
                    .isEqualTo(1);
            assertThat(earned(BOB)).isEqualTo(usd("0"));
        }

        @Test
        void goesFromTransitToPaid() {
            preparedSeven();

            var paid = billing.payouts().paid(BOBS, "SEPA 17").orElseThrow();

            assertThat(paid)
                    .isEqualTo(new Payout(
                            BOBS, "b1", BOB, usd("7.00"), Payout.State.PAID, paid.preparedAt(), "SEPA 17", ""));
            assertThat(billing.payouts().find(BOBS)).contains(paid);
            assertThat(billing.payouts().paid(BOBS, "SEPA 17")).isEqualTo(new PayoutResult.Moved(paid));
            assertThat(billing.payouts().paid(BOBS, "SEPA 18"))
                    .isEqualTo(new PayoutResult.Declined(
                            PayoutResult.Reason.CONFLICT,
                            "The payout payout/b1/bob was reported before with 'SEPA 17'; nothing was done."));
            assertThat(entries(AccountId.payouts(USD))).hasSize(2);
        }

        @Test
        void isEarningsAgainWhenItComesBackBeforeOrAfterItWasPaid() {
            preparedSeven();
            billing.payouts().paid(BOBS, "SEPA 17").orElseThrow();

            var returned = billing.payouts().returned(BOBS, "account closed").orElseThrow();

            assertThat(returned.state()).isEqualTo(Payout.State.RETURNED);
            assertThat(returned.reason()).isEqualTo("account closed");
            assertThat(entries(AccountId.earnings(BOB, USD)).get(0).postings())
                    .containsExactly(new Posting(AccountId.outside(USD), AccountId.earnings(BOB, USD), usd("7.00")));
            assertThat(billing.earnings().of(BOB, USD, ago(WEEK)).cleared()).isEqualTo(usd("7.00"));
            assertThat(billing.payouts().returned(BOBS, "account closed")).isEqualTo(new PayoutResult.Moved(returned));

            assertThat(billing.payouts().prepare("b2", ago(WEEK), WEEKLY)).isEqualTo(new Prepared(1, usd("7.00")));
            var second = new TransferId("payout/b2/bob");
            billing.payouts().returned(second, "no such bank").orElseThrow();
            assertThat(entries(AccountId.payouts(USD)).get(0).postings())
                    .containsExactly(new Posting(AccountId.payouts(USD), AccountId.earnings(BOB, USD), usd("7.00")));
            assertThat(billing.payouts().paid(second, "SEPA 19"))
                    .isEqualTo(
                            new PayoutResult.Declined(
                                    PayoutResult.Reason.ALREADY_RETURNED,
                                    "The payout payout/b2/bob came back and is earnings again; the next batch takes it along."));
            assertThat(earned(BOB)).isEqualTo(usd("7.00"));
        }

        @Test
        void isPaidOrReturnedHoweverBothRace() {
            preparedSeven();

            Race.of(
                    16,
                    number -> number % 2 == 0
                            ? billing.payouts().paid(BOBS, "SEPA 17")
                            : billing.payouts().returned(BOBS, "account closed"));

            assertThat(billing.payouts().find(BOBS).orElseThrow().state()).isEqualTo(Payout.State.RETURNED);
            assertThat(earned(BOB)).isEqualTo(usd("7.00"));
        }

        @Test
        void saysThatAPayoutIsNotKnown() {
            paidIn("pi_1", "10.00");

            for (var id : List.of("payout/b1/bob", "purchase/stripe/pi_1")) {
                assertThat(billing.payouts().paid(new TransferId(id), "x"))
                        .isEqualTo(new PayoutResult.Declined(
                                PayoutResult.Reason.UNKNOWN_PAYOUT, "There is no payout " + id + "."));
                assertThat(billing.payouts().find(new TransferId(id))).isEmpty();
            }
        }

        @Test
        void takesWhatThePayeeOwesOffThePayout() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.00");
            time.advance(WEEK);
            billing.payouts().prepare("b1", ago(WEEK), WEEKLY);
            refund("r1", "t1", "5.00");
            assertThat(owed(BOB)).isEqualTo(usd("3.50"));
            tip("t2", "20.00", "9.00");
            time.advance(WEEK);

            assertThat(billing.payouts().prepare("b2", ago(WEEK), WEEKLY)).isEqualTo(new Prepared(1, usd("5.50")));

            assertThat(owed(BOB)).isEqualTo(usd("0"));
            assertThat(earned(BOB)).isEqualTo(usd("0"));
            assertThat(billing.ledger().entriesAbout(new Subject("payout/b2"), 10, null))
                    .extracting(entry -> entry.kind() + " " + entry.amount())
                    .containsExactly("PAYOUT 5.50 USD", "RECOVERY 3.50 USD");
        }

        @Test
        void writesABatchForPeopleAndBanks() throws IOException {
            preparedSeven();
            billing.payouts()
                    .returned(BOBS, "=HYPERLINK(\"x\"), \"closed\"\nsorry")
                    .orElseThrow();
            var csv = new StringBuilder();

            billing.payouts().exportCsv("b1", csv);

            assertThat(csv.toString())
                    .isEqualTo("payout,payee,amount,currency,state,prepared_at,reference,reason\r\n"
                            + "payout/b1/bob,bob,7.00,USD,RETURNED,2026-03-08T12:00:00Z,,"
                            + "\"'=HYPERLINK(\"\"x\"\"), \"\"closed\"\"\nsorry\"\r\n");
        }

        private void preparedSeven() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.00");
            time.advance(WEEK);
            billing.payouts().prepare("b1", ago(WEEK), WEEKLY);
        }

        private void earn(String payee, String amount) {
            var part = new Allotment(UserId.of(payee), usd(amount));
            billing.wallet()
                    .debit(new DebitRequest(
                            new TransferId("to-" + payee), ALICE, usd("10.00"), "", new Subject("tip"), part))
                    .orElseThrow();
        }
    }

    @Nested
    class Owing {

        @Test
        void isTakenFromTheWalletAsFarAsItGoes() {
            aliceOwesSeven();
            assertThat(recover("x1", "9.00", RecoveryRequest.Source.WALLET))
                    .isEqualTo(new RecoveryResult.Declined(
                            RecoveryResult.Reason.NOTHING_THERE,
                            "alice owes 7.00 USD and has nothing of it in the wallet."));
            paidIn("pi_2", "5.00");

            assertThat(recover("x1", "2.00", RecoveryRequest.Source.WALLET))
                    .isEqualTo(new RecoveryResult.Recovered(usd("2.00")));
            assertThat(recover("x1", "2.00", RecoveryRequest.Source.WALLET))
                    .isEqualTo(new RecoveryResult.Recovered(usd("2.00")));
            assertThat(recover("x1", "2.01", RecoveryRequest.Source.WALLET))
                    .isInstanceOfSatisfying(
                            RecoveryResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(RecoveryResult.Reason.CONFLICT));
            assertThat(recover("x2", "9.00", RecoveryRequest.Source.WALLET).orElseThrow())
                    .isEqualTo(usd("3.00"));
            assertThat(owed(ALICE)).isEqualTo(usd("2.00"));
            assertThat(posted(ALICE)).isEqualTo(usd("0"));
        }

        @Test
        void isTakenFromEarnings() {
            paidIn("pi_1", "100.00");
            tip("t1", "10.00", "7.00");
            time.advance(WEEK);
            billing.payouts().prepare("b1", ago(WEEK), WEEKLY);
            refund("r1", "t1", "10.00");
            tip("t2", "10.00", "6.00");

            var taken = billing.receivables()
                    .recover(new RecoveryRequest(
                            new TransferId("x1"), BOB, usd("99.00"), RecoveryRequest.Source.EARNINGS, ""));

            assertThat(taken).isEqualTo(new RecoveryResult.Recovered(usd("6.00")));
            assertThat(owed(BOB)).isEqualTo(usd("1.00"));
            assertThat(earned(BOB)).isEqualTo(usd("0"));
        }

        @Test
        void isListedInPages() {
            aliceOwesSeven();
            assertThat(billing.receivables().all(null, 10)).containsExactly(new Receivables.Owed(ALICE, usd("7.00")));
            assertThat(billing.receivables().all(new Receivables.Owed(ALICE, usd("7.00")), 10))
                    .isEmpty();
            assertThatThrownBy(() -> billing.receivables().all(null, 501))
                    .hasMessage("A page of 501 receivables was asked for; expected 1 to 500.");
            assertThat(billing.receivables()
                            .recover(new RecoveryRequest(
                                    new TransferId("x1"), BOB, usd("1.00"), RecoveryRequest.Source.WALLET, "")))
                    .isEqualTo(new RecoveryResult.Declined(
                            RecoveryResult.Reason.NOTHING_OWED, "bob owes nothing in USD."));
        }

        private void aliceOwesSeven() {
            paidIn("pi_1", "10.00");
            tip("t1", "7.00", "4.90");
            billing.purchases()
                    .chargedBack(back("pi_1", "dp_1", "evt_2", "10.00"))
                    .orElseThrow();
        }

        private RecoveryResult recover(String id, String most, RecoveryRequest.Source source) {
            return billing.receivables()
                    .recover(new RecoveryRequest(new TransferId(id), ALICE, usd(most), source, "as agreed"));
        }
    }

    final void refund(String id, String original, String amount) {
        var request = new RefundRequest(new TransferId(id), new TransferId(original), usd(amount), "");
        assertThat(billing.wallet().refund(request).orElseThrow().amount()).isEqualTo(usd(amount));
    }
}
