package dev.livemeter.testing.simulation;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.PayoutResult;
import dev.livemeter.billing.PurchaseNotice;
import dev.livemeter.billing.PurchaseResult;
import dev.livemeter.billing.PurchaseReversalNotice;
import dev.livemeter.billing.PurchaseReversalResult;
import dev.livemeter.billing.RecoveryRequest;
import dev.livemeter.billing.RecoveryResult;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.testing.simulation.WalletModel.Answer;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What shops, banks and payees ask for, compared with the model; and after each call, what stands to those whom it was about. */
final class Trade {

    /** The source of all purchases. */
    static final String SHOP = "shop";

    private static final Currency USD = Currency.getInstance("USD");

    private final World world;
    private final WalletModel model;
    private final List<PurchaseNotice> purchases = new ArrayList<>();
    private long calls;

    Trade(World world, WalletModel model) {
        this.world = world;
        this.model = model;
    }

    /** So many back from the last. */
    @Nullable
    PurchaseNotice purchase(int back) {
        return back < purchases.size() ? purchases.get(purchases.size() - 1 - back) : null;
    }

    /** So many back from the last. */
    @Nullable
    TransferId payout(int back) {
        var made = model.payouts();
        return back < made.size() ? made.get(made.size() - 1 - back) : null;
    }

    void paid(PurchaseNotice notice, PurchaseResult result) {
        var id = id("purchase", notice.object());
        var actual = result instanceof PurchaseResult.Paid yes
                ? answer(yes.transfer())
                : Answer.declined(((PurchaseResult.Declined) result).reason().name());
        if (!model.knows(id)) {
            purchases.add(notice);
        }
        compare(notice, model.purchase(id, notice), actual);
        world.witness().check(notice.user());
    }

    void takenBack(PurchaseReversalNotice notice, boolean byTheBank, PurchaseReversalResult result) {
        var id = id(byTheBank ? "chargeback" : "refund", notice.object());
        var purchase = id("purchase", notice.purchase());
        var actual = result instanceof PurchaseReversalResult.Reversed yes
                ? answer(yes.transfer())
                : Answer.declined(
                        ((PurchaseReversalResult.Declined) result).reason().name());
        compare(notice, model.takeBack(id, purchase, notice, byTheBank), actual);
        if (result instanceof PurchaseReversalResult.Reversed yes) {
            world.witness().check(yes.transfer().owner());
            compare(yes.transfer().owner());
        }
    }

    void prepare(String batch, Instant cutoff, PayoutPolicy policy) {
        var payees = IntStream.range(0, Rules.PAYEES).mapToObj(world::payee).toList();
        Answer actual;
        try {
            var prepared = world.billing().payouts().prepare(batch, cutoff, policy);
            actual = new Answer("PREPARED", prepared.payouts(), prepared.total().micros(), 0);
        } catch (LivemeterException e) {
            actual = Answer.declined(e.code());
        }
        compare(batch, model.prepare(batch, cutoff, policy.minimum().micros(), payees), actual);
        payees.forEach(this::compare);
    }

    void moved(TransferId payout, boolean comesBack) {
        var payouts = world.billing().payouts();
        var result =
                comesBack ? payouts.returned(payout, "no such account") : payouts.paid(payout, "transfer-" + payout);
        var actual = result instanceof PayoutResult.Moved yes
                ? new Answer(yes.payout().state().name(), yes.payout().amount().micros(), 0, 0)
                : Answer.declined(((PayoutResult.Declined) result).reason().name());
        compare(payout, model.moved(payout, comesBack), actual);
        var payee = model.payeeOf(payout);
        if (payee != null) {
            compare(payee);
        }
    }

    void recovered(RecoveryRequest request, RecoveryResult result) {
        var actual = result.fold(
                amount -> new Answer("RECOVERED", amount.micros(), 0, 0),
                no -> Answer.declined(no.reason().name()));
        compare(request, model.recover(request), actual);
        compare(request.user());
        if (request.source() == RecoveryRequest.Source.WALLET) {
            world.witness().check(request.user());
        }
    }

    private static TransferId id(String what, String object) {
        return new TransferId(what + "/" + SHOP + "/" + object);
    }

    static Answer answer(Transfer transfer) {
        return new Answer(
                "MOVED",
                transfer.amount().micros(),
                transfer.after().posted().micros(),
                transfer.after().held().micros());
    }

    private void compare(Object request, Answer expected, Answer actual) {
        world.findings()
                .check(
                        expected.equals(actual),
                        () -> "Billing answered " + request + " with " + actual + "; expected " + expected + ".");
    }

    /** Compares what stands to somebody, as often as wallets are read back. */
    void compare(UserId user) {
        if (calls++ % world.looks().readBackEvery() == 0) {
            check(user);
        }
    }

    /** Compares earnings and debts with the model. */
    void check(UserId user) {
        var earnings = AccountId.earnings(user, USD);
        var receivable = AccountId.receivable(user, USD);
        var kept = world.stores().ledger().read(books -> books.balances(List.of(earnings, receivable)));
        var nothing = Money.zero(USD);
        var earned = kept.getOrDefault(earnings, nothing).micros();
        var owed = -kept.getOrDefault(receivable, nothing).micros();
        world.findings()
                .check(
                        earned == model.earned(user) && owed == model.owed(user),
                        () -> "The books say that " + earned + " micro-units stand to " + user + " and that " + owed
                                + " are owed; expected " + model.earned(user) + " and " + model.owed(user) + ".");
    }
}
