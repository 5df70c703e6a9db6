package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link dev.livemeter.spi.Wallet} keeps: the rules of {@code docs/contracts/wallet.md}. Extend it, supply a wallet, inherit the tests.
 */
public abstract class WalletContract extends WalletChargeRules {

    /** For subclasses. */
    protected WalletContract() {}

    @Nested
    class Crediting {

        @Test
        @Rule("WAL-01")
        void opensTheWalletInItsCurrency() {
            assertThat(wallet.balance(ALICE)).isEmpty();

            credit("order-1", "10.00");

            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "0"));
            assertThat(wallet.balance(BOB)).isEmpty();
        }

        @Test
        @Rule("WAL-02")
        void answersWithTheBalanceRightAfterIt() {
            credit("order-1", "10.00");
            hold("h1", "4.00");

            var second = credit("order-2", "0.000001");

            assertThat(second)
                    .isEqualTo(new Transfer(
                            new TransferId("order-2"),
                            Transfer.Kind.CREDIT,
                            ALICE,
                            usd("0.000001"),
                            time.instant(),
                            balance("10.000001", "4.00")));
        }

        @Test
        @Rule("WAL-03")
        void looksForAConflictBeforeTheCurrency() {
            credit("order-1", "10.00");

            assertThat(reason(wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, eur("10.00"), ""))))
                    .isEqualTo(CreditResult.Reason.CONFLICT);
            assertThat(reason(wallet.credit(new CreditRequest(new TransferId("order-2"), ALICE, eur("10.00"), ""))))
                    .isEqualTo(CreditResult.Reason.CURRENCY_MISMATCH);
        }

        @Test
        @Rule("WAL-04")
        void answersARepeatWithTheFirstAnswer() {
            var first = credit("order-1", "10.00");
            credit("order-2", "5.00");
            hold("h1", "3.00");
            time.advance(Duration.ofMinutes(5));

            assertThat(credit("order-1", "10.00")).isEqualTo(first);
            assertThat(wallet.balance(ALICE)).contains(balance("15.00", "3.00"));
        }

        @Test
        @Rule("WAL-30")
        void tellsTheFirstAnswerFromARepeatedOne() {
            var request = new CreditRequest(new TransferId("order-1"), ALICE, usd("10.00"), "");

            assertThat(wallet.credit(request))
                    .isInstanceOfSatisfying(
                            CreditResult.Credited.class,
                            first -> assertThat(first.answer()).isEqualTo(Answer.FIRST));
            assertThat(wallet.credit(request))
                    .isInstanceOfSatisfying(
                            CreditResult.Credited.class,
                            again -> assertThat(again.answer()).isEqualTo(Answer.REPEATED));
        }

        @Test
        @Rule("WAL-05")
        void declinesAnotherRequestUnderTheSameId() {
            wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, usd("10.00"), "ten"))
                    .orElseThrow();
            var hold = hold("h1", "1.00");

            for (var other : List.of(
                    new CreditRequest(new TransferId("order-1"), ALICE, usd("10.01"), "ten"),
                    new CreditRequest(new TransferId("order-1"), BOB, usd("10.00"), "ten"),
                    new CreditRequest(new TransferId("order-1"), ALICE, usd("10.00"), "eleven"))) {
                assertThat(reason(wallet.credit(other))).isEqualTo(CreditResult.Reason.CONFLICT);
            }
            assertThat(reason(wallet.capture(captureOf("order-1", hold, "1.00", Remainder.VOID))))
                    .isEqualTo(CaptureResult.Reason.CONFLICT);
            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "1.00"));
            assertThat(wallet.balance(BOB)).isEmpty();
        }

        @Test
        @Rule("WAL-06")
        void refusesWhatCannotBeCounted() {
            var almostAll = Money.ofMicros("USD", Long.MAX_VALUE - 5);
            wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, almostAll, ""))
                    .orElseThrow();

            assertThatThrownBy(() -> wallet.credit(
                            new CreditRequest(new TransferId("order-2"), ALICE, Money.ofMicros("USD", 6), "")))
                    .isInstanceOfSatisfying(LivemeterException.class, e -> {
                        assertThat(e.code()).isEqualTo("money.overflow");
                        assertThat(e.retryable()).isFalse();
                    });
            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(almostAll);

            wallet.credit(new CreditRequest(new TransferId("order-3"), ALICE, Money.ofMicros("USD", 5), ""))
                    .orElseThrow();
            wallet.credit(new CreditRequest(new TransferId("order-4"), BOB, Money.ofMicros("USD", Long.MAX_VALUE), ""))
                    .orElseThrow();
            assertThat(wallet.balance(ALICE).orElseThrow().posted())
                    .isEqualTo(wallet.balance(BOB).orElseThrow().posted());
        }
    }

    @Nested
    class Holding {

        @Test
        @Rule("WAL-07")
        void reservesTheMostWhereTheBalanceAllowsIt() {
            credit("order-1", "10.00");

            var hold = wallet.hold(range("h1", ALICE, "1.00", "10.00")).orElseThrow();

            assertThat(hold)
                    .isEqualTo(new Hold(
                            new HoldId("h1"),
                            ALICE,
                            usd("10.00"),
                            usd("0"),
                            Hold.State.OPEN,
                            time.instant().plus(HOUR)));
            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "10.00"));
        }

        @Test
        @Rule("WAL-08")
        void reservesAllThatIsAvailableBetweenLeastAndMost() {
            credit("order-1", "10.00");
            hold("h1", "7.00");

            assertThat(wallet.hold(range("h2", ALICE, "3.00", "5.00"))
                            .orElseThrow()
                            .amount())
                    .isEqualTo(usd("3.00"));
            assertThat(wallet.balance(ALICE).orElseThrow().available()).isEqualTo(usd("0"));
        }

        @Test
        @Rule("WAL-09")
        void declinesWhenOneMicroUnitShortOfTheLeast() {
            credit("order-1", "2.999999");

            assertThat(reason(wallet.hold(range("h1", ALICE, "3.00", "5.00"))))
                    .isEqualTo(HoldResult.Reason.INSUFFICIENT_FUNDS);
            credit("order-2", "0.000001");
            assertThat(wallet.hold(range("h1", ALICE, "3.00", "5.00"))
                            .orElseThrow()
                            .amount())
                    .isEqualTo(usd("3.00"));
        }

        @Test
        @Rule("WAL-10")
        void looksAtItsReasonsInOrder() {
            credit("order-1", "1.00");
            hold("h1", "0.50");

            // Each request has the fault it is declined for and all those that come after it.
            assertThat(reason(wallet.hold(HoldRequest.exactly(new HoldId("h1"), BOB, eur("9.00"), HOUR))))
                    .isEqualTo(HoldResult.Reason.CONFLICT);
            assertThat(reason(wallet.hold(HoldRequest.exactly(new HoldId("h2"), BOB, eur("9.00"), HOUR))))
                    .isEqualTo(HoldResult.Reason.NO_WALLET);
            assertThat(reason(wallet.hold(HoldRequest.exactly(new HoldId("h2"), ALICE, eur("9.00"), HOUR))))
                    .isEqualTo(HoldResult.Reason.CURRENCY_MISMATCH);
            assertThat(reason(wallet.hold(HoldRequest.exactly(new HoldId("h2"), ALICE, usd("9.00"), HOUR))))
                    .isEqualTo(HoldResult.Reason.INSUFFICIENT_FUNDS);
        }

        @Test
        @Rule("WAL-11")
        void answersARepeatWithTheHoldAsItStandsNow() {
            credit("order-1", "10.00");
            var first = hold("h1", "4.00");
            assertThat(hold("h1", "4.00")).isEqualTo(first);

            capture("c1", first, "1.00", Remainder.KEEP);
            assertThat(hold("h1", "4.00").captured()).isEqualTo(usd("1.00"));

            time.advance(HOUR);
            assertThat(hold("h1", "4.00").state()).isEqualTo(Hold.State.EXPIRED);
            assertThat(wallet.balance(ALICE)).contains(balance("9.00", "0"));
        }

        @Test
        @Rule("WAL-12")
        void declinesAnotherRequestUnderTheSameId() {
            credit("order-1", "10.00");
            wallet.hold(range("h1", ALICE, "1.00", "4.00")).orElseThrow();

            for (var other : List.of(
                    range("h1", ALICE, "2.00", "4.00"),
                    range("h1", ALICE, "1.00", "5.00"),
                    new HoldRequest(new HoldId("h1"), ALICE, usd("1.00"), usd("4.00"), HOUR.plusNanos(1)))) {
                assertThat(reason(wallet.hold(other))).isEqualTo(HoldResult.Reason.CONFLICT);
            }
            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "4.00"));
        }

        @Test
        @Rule("WAL-13")
        void canBeTriedAgainAfterADecline() {
            credit("order-1", "1.00");
            assertThat(reason(wallet.hold(exactly("h1", "2.00")))).isEqualTo(HoldResult.Reason.INSUFFICIENT_FUNDS);
            assertThat(wallet.find(new HoldId("h1"))).isEmpty();

            credit("order-2", "1.00");

            assertThat(hold("h1", "2.00").state()).isEqualTo(Hold.State.OPEN);
        }
    }

    @Nested
    class Expiring {

        @Test
        @Rule("WAL-14")
        void freesTheMoneyAtItsMomentWithoutAnyCall() {
            credit("order-1", "10.00");
            hold("h1", "10.00");

            time.advance(HOUR.minusNanos(1_000));
            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "10.00"));
            assertThat(found("h1").state()).isEqualTo(Hold.State.OPEN);

            time.advance(Duration.ofNanos(1_000));
            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "0"));
            assertThat(found("h1").state()).isEqualTo(Hold.State.EXPIRED);
            assertThat(hold("h2", "10.00").state()).isEqualTo(Hold.State.OPEN);
        }

        @Test
        @Rule("WAL-15")
        void keepsWhatWasCapturedBefore() {
            credit("order-1", "10.00");
            var hold = hold("h1", "6.00");
            capture("c1", hold, "2.00", Remainder.KEEP);

            time.advance(HOUR);

            assertThat(found("h1").captured()).isEqualTo(usd("2.00"));
            assertThat(found("h1").remaining()).isEqualTo(usd("0"));
            assertThat(wallet.balance(ALICE)).contains(balance("8.00", "0"));
        }
    }

    @Nested
    class Capturing {

        @Test
        @Rule("WAL-16")
        void takesTheMoneyOutOfTheHold() {
            credit("order-1", "10.00");
            var hold = hold("h1", "4.00");
            time.advance(Duration.ofMinutes(1));

            assertThat(capture("c1", hold, "4.00", Remainder.KEEP))
                    .isEqualTo(new Transfer(
                            new TransferId("c1"),
                            Transfer.Kind.CAPTURE,
                            ALICE,
                            usd("4.00"),
                            time.instant(),
                            balance("6.00", "0")));
            assertThat(found("h1").state()).isEqualTo(Hold.State.CAPTURED);
            assertThat(wallet.balance(ALICE)).contains(balance("6.00", "0"));
        }

        @Test
        @Rule("WAL-17")
        void keepsTheRemainderForLaterCaptures() {
            credit("order-1", "10.00");
            var hold = hold("h1", "4.00");

            assertThat(capture("c1", hold, "1.00", Remainder.KEEP).after()).isEqualTo(balance("9.00", "3.00"));
            assertThat(found("h1").remaining()).isEqualTo(usd("3.00"));
            assertThat(capture("c2", hold, "2.999999", Remainder.KEEP).after())
                    .isEqualTo(balance("6.000001", "0.000001"));
            assertThat(found("h1").state()).isEqualTo(Hold.State.OPEN);
            assertThat(capture("c3", hold, "0.000001", Remainder.KEEP).after()).isEqualTo(balance("6.00", "0"));
            assertThat(found("h1").state()).isEqualTo(Hold.State.CAPTURED);
        }

        @Test
        @Rule("WAL-18")
        void voidsTheRemainderInTheSameStep() {
            credit("order-1", "10.00");
            var hold = hold("h1", "4.00");

            assertThat(capture("c1", hold, "1.00", Remainder.VOID).after()).isEqualTo(balance("9.00", "0"));
            assertThat(found("h1"))
                    .isEqualTo(new Hold(
                            hold.id(), ALICE, usd("4.00"), usd("1.00"), Hold.State.CAPTURED, hold.expiresAt()));
        }

        @Test
        @Rule("WAL-19")
        void looksAtItsReasonsInOrder() {
            credit("order-1", "10.00");
            var closed = hold("h1", "4.00");
            wallet.voidHold(closed.id());
            var open = hold("h2", "4.00");

            // Each request has the fault it is declined for and all those that come after it.
            var unknown = new HoldId("nowhere");
            assertThat(reason(wallet.capture(
                            new CaptureRequest(new TransferId("order-1"), unknown, eur("9.00"), Remainder.KEEP))))
                    .isEqualTo(CaptureResult.Reason.CONFLICT);
            assertThat(reason(wallet.capture(
                            new CaptureRequest(new TransferId("c1"), unknown, eur("9.00"), Remainder.KEEP))))
                    .isEqualTo(CaptureResult.Reason.UNKNOWN_HOLD);
            assertThat(reason(wallet.capture(
                            new CaptureRequest(new TransferId("c1"), closed.id(), eur("9.00"), Remainder.KEEP))))
                    .isEqualTo(CaptureResult.Reason.CURRENCY_MISMATCH);
            assertThat(reason(wallet.capture(captureOf("c1", closed, "9.00", Remainder.KEEP))))
                    .isEqualTo(CaptureResult.Reason.HOLD_NOT_OPEN);
            assertThat(reason(wallet.capture(captureOf("c1", open, "4.000001", Remainder.KEEP))))
                    .isEqualTo(CaptureResult.Reason.EXCEEDS_HOLD);
        }

        @Test
        @Rule("WAL-20")
        void answersARepeatWithTheFirstTransferWhateverBecameOfTheHold() {
            credit("order-1", "10.00");
            var hold = hold("h1", "4.00");
            var first = capture("c1", hold, "1.00", Remainder.KEEP);
            capture("c2", hold, "1.00", Remainder.KEEP);
            assertThat(capture("c1", hold, "1.00", Remainder.KEEP)).isEqualTo(first);

            wallet.voidHold(hold.id());
            time.advance(HOUR.plus(HOUR));

            assertThat(capture("c1", hold, "1.00", Remainder.KEEP)).isEqualTo(first);
            assertThat(wallet.balance(ALICE)).contains(balance("8.00", "0"));
        }

        @Test
        @Rule("WAL-21")
        void declinesAnotherRequestUnderTheSameId() {
            credit("order-1", "10.00");
            var hold = hold("h1", "4.00");
            var other = hold("h2", "4.00");
            capture("c1", hold, "1.00", Remainder.KEEP);

            for (var request : List.of(
                    captureOf("c1", hold, "1.000001", Remainder.KEEP),
                    captureOf("c1", hold, "1.00", Remainder.VOID),
                    captureOf("c1", other, "1.00", Remainder.KEEP))) {
                assertThat(reason(wallet.capture(request))).isEqualTo(CaptureResult.Reason.CONFLICT);
            }
            assertThat(reason(wallet.credit(new CreditRequest(new TransferId("c1"), ALICE, usd("1.00"), ""))))
                    .isEqualTo(CreditResult.Reason.CONFLICT);
            assertThat(wallet.balance(ALICE)).contains(balance("9.00", "7.00"));
        }

        @Test
        @Rule("WAL-22")
        void takesNothingFromAHoldThatIsNoLongerOpen() {
            credit("order-1", "10.00");
            var captured = hold("h1", "1.00");
            capture("c1", captured, "0.50", Remainder.VOID);
            var voided = hold("h2", "1.00");
            wallet.voidHold(voided.id());
            var expired = hold("h3", "1.00");
            time.advance(HOUR);

            for (var hold : List.of(captured, voided, expired)) {
                assertThat(reason(wallet.capture(captureOf("c2", hold, "0.50", Remainder.KEEP))))
                        .isEqualTo(CaptureResult.Reason.HOLD_NOT_OPEN);
            }
            assertThat(wallet.balance(ALICE)).contains(balance("9.50", "0"));
        }
    }

    @Nested
    class Voiding {

        @Test
        @Rule("WAL-23")
        void givesTheRemainderBack() {
            credit("order-1", "10.00");
            var untouched = hold("h1", "4.00");
            var used = hold("h2", "4.00");
            capture("c1", used, "1.00", Remainder.KEEP);

            assertThat(wallet.voidHold(untouched.id()).orElseThrow().state()).isEqualTo(Hold.State.VOIDED);
            assertThat(wallet.voidHold(used.id()).orElseThrow().state()).isEqualTo(Hold.State.CAPTURED);
            assertThat(found("h2").captured()).isEqualTo(usd("1.00"));
            assertThat(wallet.balance(ALICE)).contains(balance("9.00", "0"));
        }

        @Test
        @Rule("WAL-24")
        void leavesAResolvedHoldAsItIs() {
            credit("order-1", "10.00");
            var captured = hold("h1", "1.00");
            capture("c1", captured, "1.00", Remainder.KEEP);
            var voided = hold("h2", "1.00");
            wallet.voidHold(voided.id());
            var expired = hold("h3", "1.00");
            time.advance(HOUR);

            assertThat(wallet.voidHold(captured.id()).orElseThrow().state()).isEqualTo(Hold.State.CAPTURED);
            assertThat(wallet.voidHold(voided.id()).orElseThrow().state()).isEqualTo(Hold.State.VOIDED);
            assertThat(wallet.voidHold(expired.id()).orElseThrow().state()).isEqualTo(Hold.State.EXPIRED);
            assertThat(wallet.voidHold(new HoldId("nowhere"))).isEmpty();
            assertThat(wallet.find(new HoldId("nowhere"))).isEmpty();
            assertThat(wallet.balance(ALICE)).contains(balance("9.00", "0"));
        }
    }

    @Nested
    class Declining {

        @Test
        @Rule("WAL-25")
        void changesNothing() {
            credit("order-1", "10.00");
            var open = hold("h1", "4.00");
            var expired = wallet.hold(HoldRequest.exactly(new HoldId("h2"), ALICE, usd("1.00"), Duration.ofSeconds(1)))
                    .orElseThrow();
            time.advance(Duration.ofSeconds(1));
            var before = snapshot();

            assertThat(reason(wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, usd("1.00"), ""))))
                    .isEqualTo(CreditResult.Reason.CONFLICT);
            assertThat(reason(wallet.credit(new CreditRequest(new TransferId("order-2"), ALICE, eur("1.00"), ""))))
                    .isEqualTo(CreditResult.Reason.CURRENCY_MISMATCH);
            assertThat(reason(wallet.hold(exactly("h3", "6.000001")))).isEqualTo(HoldResult.Reason.INSUFFICIENT_FUNDS);
            assertThat(reason(wallet.capture(captureOf("c1", open, "4.01", Remainder.VOID))))
                    .isEqualTo(CaptureResult.Reason.EXCEEDS_HOLD);
            assertThat(reason(wallet.capture(captureOf("c1", expired, "0.01", Remainder.VOID))))
                    .isEqualTo(CaptureResult.Reason.HOLD_NOT_OPEN);

            assertThat(snapshot()).isEqualTo(before);
            assertThat(hold("h3", "6.00").state()).isEqualTo(Hold.State.OPEN);
            assertThat(capture("c1", open, "4.00", Remainder.VOID).amount()).isEqualTo(usd("4.00"));
        }

        private List<Object> snapshot() {
            return Stream.of(
                            wallet.balance(ALICE),
                            wallet.find(new HoldId("h1")),
                            wallet.find(new HoldId("h2")),
                            wallet.find(new HoldId("h3")))
                    .<Object>map(part -> part)
                    .toList();
        }
    }

    @Nested
    class Racing {

        private static final int RUNNERS = 32;

        @Test
        @Rule("WAL-26")
        void neverReservesMoreThanThereIs() {
            credit("order-1", "10.00");

            var results = Race.of(RUNNERS, number -> wallet.hold(exactly("h" + number, "1.00")));

            assertThat(results.stream().filter(HoldResult.Placed.class::isInstance))
                    .hasSize(10);
            assertThat(wallet.balance(ALICE)).contains(balance("10.00", "10.00"));
        }

        @Test
        @Rule("WAL-26")
        void neverTakesMoreThanWasHeld() {
            credit("order-1", "10.00");
            var hold = hold("h1", "5.00");

            var results =
                    Race.of(RUNNERS, number -> wallet.capture(captureOf("c" + number, hold, "1.00", Remainder.KEEP)));

            assertThat(results.stream().filter(CaptureResult.Captured.class::isInstance))
                    .hasSize(5);
            assertThat(wallet.balance(ALICE)).contains(balance("5.00", "0"));
        }

        @Test
        @Rule("WAL-26")
        void keepsTheBalanceWhenEverythingHappensAtOnce() {
            credit("order-0", "20.00");

            var taken = Race.of(RUNNERS, number -> {
                        credit("order-" + (number + 1), "0.50");
                        var held = wallet.hold(range("h" + number, ALICE, "0.10", "2.00"));
                        if (!(held instanceof HoldResult.Placed placed)) {
                            return usd("0");
                        }
                        var used = placed.hold().amount().min(usd("0.70"));
                        var transfer = wallet.capture(new CaptureRequest(
                                        new TransferId("c" + number),
                                        placed.hold().id(),
                                        used,
                                        Remainder.KEEP))
                                .orElseThrow();
                        assertThat(transfer.after().available().isNegative()).isFalse();
                        wallet.voidHold(placed.hold().id());
                        return used;
                    })
                    .stream()
                    .reduce(usd("0"), Money::plus);

            assertThat(wallet.balance(ALICE))
                    .contains(new WalletBalance(ALICE, usd("36.00").minus(taken), usd("0")));
        }

        @Test
        @Rule("WAL-29")
        void losesNoneOfTheCreditsThatRaceToOpenTheWallet() {
            Race.of(RUNNERS, number -> credit("order-" + number, "1.00"));

            assertThat(wallet.balance(ALICE)).contains(balance("32.00", "0"));
        }

        @Test
        @Rule("WAL-27")
        void doesOnceWhatIsAskedUnderOneId() {
            var credits = Race.of(RUNNERS, number -> credit("order-1", "10.00"));
            var holds = Race.of(RUNNERS, number -> hold("h1", "4.00"));
            var hold = holds.get(0);
            var captures = Race.of(RUNNERS, number -> capture("c1", hold, "1.00", Remainder.KEEP));

            assertThat(new HashSet<>(credits)).hasSize(1);
            assertThat(new HashSet<>(holds)).hasSize(1);
            assertThat(new HashSet<>(captures)).hasSize(1);
            assertThat(wallet.balance(ALICE)).contains(balance("9.00", "3.00"));
        }

        @Test
        @Rule("WAL-28")
        void givesAnIdToOneOfTwoOwners() {
            var results = Race.of(
                    RUNNERS,
                    number -> wallet.credit(new CreditRequest(
                            new TransferId("order-1"), number % 2 == 0 ? ALICE : BOB, usd("10.00"), "")));

            var winner = wallet.balance(ALICE).isPresent() ? ALICE : BOB;
            assertThat(wallet.balance(winner)).contains(new WalletBalance(winner, usd("10.00"), usd("0")));
            assertThat(wallet.balance(winner.equals(ALICE) ? BOB : ALICE)).isEmpty();
            assertThat(results.stream().filter(CreditResult.Credited.class::isInstance))
                    .hasSize(RUNNERS / 2);
        }
    }

    private static CreditResult.Reason reason(CreditResult result) {
        return ((CreditResult.Declined) result).reason();
    }

    private static HoldResult.Reason reason(HoldResult result) {
        return ((HoldResult.Declined) result).reason();
    }

    private static CaptureResult.Reason reason(CaptureResult result) {
        return ((CaptureResult.Declined) result).reason();
    }
}
