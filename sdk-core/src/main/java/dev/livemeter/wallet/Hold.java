package dev.livemeter.wallet;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.time.Instant;

/**
 * Money of a wallet that is reserved for one purpose until it is captured, voided, or expires.
 *
 * @param amount what was reserved at first, and what was added since; positive
 * @param captured how much of it was taken since
 * @param expiresAt from then on an open hold counts as {@link State#EXPIRED} and reserves nothing
 */
public record Hold(HoldId id, UserId owner, Money amount, Money captured, State state, Instant expiresAt) {

    /** Where a hold stands. It leaves {@link #OPEN} once, and for good. */
    public enum State {
        /** Reserves what was not captured yet. */
        OPEN,
        /** Wholly captured, or captured in part with the remainder voided. */
        CAPTURED,
        /** Given back without a capture. */
        VOIDED,
        /** Given back by the passing of time; parts captured before stay captured. */
        EXPIRED
    }

    /** What can still be captured: nothing once the hold is no longer open. */
    public Money remaining() {
        return state == State.OPEN ? amount.minus(captured) : Money.zero(amount.currency());
    }
}
