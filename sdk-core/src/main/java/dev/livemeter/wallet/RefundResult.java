package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import java.util.function.Function;

/** The answer to {@link dev.livemeter.spi.Wallet#refund}. */
public sealed interface RefundResult {

    /**
     * The money is back in the wallet.
     *
     * @param answer whether this call did it, or one before it under the same id
     */
    record Refunded(Transfer transfer, Answer answer) implements RefundResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements RefundResult {}

    /** Why a refund is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for another transfer. */
        CONFLICT,
        /** There is no such transfer to give back. */
        UNKNOWN_TRANSFER,
        /** What is named is neither a capture nor a debit. */
        NOT_REFUNDABLE,
        /** The transfer was in another currency. */
        CURRENCY_MISMATCH,
        /** More was asked for than is left of the transfer after the refunds before. */
        EXCEEDS_ORIGINAL
    }

    default <T> T fold(Function<Transfer, T> refunded, Function<Declined, T> declined) {
        return this instanceof Refunded yes ? refunded.apply(yes.transfer()) : declined.apply((Declined) this);
    }

    /**
     * The transfer, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code wallet.refund_declined} with the sentence of the refusal
     */
    default Transfer orElseThrow() {
        return fold(transfer -> transfer, no -> {
            throw new LivemeterException("wallet.refund_declined", no.message());
        });
    }
}
