package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.PurchaseNotice;
import dev.livemeter.billing.PurchaseReversalNotice;
import dev.livemeter.billing.RecoveryRequest;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Does thousands of random things to billing and to a {@link BillingModel} that is too simple to be wrong, and compares what both come to after each;
 * things that were done are asked for again now and then, and must change nothing. A failure names its seed; {@code -Dlivemeter.model.seed=...}
 * plays it again. Extend it and supply a store.
 */
@Timeout(600)
public abstract class BillingModelCheck {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Duration CLEARING = Duration.ofSeconds(40);
    private static final PayoutPolicy POLICY = new PayoutPolicy(CLEARING, Money.of("USD", "0.50"));

    private final ManualTime time = ManualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"));
    private final BillingModel model = new BillingModel();
    private final List<Done> done = new ArrayList<>();
    private final Map<String, Integer> succeeded = new HashMap<>();
    private Random random = new Random();
    private int step;

    /** Something that succeeded, to be asked for again. */
    private record Done(String what, Supplier<Long> again, long outcome) {}

    /** For subclasses. */
    protected BillingModelCheck() {}

    /** An empty store. */
    protected abstract LedgerStore create();

    /** How many operations; 2,000 unless a subclass on a slower store says less. */
    protected int operations() {
        return 2_000;
    }

    @Test
    void agreesWithTheModelAfterEveryOperation() {
        var seed = Long.getLong("livemeter.model.seed", 20_260_301L);
        random = new Random(seed);
        var store = create();
        var billing = Billing.on(store, time);
        for (step = 0; step < operations(); step++) {
            var operation = next(billing);
            var what = "seed " + seed + ", step " + step + ": " + operation;
            for (var user : BillingModel.USERS) {
                assertThat(real(billing, user)).as(what + ", " + user).isEqualTo(model.text(user, cutoff()));
            }
            // The whole proof costs as much as the books are long.
            if (step < 300 || step % 40 == 0 || step == operations() - 1) {
                assertThat(billing.ledger().verify().findings()).as(what).isEmpty();
                assertThat(operator(store)).as(what).isEqualTo(model.operator());
            }
        }
        assertThat(succeeded.keySet())
                .as("seed " + seed + ": what succeeded at least once")
                .contains(
                        "paid",
                        "hold",
                        "capture",
                        "void",
                        "debit",
                        "refund",
                        "refunded",
                        "charged back",
                        "prepare",
                        "payout paid",
                        "payout returned",
                        "again");
    }

    private String next(Billing billing) {
        return switch (random.nextInt(16)) {
            case 0, 1 -> paid(billing);
            case 2, 3 -> hold(billing);
            case 4, 5, 6 -> capture(billing);
            case 7 -> voidHold(billing);
            case 8, 9 -> debit(billing);
            case 10 -> refund(billing);
            case 11 -> reverse(billing);
            case 12 -> payouts(billing);
            case 13 -> recover(billing);
            case 14 -> again();
            default -> {
                var seconds = random.nextInt(15);
                time.advance(Duration.ofSeconds(seconds));
                yield seconds + " seconds pass";
            }
        };
    }

    private String paid(Billing billing) {
        var notice = new PurchaseNotice(
                "shop", "p" + step, "d" + step, content(), user(), usd(1 + random.nextInt(3_000_000)), "");
        return compare(
                "paid",
                () -> billing.purchases()
                        .paid(notice)
                        .fold(transfer -> transfer.amount().micros(), no -> -1L),
                model.paid(notice.object(), notice.user(), notice.amount().micros()));
    }

    private String hold(Billing billing) {
        var request = new HoldRequest(
                new HoldId("h" + step),
                user(),
                usd(1 + random.nextInt(500_000)),
                usd(500_000 + random.nextInt(500_000)),
                Duration.ofSeconds(1 + random.nextInt(60)));
        // A hold that is asked for again shows what became of it, so only what it reserved at first is compared.
        return compare(
                "hold",
                () -> billing.wallet().hold(request).fold(hold -> hold.amount().micros(), no -> -1L),
                model.hold(
                        request.id().value(),
                        request.owner(),
                        request.atLeast().micros(),
                        request.atMost().micros(),
                        time.instant().plus(request.expiresIn()),
                        time.instant()));
    }

    private String capture(Billing billing) {
        var hold = model.pickHold(random);
        var amount = 1 + random.nextInt(400_000);
        var part = random.nextInt(amount + 1);
        var payee = user();
        var remainder = random.nextInt(4) == 0 ? CaptureRequest.Remainder.VOID : CaptureRequest.Remainder.KEEP;
        var request = new CaptureRequest(
                new TransferId("c" + step),
                new HoldId(hold),
                usd(amount),
                remainder,
                new Subject("session/" + hold),
                new Allotment(payee, usd(part)));
        return compare(
                "capture",
                () -> billing.wallet()
                        .capture(request)
                        .fold(transfer -> transfer.amount().micros(), no -> -1L),
                model.capture(
                        request.id().value(),
                        hold,
                        amount,
                        payee,
                        part,
                        remainder == CaptureRequest.Remainder.VOID,
                        time.instant()));
    }

    private String voidHold(Billing billing) {
        var hold = model.pickHold(random);
        model.voidHold(hold);
        billing.wallet().voidHold(new HoldId(hold));
        succeeded.merge("void", 1, Integer::sum);
        return "void " + hold;
    }

    private String debit(Billing billing) {
        var amount = 1 + random.nextInt(900_000);
        var part = random.nextInt(amount + 1);
        var request = new DebitRequest(
                new TransferId("t" + step),
                user(),
                usd(amount),
                "",
                new Subject("tip"),
                new Allotment(user(), usd(part)));
        var payee = Objects.requireNonNull(request.allotment()).payee();
        return compare(
                "debit",
                () -> billing.wallet()
                        .debit(request)
                        .fold(transfer -> transfer.amount().micros(), no -> -1L),
                model.debit(request.id().value(), request.owner(), amount, payee, part, time.instant()));
    }

    private String refund(Billing billing) {
        var original = model.pickCharge(random);
        var amount = random.nextBoolean() ? 1 + random.nextInt(300_000) : 1 + random.nextInt(7);
        var request = new RefundRequest(new TransferId("r" + step), new TransferId(original), usd(amount), "");
        return compare(
                "refund",
                () -> billing.wallet()
                        .refund(request)
                        .fold(transfer -> transfer.amount().micros(), no -> -1L),
                model.refund(original, amount));
    }

    private String reverse(Billing billing) {
        var notice = new PurchaseReversalNotice(
                "shop",
                model.pickPurchase(random),
                "o" + step,
                "d" + step,
                content(),
                usd(1 + random.nextInt(1_500_000)),
                "");
        var amount = notice.amount().micros();
        if (random.nextBoolean()) {
            return compare(
                    "refunded",
                    () -> billing.purchases()
                            .refunded(notice)
                            .fold(yes -> yes.taken().micros(), no -> -1L),
                    model.refunded(notice.purchase(), amount, time.instant()));
        }
        return compare(
                "charged back",
                () -> billing.purchases()
                        .chargedBack(notice)
                        .fold(yes -> yes.taken().micros(), no -> -1L),
                model.chargedBack(notice.purchase(), amount, time.instant()));
    }

    private String payouts(Billing billing) {
        var payout = model.pickPayout(random);
        if (payout.isEmpty() || random.nextInt(3) == 0) {
            var batch = "b" + step;
            var cutoff = cutoff().minusSeconds(random.nextInt(20));
            return compare(
                    "prepare",
                    () -> billing.payouts()
                            .prepare(batch, cutoff, POLICY)
                            .total()
                            .micros(),
                    model.prepare(batch, cutoff, POLICY.minimum().micros()));
        }
        var id = new TransferId(payout);
        if (random.nextInt(3) > 0) {
            return compare(
                    "payout paid",
                    () -> billing.payouts()
                            .paid(id, "bank")
                            .fold(yes -> yes.amount().micros(), no -> -1L),
                    model.payoutPaid(payout));
        }
        return compare(
                "payout returned",
                () -> billing.payouts()
                        .returned(id, "closed")
                        .fold(yes -> yes.amount().micros(), no -> -1L),
                model.payoutReturned(payout));
    }

    private String recover(Billing billing) {
        var source = random.nextBoolean() ? RecoveryRequest.Source.WALLET : RecoveryRequest.Source.EARNINGS;
        var request =
                new RecoveryRequest(new TransferId("x" + step), user(), usd(1 + random.nextInt(500_000)), source, "");
        return compare(
                "recover",
                () -> billing.receivables().recover(request).fold(Money::micros, no -> -1L),
                model.recover(
                        request.user(),
                        request.most().micros(),
                        source == RecoveryRequest.Source.WALLET,
                        time.instant()));
    }

    /** Whatever succeeded once is answered as it was, and the comparison that follows finds nothing changed. */
    private String again() {
        if (done.isEmpty()) {
            return "nothing yet";
        }
        var again = done.get(random.nextInt(done.size()));
        assertThat(again.again().get()).as("again: " + again.what()).isEqualTo(again.outcome());
        succeeded.merge("again", 1, Integer::sum);
        return "again: " + again.what();
    }

    private String compare(String name, Supplier<Long> really, long expected) {
        var what = name + " at " + step;
        assertThat(really.get()).as(what).isEqualTo(expected);
        if (expected > 0) {
            succeeded.merge(name, 1, Integer::sum);
            // A batch that is prepared again may find money that came back meanwhile, so it is not among those that
            // answer the same.
            if (!name.equals("prepare")) {
                done.add(new Done(what, really, expected));
            }
        }
        return what;
    }

    private Instant cutoff() {
        return time.instant().minus(CLEARING);
    }

    private UserId user() {
        return BillingModel.USERS.get(random.nextInt(BillingModel.USERS.size()));
    }

    private Fingerprint content() {
        return Fingerprint.ofContent(("message " + step).getBytes(StandardCharsets.UTF_8));
    }

    private String real(Billing billing, UserId user) {
        var earned = billing.earnings().of(user, USD, cutoff());
        return billing.wallet()
                        .balance(user)
                        .map(balance ->
                                balance.posted().micros() + "/" + balance.held().micros())
                        .orElse("0/0")
                + " earned " + earned.posted().micros() + "/" + earned.cleared().micros() + " owes "
                + earned.owed().micros();
    }

    /** What the operator's accounts sum to. */
    private static String operator(LedgerStore store) {
        var sums = new HashMap<AccountId.Kind, Long>();
        store.read(books -> {
            books.eachEntry(entry -> entry.lines().forEach(line -> {
                sums.merge(line.source().kind(), -line.amount().micros(), Long::sum);
                sums.merge(line.destination().kind(), line.amount().micros(), Long::sum);
            }));
            return sums;
        });
        return "revenue " + sums.getOrDefault(AccountId.Kind.REVENUE, 0L) + " payouts "
                + sums.getOrDefault(AccountId.Kind.PAYOUTS, 0L) + " outside "
                + sums.getOrDefault(AccountId.Kind.OUTSIDE, 0L);
    }

    private static Money usd(long micros) {
        return new Money(micros, USD);
    }
}
