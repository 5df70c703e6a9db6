package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.Transfer;
import java.util.function.Function;

/** The answer to {@link Purchases#paid}. */
public sealed interface PurchaseResult {

    /**
     * The money is in the wallet.
     *
     * @param answer whether this notice brought it there, or one before it about the same object
     */
    record Paid(Transfer transfer, Answer answer) implements PurchaseResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements PurchaseResult {}

    /** Why it is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The delivery came before with other content, or the object with another user or amount. */
        CONFLICT,
        /** The wallet is in another currency. */
        CURRENCY_MISMATCH
    }

    /** One of two values, by the outcome. */
    default <T> T fold(Function<Transfer, T> paid, Function<Declined, T> declined) {
        return this instanceof Paid yes ? paid.apply(yes.transfer()) : declined.apply((Declined) this);
    }

    /**
     * The transfer, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code purchase.declined} with the sentence of the refusal
     */
    default Transfer orElseThrow() {
        return fold(transfer -> transfer, no -> {
            throw new LivemeterException("purchase.declined", no.message());
        });
    }
}
