package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.Transfer;
import java.util.function.Function;

/** The answer to {@link Purchases#refunded} and {@link Purchases#chargedBack}. */
public sealed interface PurchaseReversalResult {

    /**
     * It is booked.
     *
     * @param transfer over the whole amount
     * @param taken what the wallet gave
     * @param owed what the wallet did not have: the user owes it now; zero for a refund
     * @param answer whether this notice did it, or one before it about the same object
     */
    record Reversed(Transfer transfer, Money taken, Money owed, Answer answer) implements PurchaseReversalResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements PurchaseReversalResult {}

    /** Why it is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The delivery came before with other content, or the object with another purchase or amount. */
        CONFLICT,
        /** No such purchase is booked. */
        UNKNOWN_PURCHASE,
        /** The purchase was in another currency. */
        CURRENCY_MISMATCH,
        /** More is to go back than is left of the purchase. */
        EXCEEDS_PURCHASE,
        /** A refund of more than is available in the wallet; never told of a chargeback. */
        INSUFFICIENT_FUNDS
    }

    /** One of two values, by the outcome. */
    default <T> T fold(Function<Reversed, T> reversed, Function<Declined, T> declined) {
        return this instanceof Reversed yes ? reversed.apply(yes) : declined.apply((Declined) this);
    }

    /**
     * What was booked, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code purchase.declined} with the sentence of the refusal
     */
    default Reversed orElseThrow() {
        return fold(reversed -> reversed, no -> {
            throw new LivemeterException("purchase.declined", no.message());
        });
    }
}
