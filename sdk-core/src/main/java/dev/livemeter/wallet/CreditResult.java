package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import java.util.function.Function;

/** The answer to {@link dev.livemeter.spi.Wallet#credit}. */
public sealed interface CreditResult {

    /**
     * The money is in the wallet.
     *
     * @param answer whether this call brought it there, or one before it under the same id
     */
    record Credited(Transfer transfer, Answer answer) implements CreditResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements CreditResult {}

    /** Why a credit is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for another transfer. */
        CONFLICT,
        /** The wallet is in another currency. */
        CURRENCY_MISMATCH
    }

    default <T> T fold(Function<Transfer, T> credited, Function<Declined, T> declined) {
        return this instanceof Credited yes ? credited.apply(yes.transfer()) : declined.apply((Declined) this);
    }

    /**
     * The transfer, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code wallet.credit_declined} with the sentence of the refusal
     */
    default Transfer orElseThrow() {
        return fold(transfer -> transfer, no -> {
            throw new LivemeterException("wallet.credit_declined", no.message());
        });
    }
}
