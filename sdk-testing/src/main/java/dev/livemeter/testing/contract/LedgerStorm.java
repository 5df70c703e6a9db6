package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Currency;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sixty-four threads on one wallet, and what must be true afterwards. Extend it and supply a store. */
@Timeout(600)
public abstract class LedgerStorm {

    private static final int THREADS = 64;
    private static final int MOST_TRIES = 20;
    private static final Currency USD = Currency.getInstance("USD");
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");

    private Billing billing;

    /** For subclasses. */
    protected LedgerStorm() {}

    /** An empty store. Called before each test. */
    protected abstract LedgerStore create();

    /** How many rounds each thread does; 20 unless a subclass on a slower store says less. */
    protected int rounds() {
        return 20;
    }

    @BeforeEach
    void start() {
        billing = Billing.on(create(), InstantSource.system());
    }

    /** What one thread took from the wallet for good, and what of it Bob earned. */
    private record Took(long micros, long earned) {

        Took plus(Took other) {
            return new Took(micros + other.micros, earned + other.earned);
        }
    }

    @Test
    void countsExactlyWhenEverybodyTakesFromOneWallet() {
        // Not enough for all, so that many are refused.
        var paidIn = 1_000L * THREADS * rounds();
        credit("order-1", paidIn);

        var took = Race.of(THREADS, number -> {
                    var sum = new Took(0, 0);
                    for (var round = 0; round < rounds(); round++) {
                        var id = number + "-" + round;
                        sum = sum.plus(
                                switch ((number + round) % 3) {
                                    case 0 -> holdAndCapture(id);
                                    case 1 -> tip(id);
                                    default -> tipAndRefund(id);
                                });
                    }
                    return sum;
                })
                .stream()
                .reduce(new Took(0, 0), Took::plus);

        var balance = billing.wallet().balance(ALICE).orElseThrow();
        assertThat(balance.posted().micros()).isEqualTo(paidIn - took.micros());
        assertThat(balance.held().micros()).isZero();
        var earned = billing.earnings().of(BOB, USD, InstantSource.system().instant());
        assertThat(earned.posted().micros()).isEqualTo(took.earned());
        assertThat(earned.owed().micros()).isZero();
        assertThat(billing.ledger().verify().findings()).isEmpty();
    }

    @Test
    void doesOnceWhatAllAskUnderOneKey() {
        Race.of(THREADS, number -> {
            credit("order-1", 1_000_000);
            var hold = HoldRequest.exactly(new HoldId("h1"), ALICE, usd(600_000), Duration.ofHours(1));
            insist(() -> billing.wallet().hold(hold)).orElseThrow();
            insist(() -> billing.wallet().capture(capture("c1", "h1", 500_000))).orElseThrow();
            insist(() -> billing.wallet().debit(debit("t1", 300_000))).orElseThrow();
            insist(() -> billing.wallet().refund(refund("r1", "t1", 100_000))).orElseThrow();
            voidHold(hold.id());
            return number;
        });

        assertThat(billing.wallet().balance(ALICE).orElseThrow().posted()).isEqualTo(usd(300_000));
        assertThat(billing.wallet().balance(ALICE).orElseThrow().held()).isEqualTo(usd(0));
        var report = billing.ledger().verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.entries()).isEqualTo(4);
        assertThat(report.holds()).isEqualTo(1);
    }

    private Took holdAndCapture(String id) {
        var request = new HoldRequest(new HoldId("h" + id), ALICE, usd(500), usd(2_500), Duration.ofHours(1));
        if (!(insist(() -> billing.wallet().hold(request)) instanceof HoldResult.Placed placed)) {
            return new Took(0, 0);
        }
        var used = Math.min(placed.hold().amount().micros(), 1_501);
        insist(() -> billing.wallet().capture(capture("c" + id, "h" + id, used)))
                .orElseThrow();
        voidHold(request.id());
        return new Took(used, part(used));
    }

    private Took tip(String id) {
        return insist(() -> billing.wallet().debit(debit("t" + id, 1_777))) instanceof DebitResult.Debited
                ? new Took(1_777, part(1_777))
                : new Took(0, 0);
    }

    private Took tipAndRefund(String id) {
        if (tip(id).micros() == 0) {
            return new Took(0, 0);
        }
        insist(() -> billing.wallet().refund(refund("ra" + id, "t" + id, 1_000)))
                .orElseThrow();
        insist(() -> billing.wallet().refund(refund("rb" + id, "t" + id, 777))).orElseThrow();
        return new Took(0, 0);
    }

    private void credit(String id, long micros) {
        insist(() -> billing.wallet().credit(new CreditRequest(new TransferId(id), ALICE, usd(micros), "")))
                .orElseThrow();
    }

    private void voidHold(HoldId id) {
        insist(() -> {
            billing.wallet().voidHold(id);
            return id;
        });
    }

    /**
     * Asks again, under the same id, where the store says that it may be: so many threads may wait for a connection for longer than it lets them. Whether the first
     * was kept is not known then, and the sums show that it counts once.
     */
    private static <T> T insist(Supplier<T> call) {
        for (var tries = 1; ; tries++) {
            try {
                return call.get();
            } catch (LivemeterException e) {
                if (!e.retryable() || tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static CaptureRequest capture(String id, String hold, long micros) {
        return new CaptureRequest(
                new TransferId(id),
                new HoldId(hold),
                usd(micros),
                CaptureRequest.Remainder.KEEP,
                new Subject("session/s1"),
                new Allotment(BOB, usd(part(micros))));
    }

    private static DebitRequest debit(String id, long micros) {
        return new DebitRequest(
                new TransferId(id), ALICE, usd(micros), "", new Subject("tip"), new Allotment(BOB, usd(part(micros))));
    }

    private static RefundRequest refund(String id, String original, long micros) {
        return new RefundRequest(new TransferId(id), new TransferId(original), usd(micros), "");
    }

    private static long part(long micros) {
        return micros * 7 / 10;
    }

    private static Money usd(long micros) {
        return new Money(micros, USD);
    }
}
