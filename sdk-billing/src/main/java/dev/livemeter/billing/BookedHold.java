package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import java.time.Instant;

/**
 * A hold as a store keeps it: its state is the one that was last written, so one past its time may still stand as open.
 *
 * @param fingerprint of the request that placed it
 */
public record BookedHold(Hold hold, Fingerprint fingerprint) {

    /** Whether it is stored as open although its time is over. */
    boolean isDue(Instant now) {
        return hold.state() == Hold.State.OPEN && !now.isBefore(hold.expiresAt());
    }

    /** The hold as it counts at that moment. */
    BookedHold asOf(Instant now) {
        return isDue(now) ? moved(Hold.State.EXPIRED, hold.captured()) : this;
    }

    /** With more money, and that much time. */
    BookedHold raised(Money by, Instant expiresAt) {
        return new BookedHold(
                new Hold(hold.id(), hold.owner(), hold.amount().plus(by), hold.captured(), hold.state(), expiresAt),
                fingerprint);
    }

    BookedHold moved(Hold.State state, Money captured) {
        return new BookedHold(
                new Hold(hold.id(), hold.owner(), hold.amount(), captured, state, hold.expiresAt()), fingerprint);
    }
}
