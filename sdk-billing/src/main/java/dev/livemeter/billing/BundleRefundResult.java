package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.Transfer;
import java.util.function.Function;

/** The answer to {@link Bundles#refund}. */
public sealed interface BundleRefundResult {

    /**
     * The money of the unused minutes is in the wallet, and they are gone.
     *
     * @param answer whether this request did it, or one before it under the same id
     */
    record Refunded(Transfer transfer, Bundle bundle, Answer answer) implements BundleRefundResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements BundleRefundResult {}

    /** Why it is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for another transfer. */
        CONFLICT,
        /** There is no such bundle. */
        UNKNOWN_BUNDLE,
        /** It was granted, and not bought. */
        NOT_BOUGHT,
        /** Nothing of it is left that would be worth anything. What a running session has reserved may come back when that ends. */
        NOTHING_LEFT,
        /** Its price was given back already, as a refund of its transfer. */
        EXCEEDS_PURCHASE
    }

    /** One of two values, by the outcome. */
    default <T> T fold(Function<Transfer, T> refunded, Function<Declined, T> declined) {
        return this instanceof Refunded yes ? refunded.apply(yes.transfer()) : declined.apply((Declined) this);
    }

    /**
     * The transfer, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code bundle.refund_declined} with the sentence of the refusal
     */
    default Transfer orElseThrow() {
        return fold(transfer -> transfer, no -> {
            throw new LivemeterException("bundle.refund_declined", no.message());
        });
    }
}
