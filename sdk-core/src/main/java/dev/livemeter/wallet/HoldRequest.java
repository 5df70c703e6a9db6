package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.time.Duration;

/**
 * Asks to reserve money: {@code atMost} where the balance allows it, else all that is available, but never less than
 * {@code atLeast}. The range is what makes a <em>final unit</em> (RFC 8506, 5.6) possible without a second question.
 *
 * @param atLeast positive, in the currency of {@code atMost}
 * @param atMost no less than {@code atLeast}
 * @param expiresIn positive; how long the reservation stands if nobody resolves it
 */
public record HoldRequest(HoldId id, UserId owner, Money atLeast, Money atMost, Duration expiresIn) {

    public HoldRequest {
        if (!atLeast.isPositive() || atMost.isLessThan(atLeast)) {
            throw new LivemeterException(
                    "wallet.malformed_hold",
                    "A hold of at least " + atLeast + " and at most " + atMost
                            + " was asked for; expected a positive least amount and no smaller a most.");
        }
        if (expiresIn.isZero() || expiresIn.isNegative()) {
            throw new LivemeterException(
                    "wallet.malformed_hold",
                    "A hold that expires in " + expiresIn + " was asked for; expected a positive time.");
        }
    }

    /** A hold of exactly that amount. */
    public static HoldRequest exactly(HoldId id, UserId owner, Money amount, Duration expiresIn) {
        return new HoldRequest(id, owner, amount, amount, expiresIn);
    }
}
