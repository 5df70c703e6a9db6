package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of {@link WalletContract} for splits, debits and refunds. */
abstract class WalletChargeRules extends WalletFixture {

    private static final UserId CAROL = UserId.of("carol");
    private static final int RUNNERS = 32;

    WalletChargeRules() {}

    @Nested
    class Splitting {

        @Test
        @Rule("WAL-31")
        void takesTheWholeAmountWhateverThePayeesPart() {
            credit("order-1", "10.00");
            hold("h1", "6.00");

            assertThat(captured("c1", "2.00", part("0.00")).after()).isEqualTo(balance("8.00", "4.00"));
            assertThat(captured("c2", "2.00", part("1.999999")).after()).isEqualTo(balance("6.00", "2.00"));
            assertThat(captured("c3", "2.00", part("2.00")).after()).isEqualTo(balance("4.00", "0"));
        }

        @Test
        @Rule("WAL-32")
        void refusesAPartThatIsMoreThanTheWhole() {
            for (var part : List.of(part("2.000001"), new Allotment(CAROL, eur("1.00")))) {
                assertThatThrownBy(() -> captureOf("c1", "2.00", part))
                        .isInstanceOfSatisfying(
                                LivemeterException.class,
                                e -> assertThat(e.code()).isEqualTo("wallet.malformed_allotment"));
                assertThatThrownBy(() -> debitOf("d1", "2.00", part))
                        .isInstanceOfSatisfying(
                                LivemeterException.class,
                                e -> assertThat(e.code()).isEqualTo("wallet.malformed_allotment"));
            }
        }

        @Test
        @Rule("WAL-33")
        void takesAnotherSplitUnderTheSameIdForAConflict() {
            credit("order-1", "10.00");
            hold("h1", "6.00");
            captured("c1", "2.00", part("1.00"));
            wallet.debit(debitOf("d1", "2.00", part("1.00"))).orElseThrow();

            for (var part : new @Nullable Allotment[] {null, part("1.01"), new Allotment(BOB, usd("1.00"))}) {
                assertThat(reason(wallet.capture(captureOf("c1", "2.00", part))))
                        .isEqualTo(CaptureResult.Reason.CONFLICT);
                assertThat(reason(wallet.debit(debitOf("d1", "2.00", part)))).isEqualTo(DebitResult.Reason.CONFLICT);
            }
            assertThat(wallet.balance(ALICE)).contains(balance("6.00", "4.00"));
        }
    }

    @Nested
    class Debiting {

        @Test
        @Rule("WAL-34")
        void takesTheMoneyAtOnce() {
            credit("order-1", "10.00");

            assertThat(debit("d1", "2.500000"))
                    .isEqualTo(new Transfer(
                            new TransferId("d1"),
                            Transfer.Kind.DEBIT,
                            ALICE,
                            usd("2.50"),
                            time.instant(),
                            balance("7.50", "0")));
            assertThat(wallet.balance(ALICE)).contains(balance("7.50", "0"));
        }

        @Test
        @Rule("WAL-35")
        void doesNotTouchWhatIsHeld() {
            credit("order-1", "10.00");
            var held = hold("h1", "8.00");

            assertThat(reason(wallet.debit(debitOf("d1", "2.000001", null))))
                    .isEqualTo(DebitResult.Reason.INSUFFICIENT_FUNDS);
            assertThat(debit("d1", "2.00").after()).isEqualTo(balance("8.00", "8.00"));
            assertThat(capture("c1", held, "8.00", Remainder.KEEP).after()).isEqualTo(balance("0", "0"));
        }

        @Test
        @Rule("WAL-36")
        void looksAtItsReasonsInOrder() {
            credit("order-1", "1.00");

            // Each request has the fault it is declined for and all those that come after it.
            assertThat(reason(wallet.debit(debitOf("order-1", BOB, eur("9.00")))))
                    .isEqualTo(DebitResult.Reason.CONFLICT);
            assertThat(reason(wallet.debit(debitOf("d1", BOB, eur("9.00"))))).isEqualTo(DebitResult.Reason.NO_WALLET);
            assertThat(reason(wallet.debit(debitOf("d1", ALICE, eur("9.00")))))
                    .isEqualTo(DebitResult.Reason.CURRENCY_MISMATCH);
            assertThat(reason(wallet.debit(debitOf("d1", ALICE, usd("9.00")))))
                    .isEqualTo(DebitResult.Reason.INSUFFICIENT_FUNDS);
            assertThat(wallet.balance(ALICE)).contains(balance("1.00", "0"));
        }

        @Test
        @Rule("WAL-37")
        void answersARepeatWithTheFirstTransferAndRefusesAnotherRequest() {
            credit("order-1", "10.00");
            var first = debit("d1", "2.00");
            debit("d2", "8.00");

            assertThat(debit("d1", "2.00")).isEqualTo(first);
            var amount = usd("2.00");
            for (var other : List.of(
                    new DebitRequest(new TransferId("d1"), ALICE, usd("2.01"), "tip", new Subject("tip/d1"), null),
                    new DebitRequest(new TransferId("d1"), BOB, amount, "tip", new Subject("tip/d1"), null),
                    new DebitRequest(new TransferId("d1"), ALICE, amount, "tipp", new Subject("tip/d1"), null),
                    new DebitRequest(new TransferId("d1"), ALICE, amount, "tip", new Subject("tip/d2"), null))) {
                assertThat(reason(wallet.debit(other))).isEqualTo(DebitResult.Reason.CONFLICT);
            }
            assertThat(wallet.balance(ALICE)).contains(balance("0", "0"));
        }

        @Test
        @Rule("WAL-38")
        void neverTakesMoreThanIsAvailableHoweverManyRace() {
            credit("order-1", "10.00");
            hold("h1", "5.00");

            var results = Race.of(RUNNERS, number -> wallet.debit(debitOf("d" + number, "1.00", null)));

            assertThat(results.stream().filter(DebitResult.Debited.class::isInstance))
                    .hasSize(5);
            assertThat(wallet.balance(ALICE)).contains(balance("5.00", "5.00"));
        }
    }

    @Nested
    class Refunding {

        @Test
        @Rule("WAL-39")
        void givesBackACaptureOrADebit() {
            credit("order-1", "10.00");
            capture("c1", hold("h1", "4.00"), "3.00", Remainder.VOID);
            debit("d1", "2.00");

            assertThat(refund("r1", "c1", "1.00"))
                    .isEqualTo(new Transfer(
                            new TransferId("r1"),
                            Transfer.Kind.REFUND,
                            ALICE,
                            usd("1.00"),
                            time.instant(),
                            balance("6.00", "0")));
            assertThat(refund("r2", "d1", "2.00").after()).isEqualTo(balance("8.00", "0"));
            assertThat(refund("r3", "c1", "2.00").after()).isEqualTo(balance("10.00", "0"));
        }

        @Test
        @Rule("WAL-40")
        void givesBackNoMoreThanWasTaken() {
            credit("order-1", "10.00");
            debit("d1", "2.00");
            refund("r1", "d1", "1.999999");

            assertThat(reason(wallet.refund(refundOf("r2", "d1", usd("0.000002")))))
                    .isEqualTo(RefundResult.Reason.EXCEEDS_ORIGINAL);
            refund("r2", "d1", "0.000001");
            assertThat(reason(wallet.refund(refundOf("r3", "d1", usd("0.000001")))))
                    .isEqualTo(RefundResult.Reason.EXCEEDS_ORIGINAL);
            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "0"));
        }

        @Test
        @Rule("WAL-41")
        void looksAtItsReasonsInOrder() {
            credit("order-1", "10.00");
            debit("d1", "2.00");
            refund("r1", "d1", "1.00");

            // Each request has the fault it is declined for and all those that come after it.
            assertThat(reason(wallet.refund(refundOf("d1", "nowhere", eur("9.00")))))
                    .isEqualTo(RefundResult.Reason.CONFLICT);
            assertThat(reason(wallet.refund(refundOf("r2", "nowhere", eur("9.00")))))
                    .isEqualTo(RefundResult.Reason.UNKNOWN_TRANSFER);
            assertThat(reason(wallet.refund(refundOf("r2", "order-1", eur("99.00")))))
                    .isEqualTo(RefundResult.Reason.NOT_REFUNDABLE);
            assertThat(reason(wallet.refund(refundOf("r2", "r1", eur("99.00")))))
                    .isEqualTo(RefundResult.Reason.NOT_REFUNDABLE);
            assertThat(reason(wallet.refund(refundOf("r2", "d1", eur("9.00")))))
                    .isEqualTo(RefundResult.Reason.CURRENCY_MISMATCH);
            assertThat(reason(wallet.refund(refundOf("r2", "d1", usd("9.00")))))
                    .isEqualTo(RefundResult.Reason.EXCEEDS_ORIGINAL);
            assertThat(wallet.balance(ALICE)).contains(balance("9.00", "0"));
        }

        @Test
        @Rule("WAL-42")
        void answersARepeatWithTheFirstTransferAndRefusesAnotherRequest() {
            credit("order-1", "10.00");
            debit("d1", "2.00");
            debit("d2", "2.00");
            var first = refund("r1", "d1", "2.00");
            debit("d3", "8.00");

            assertThat(refund("r1", "d1", "2.00")).isEqualTo(first);
            for (var other : List.of(
                    refundOf("r1", "d1", usd("1.00")),
                    refundOf("r1", "d2", usd("2.00")),
                    new RefundRequest(new TransferId("r1"), new TransferId("d1"), usd("2.00"), "another memo"))) {
                assertThat(reason(wallet.refund(other))).isEqualTo(RefundResult.Reason.CONFLICT);
            }
            assertThat(wallet.balance(ALICE)).contains(balance("0", "0"));
        }

        @Test
        @Rule("WAL-43")
        void neverGivesBackMoreThanWasTakenHoweverManyRace() {
            credit("order-1", "10.00");
            wallet.debit(debitOf("d1", "5.00", part("3.00"))).orElseThrow();

            var results = Race.of(RUNNERS, number -> wallet.refund(refundOf("r" + number, "d1", usd("1.00"))));

            assertThat(results.stream().filter(RefundResult.Refunded.class::isInstance))
                    .hasSize(5);
            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "0"));
        }

        @Test
        @Rule("WAL-44")
        void happensOnceUnderOneIdHoweverManyRace() {
            credit("order-1", "10.00");
            var debits = Race.of(RUNNERS, number -> debit("d1", "5.00"));
            var refunds = Race.of(RUNNERS, number -> refund("r1", "d1", "1.00"));

            assertThat(new HashSet<>(debits)).hasSize(1);
            assertThat(new HashSet<>(refunds)).hasSize(1);
            assertThat(wallet.balance(ALICE)).contains(balance("6.00", "0"));
        }

        @Test
        @Rule("WAL-45")
        void canBeUsedAtOnceAndLeavesHoldsAsTheyAre() {
            credit("order-1", "4.00");
            capture("c1", hold("h1", "4.00"), "1.00", Remainder.KEEP);

            refund("r1", "c1", "1.00");

            assertThat(found("h1").captured()).isEqualTo(usd("1.00"));
            assertThat(found("h1").remaining()).isEqualTo(usd("3.00"));
            assertThat(wallet.hold(HoldRequest.exactly(new HoldId("h2"), ALICE, usd("1.00"), HOUR))
                            .orElseThrow()
                            .amount())
                    .isEqualTo(usd("1.00"));
        }

        @Test
        @Rule("WAL-46")
        void givesBackWhatWasSplitWholly() {
            wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, Money.ofMicros("USD", 7), ""))
                    .orElseThrow();
            var part = new Allotment(CAROL, Money.ofMicros("USD", 5));
            wallet.debit(new DebitRequest(
                            new TransferId("d1"), ALICE, Money.ofMicros("USD", 7), "tip", new Subject("tip/d1"), part))
                    .orElseThrow();

            for (var i = 1; i <= 7; i++) {
                var after = wallet.refund(refundOf("r" + i, "d1", Money.ofMicros("USD", 1)))
                        .orElseThrow()
                        .after();
                assertThat(after.posted()).isEqualTo(Money.ofMicros("USD", i));
            }
            assertThat(reason(wallet.refund(refundOf("r8", "d1", Money.ofMicros("USD", 1)))))
                    .isEqualTo(RefundResult.Reason.EXCEEDS_ORIGINAL);
        }
    }

    private Transfer captured(String id, String amount, Allotment part) {
        return wallet.capture(captureOf(id, amount, part)).orElseThrow();
    }

    private Transfer debit(String id, String amount) {
        return wallet.debit(debitOf(id, amount, null)).orElseThrow();
    }

    private Transfer refund(String id, String original, String amount) {
        return wallet.refund(refundOf(id, original, usd(amount))).orElseThrow();
    }

    private static CaptureRequest captureOf(String id, String amount, @Nullable Allotment part) {
        return new CaptureRequest(
                new TransferId(id), new HoldId("h1"), usd(amount), Remainder.KEEP, new Subject("session/s1"), part);
    }

    private static DebitRequest debitOf(String id, String amount, @Nullable Allotment part) {
        return new DebitRequest(new TransferId(id), ALICE, usd(amount), "tip", new Subject("tip/" + id), part);
    }

    private static DebitRequest debitOf(String id, UserId owner, Money amount) {
        return new DebitRequest(new TransferId(id), owner, amount, "tip", new Subject("tip/" + id), null);
    }

    private static RefundRequest refundOf(String id, String original, Money amount) {
        return new RefundRequest(new TransferId(id), new TransferId(original), amount, "sorry");
    }

    private static Allotment part(String amount) {
        return new Allotment(CAROL, usd(amount));
    }

    private static CaptureResult.Reason reason(CaptureResult result) {
        return ((CaptureResult.Declined) result).reason();
    }

    private static DebitResult.Reason reason(DebitResult result) {
        return ((DebitResult.Declined) result).reason();
    }

    private static RefundResult.Reason reason(RefundResult result) {
        return ((RefundResult.Declined) result).reason();
    }
}
