package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import java.util.function.Function;

/** The answer to {@link dev.livemeter.spi.Wallet#capture}. */
public sealed interface CaptureResult {

    /** The money moved. */
    record Captured(Transfer transfer) implements CaptureResult {}

    /**
     * Nothing moved, and nothing changed.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements CaptureResult {}

    /** Why a capture is declined, in the order in which the reasons are looked at. */
    enum Reason {
        /** The id stands for another transfer. */
        CONFLICT,
        /** There is no such hold. */
        UNKNOWN_HOLD,
        /** The hold is in another currency. */
        CURRENCY_MISMATCH,
        /** The hold was resolved or has expired. */
        HOLD_NOT_OPEN,
        /** More was asked for than remains of the hold. */
        EXCEEDS_HOLD
    }

    default <T> T fold(Function<Transfer, T> captured, Function<Declined, T> declined) {
        return this instanceof Captured yes ? captured.apply(yes.transfer()) : declined.apply((Declined) this);
    }

    /**
     * The transfer, where the refusal would be a surprise.
     *
     * @throws LivemeterException {@code wallet.capture_declined} with the sentence of the refusal
     */
    default Transfer orElseThrow() {
        return fold(transfer -> transfer, no -> {
            throw new LivemeterException("wallet.capture_declined", no.message());
        });
    }
}
