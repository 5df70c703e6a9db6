package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Asks to take money from a hold, for something that was delivered.
 *
 * @param id the same for every repeat of this capture
 * @param amount positive, at most what remains of the hold
 * @param remainder what becomes of the rest
 * @param subject what it is for
 * @param allotment the payee's part of the amount; null where the operator earns all of it
 */
public record CaptureRequest(
        TransferId id,
        HoldId hold,
        Money amount,
        Remainder remainder,
        Subject subject,
        @Nullable Allotment allotment) {

    /** What becomes of the part of a hold that a capture leaves. */
    public enum Remainder {
        /** It stays reserved for later captures. */
        KEEP,
        /** It returns to the wallet in the same transaction. */
        VOID
    }

    public CaptureRequest {
        if (!amount.isPositive()) {
            throw new LivemeterException(
                    "wallet.malformed_capture",
                    "A capture of " + amount + " was asked for; expected a positive amount.");
        }
        if (allotment != null) {
            Allotment.requireWithin(amount, allotment);
        }
    }

    /** A capture that the operator earns, about the hold itself. */
    public CaptureRequest(TransferId id, HoldId hold, Money amount, Remainder remainder) {
        this(id, hold, amount, remainder, new Subject(hold.value()), null);
    }
}
