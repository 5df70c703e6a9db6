package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.wallet.Answer;
import java.util.function.Function;

/** The answer to {@link Bundles#buy} and {@link Bundles#grant}. */
public sealed interface BundleResult {

    /**
     * The minutes are there.
     *
     * @param bundle as it stands now
     * @param answer whether this request made it, or one before it under the same id
     */
    record Given(Bundle bundle, Answer answer) implements BundleResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements BundleResult {}

    /** Why it is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for another bundle, or its entry for another. */
        CONFLICT,
        /** The buyer has no wallet. */
        NO_WALLET,
        /** The wallet is in another currency. */
        CURRENCY_MISMATCH,
        /** Less than the price is available. */
        INSUFFICIENT_FUNDS
    }

    /** One of two values, by the outcome. */
    default <T> T fold(Function<Bundle, T> given, Function<Declined, T> declined) {
        return this instanceof Given yes ? given.apply(yes.bundle()) : declined.apply((Declined) this);
    }

    /**
     * The bundle, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code bundle.declined} with the sentence of the refusal
     */
    default Bundle orElseThrow() {
        return fold(bundle -> bundle, no -> {
            throw new LivemeterException("bundle.declined", no.message());
        });
    }
}
