package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.LedgerExport;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.SessionRefundRequest;
import dev.livemeter.billing.SessionRefundResult;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What billing does on any {@link dev.livemeter.billing.LedgerStore}: purchases, refunds, chargebacks, payouts, claims and exports. Extend it, supply a
 * store, inherit the tests; after each, the books are proven.
 */
@Timeout(180)
public abstract class BillingScenarios extends PayoutScenarios {

    private static final SessionId SESSION = new SessionId("session-1");

    /** For subclasses. */
    protected BillingScenarios() {}

    @Nested
    class RefundingASession {

        @Test
        void givesTheNewestChargesBackFirstByTheirSplit() {
            streamed();

            var transfers = refund("r1", "3.00").orElseThrow();

            assertThat(transfers)
                    .extracting(transfer -> transfer.id() + " " + transfer.amount())
                    .containsExactly("r1/1 2.00 USD", "r1/2 1.00 USD");
            assertThat(posted(ALICE)).isEqualTo(usd("7.00"));
            assertThat(earned(BOB)).isEqualTo(usd("2.10"));
            assertThat(entries(AccountId.wallet(ALICE)).get(0).postings())
                    .containsExactly(
                            new Posting(AccountId.earnings(BOB, USD), AccountId.wallet(ALICE), usd("0.70")),
                            new Posting(AccountId.revenue(USD), AccountId.wallet(ALICE), usd("0.30")));
            assertThat(billing.ledger().entriesAbout(new Subject("session/session-1"), 10, null))
                    .hasSize(5);
        }

        @Test
        void givesBackAllAndNoMore() {
            streamed();
            refund("r1", "3.00").orElseThrow();

            assertThat(refund("r2", "3.000001"))
                    .isEqualTo(new SessionRefundResult.Declined(
                            SessionRefundResult.Reason.EXCEEDS_CHARGES,
                            "A refund of 3.000001 USD was asked for and 3.00 USD is left of what the session session-1 was"
                                    + " charged."));
            assertThat(refund("r2", "3.00").orElseThrow()).hasSize(2);
            assertThat(posted(ALICE)).isEqualTo(usd("10.00"));
            assertThat(earned(BOB)).isEqualTo(usd("0"));
        }

        @Test
        void answersARepeatWithTheFirstTransfersAndRefusesAnotherRequest() {
            streamed();
            var first = refund("r1", "3.00");

            assertThat(refund("r1", "3.00")).isEqualTo(first);
            assertThat(refund("r1", "2.00"))
                    .isInstanceOfSatisfying(
                            SessionRefundResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(SessionRefundResult.Reason.CONFLICT));
            assertThat(posted(ALICE)).isEqualTo(usd("7.00"));
        }

        @Test
        void saysThatNothingWasChargedOrInAnotherCurrency() {
            assertThat(refund("r1", "1.00"))
                    .isEqualTo(new SessionRefundResult.Declined(
                            SessionRefundResult.Reason.NOTHING_CHARGED,
                            "Nothing was charged for the session session-1."));
            streamed();
            assertThat(billing.refunds()
                            .refundSession(new SessionRefundRequest(
                                    new TransferId("r1"), SESSION, Money.of("EUR", "1.00"), "")))
                    .isInstanceOfSatisfying(
                            SessionRefundResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(SessionRefundResult.Reason.CURRENCY_MISMATCH));
        }

        @Test
        void givesBackNoMoreThanWasChargedHoweverManyRace() {
            streamed();

            var results = Race.of(16, number -> refund("r" + number, "1.00"));

            assertThat(results.stream().filter(SessionRefundResult.Refunded.class::isInstance))
                    .hasSize(6);
            assertThat(posted(ALICE)).isEqualTo(usd("10.00"));
            assertThat(earned(BOB)).isEqualTo(usd("0"));
        }

        private SessionRefundResult refund(String id, String amount) {
            return billing.refunds()
                    .refundSession(new SessionRefundRequest(new TransferId(id), SESSION, usd(amount), "it froze"));
        }
    }

    @Nested
    class Exporting {

        @Test
        void writesTheJournalSoThatEveryChangeIsNoticed() throws IOException {
            streamed();
            var csv = new StringBuilder();

            var written = billing.export().journal(csv);

            var text = csv.toString();
            assertThat(written.lines()).isEqualTo(7);
            assertThat(text.lines().skip(1).findFirst().orElseThrow())
                    .startsWith(
                            "1,purchase/stripe/pi_1,CREDIT,2026-03-01T12:00:00Z,2026-03-01T12:00:00Z,purchase/stripe/pi_1,,,"
                                    + "outside/USD,wallet/alice,10.00,USD,ten coins,");
            assertThat(LedgerExport.check(new StringReader(text))).isEqualTo(written);
            assertThat(LedgerExport.check(new StringReader(text)).isClean()).isTrue();
            assertThat(fault(text.replace("wallet/alice,10.00", "wallet/alice,11.00")))
                    .isEqualTo(
                            "Line 1 does not follow from the one before it; it was changed, or lines were added or left out"
                                    + " before it.");
            assertThat(fault(text.replace(text.lines().skip(3).findFirst().orElseThrow() + "\r\n", "")))
                    .startsWith("Line 3 does not follow");
            assertThat(fault(text.substring(0, text.indexOf("end,"))))
                    .isEqualTo("The export ends after 7 lines and without its last one; the rest is missing.");
            assertThat(fault(text + "8\r\n")).isEqualTo("There are lines after the last one.");
            assertThat(fault("hello\r\n"))
                    .isEqualTo("The first line does not name the columns of an exported journal.");
        }

        @Test
        void readsEveryMemoBackAsItWasWritten() throws IOException {
            var memos = List.of("\"quoted\"", "\"\"", "a, b", "=1+1", "-5", "@x", "ends with \"", "\u4e2d");
            for (var memo : memos) {
                billing.wallet()
                        .credit(new CreditRequest(
                                new TransferId("order-" + memos.indexOf(memo)), ALICE, usd("1.00"), memo))
                        .orElseThrow();
            }
            var csv = new StringBuilder();

            var written = billing.export().journal(csv);

            assertThat(LedgerExport.check(new StringReader(csv.toString()))).isEqualTo(written);
            assertThat(csv.toString()).contains("\"\"\"quoted\"\"\"", ",'=1+1,", ",-5,", ",'@x,");
        }

        @Test
        void writesTheAccountsOfUsers() throws IOException {
            streamed();
            var csv = new StringBuilder();

            billing.export().accounts(csv);

            assertThat(csv.toString().lines())
                    .containsExactly(
                            "account,posted,held,currency",
                            "wallet/alice,4.00,0.00,USD",
                            "earnings/bob/USD,4.20,0.00,USD");
        }

        private static String fault(String text) throws IOException {
            return LedgerExport.check(new StringReader(text)).fault();
        }
    }

    /** Alice streamed for 6.00 in three captures of 2.00, of which Bob earned 1.40 each. */
    private void streamed() {
        paidIn("pi_1", "10.00");
        var hold = HoldRequest.exactly(new HoldId("session-1/hold-1"), ALICE, usd("6.00"), Duration.ofHours(1));
        billing.wallet().hold(hold).orElseThrow();
        for (var i = 1; i <= 3; i++) {
            var capture = new CaptureRequest(
                    new TransferId("session-1/capture-" + i),
                    hold.id(),
                    usd("2.00"),
                    CaptureRequest.Remainder.KEEP,
                    new Subject("session/session-1"),
                    new Allotment(BOB, usd("1.40")));
            Transfer captured = billing.wallet().capture(capture).orElseThrow();
            assertThat(captured.amount()).isEqualTo(usd("2.00"));
        }
    }
}
