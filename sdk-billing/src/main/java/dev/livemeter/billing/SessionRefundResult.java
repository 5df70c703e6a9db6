package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.wallet.Transfer;
import java.util.List;
import java.util.function.Function;

/** The answer to {@link Refunds#refundSession}. */
public sealed interface SessionRefundResult {

    /**
     * The money is back in the wallet.
     *
     * @param transfers one for each charge that was given back, the newest charge first
     */
    record Refunded(List<Transfer> transfers) implements SessionRefundResult {

        /** Keeps a copy. */
        public Refunded {
            transfers = List.copyOf(transfers);
        }
    }

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements SessionRefundResult {}

    /** Why it is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for another refund. */
        CONFLICT,
        /** Nothing was charged for the session. */
        NOTHING_CHARGED,
        /** The session was charged in another currency. */
        CURRENCY_MISMATCH,
        /** More was asked for than is left of the charges. */
        EXCEEDS_CHARGES
    }

    /** One of two values, by the outcome. */
    default <T> T fold(Function<List<Transfer>, T> refunded, Function<Declined, T> declined) {
        return this instanceof Refunded yes ? refunded.apply(yes.transfers()) : declined.apply((Declined) this);
    }

    /**
     * The transfers, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code wallet.refund_declined} with the sentence of the refusal
     */
    default List<Transfer> orElseThrow() {
        return fold(transfers -> transfers, no -> {
            throw new LivemeterException("wallet.refund_declined", no.message());
        });
    }
}
