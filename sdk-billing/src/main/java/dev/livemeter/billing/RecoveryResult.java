package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import java.util.function.Function;

/** The answer to {@link Receivables#recover}. */
public sealed interface RecoveryResult {

    /**
     * So much less is owed, by this call or by one before it under the same id.
     *
     * @param amount positive
     */
    record Recovered(Money amount) implements RecoveryResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements RecoveryResult {}

    /** Why it is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for something else. */
        CONFLICT,
        /** The user owes nothing in that currency. */
        NOTHING_OWED,
        /** There is nothing to take it from: no wallet or earnings in that currency, or nothing available. */
        NOTHING_THERE
    }

    /** One of two values, by the outcome. */
    default <T> T fold(Function<Money, T> recovered, Function<Declined, T> declined) {
        return this instanceof Recovered yes ? recovered.apply(yes.amount()) : declined.apply((Declined) this);
    }

    /**
     * The amount, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code recovery.declined} with the sentence of the refusal
     */
    default Money orElseThrow() {
        return fold(amount -> amount, no -> {
            throw new LivemeterException("recovery.declined", no.message());
        });
    }
}
