package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.LedgerExport;
import dev.livemeter.billing.LedgerRebuild;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.Reversal;
import dev.livemeter.billing.SessionRefundRequest;
import dev.livemeter.billing.SessionRefundResult;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    @Nested
    class Rebuilding {

        @Test
        void setsEveryFigureToWhatItsPostingsComeTo() {
            damaged();
            store.transact(books -> {
                books.lock(ALICE);
                books.save(List.of(new WalletAccount(ALICE, usd("9.00"), usd("2.00"))));
                return ALICE;
            });

            var found = billing.ledger().differences();

            assertThat(found.differences())
                    .extracting(LedgerRebuild.Difference::sentence)
                    .containsExactlyInAnyOrder(
                            "Of the account wallet/alice, 9.00 is kept as posted; 3.5 USD follows from the postings.",
                            "Of the account wallet/alice, 2.00 is kept as held; 1 USD follows from its open holds.",
                            "Of the account earnings/bob/USD, 4.56 is kept as posted; 4.55 USD follows from the"
                                    + " postings.",
                            "Of the hold session-1/hold-1, 5.00 is kept as captured; 6 USD follows from the postings.",
                            "Of the entry tip-1, 0.10 is kept as reversed; 0.5 USD follows from the postings.");
            assertThat(found.sentence()).isEqualTo("5 figures are not what the postings come to; 5 can be set.");
            assertThat(posted(ALICE)).as("nothing is set yet").isEqualTo(usd("9.00"));

            var set = billing.ledger().rebuild();

            assertThat(set.differences()).containsExactlyInAnyOrderElementsOf(found.differences());
            assertThat(set.sentence()).isEqualTo("5 figures are not what the postings come to; 5 were set.");
            assertThat(billing.wallet().balance(ALICE)).contains(new WalletBalance(ALICE, usd("3.50"), usd("1.00")));
            assertThat(earned(BOB)).isEqualTo(usd("4.55"));
            assertThat(store.<Optional<Reversal>>read(books -> Optional.ofNullable(
                            books.reversals(List.of(new TransferId("tip-1"))).get(new TransferId("tip-1")))))
                    .contains(new Reversal(new TransferId("tip-1"), usd("1.00"), usd("0.50")));
            assertThat(billing.ledger().rebuild()).isEqualTo(new LedgerRebuild(true, List.of()));
        }

        @Test
        void findsNothingInBooksThatAreRight() {
            streamed();

            assertThat(billing.ledger().differences()).isEqualTo(new LedgerRebuild(false, List.of()));
            assertThat(billing.ledger().differences().sentence())
                    .isEqualTo("Every balance is what its postings come to; there is nothing to set.");
        }

        @Test
        void isDoneOnceHoweverManyAskForItWhileOthersSpend() {
            damaged();

            var results = Race.of(16, number -> {
                if (number % 4 == 0) {
                    return billing.ledger().rebuild();
                }
                return tip("while-" + number, "0.10", "0.07");
            });

            assertThat(results.stream()
                            .filter(LedgerRebuild.class::isInstance)
                            .map(LedgerRebuild.class::cast)
                            .map(LedgerRebuild::differences))
                    .filteredOn(differences -> !differences.isEmpty())
                    .singleElement()
                    .satisfies(differences -> assertThat(differences).hasSize(3));
            assertThat(posted(ALICE)).isEqualTo(usd("2.30"));
            assertThat(earned(BOB)).isEqualTo(usd("5.39"));
        }

        /** Alice has 3.50 posted and 1.00 held, and Bob earned 4.55. Three figures are damaged, of which no entry tells. */
        private void damaged() {
            streamed();
            billing.wallet()
                    .hold(HoldRequest.exactly(new HoldId("open"), ALICE, usd("1.00"), Duration.ofHours(1)))
                    .orElseThrow();
            tip("tip-1", "1.00", "0.70");
            billing.wallet()
                    .refund(new RefundRequest(new TransferId("r1"), new TransferId("tip-1"), usd("0.50"), ""))
                    .orElseThrow();
            store.transact(books -> {
                var id = new HoldId("session-1/hold-1");
                var booked = books.hold(id).orElseThrow();
                var hold = booked.hold();
                books.lock(ALICE);
                books.adjust(Map.of(AccountId.earnings(BOB, USD), usd("0.01")));
                books.update(List.of(new BookedHold(
                        new Hold(id, ALICE, hold.amount(), usd("5.00"), hold.state(), hold.expiresAt()),
                        booked.fingerprint())));
                books.reverse(List.of(new Reversal(new TransferId("tip-1"), usd("1.00"), usd("0.10"))));
                return id;
            });
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
