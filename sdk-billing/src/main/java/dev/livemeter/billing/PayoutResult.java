package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import java.util.function.Function;

/** The answer to {@link Payouts#paid} and {@link Payouts#returned}. */
public sealed interface PayoutResult {

    /** It is booked, by this call or by one before it that said the same. */
    record Moved(Payout payout) implements PayoutResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements PayoutResult {}

    /** Why it is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** There is no such payout. */
        UNKNOWN_PAYOUT,
        /** It was said before, with another reference or reason. */
        CONFLICT,
        /** What came back cannot be paid any more; the next batch takes it along. */
        ALREADY_RETURNED
    }

    /** One of two values, by the outcome. */
    default <T> T fold(Function<Payout, T> moved, Function<Declined, T> declined) {
        return this instanceof Moved yes ? moved.apply(yes.payout()) : declined.apply((Declined) this);
    }

    /**
     * The payout, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code payout.declined} with the sentence of the refusal
     */
    default Payout orElseThrow() {
        return fold(payout -> payout, no -> {
            throw new LivemeterException("payout.declined", no.message());
        });
    }
}
