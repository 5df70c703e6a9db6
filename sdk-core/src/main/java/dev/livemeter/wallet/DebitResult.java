package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import java.util.function.Function;

/** The answer to {@link dev.livemeter.spi.Wallet#debit}. */
public sealed interface DebitResult {

    /**
     * The money was taken.
     *
     * @param answer whether this call did it, or one before it under the same id
     */
    record Debited(Transfer transfer, Answer answer) implements DebitResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements DebitResult {}

    /** Why a debit is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for another transfer. */
        CONFLICT,
        /** The owner has no wallet. */
        NO_WALLET,
        /** The wallet is in another currency. */
        CURRENCY_MISMATCH,
        /** Less is available than was asked for. */
        INSUFFICIENT_FUNDS
    }

    default <T> T fold(Function<Transfer, T> debited, Function<Declined, T> declined) {
        return this instanceof Debited yes ? debited.apply(yes.transfer()) : declined.apply((Declined) this);
    }

    /**
     * The transfer, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code wallet.debit_declined} with the sentence of the refusal
     */
    default Transfer orElseThrow() {
        return fold(transfer -> transfer, no -> {
            throw new LivemeterException("wallet.debit_declined", no.message());
        });
    }
}
