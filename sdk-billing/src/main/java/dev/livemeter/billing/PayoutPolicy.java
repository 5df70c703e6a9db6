package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import java.time.Duration;

/**
 * When earnings are paid out.
 *
 * @param clearing how long after they were earned; zero or more. Long enough for refunds and chargebacks to come in before the money is gone
 * @param minimum the smallest payout; positive. Its currency is the one that is paid out
 */
public record PayoutPolicy(Duration clearing, Money minimum) {

    /** Checks the form. */
    public PayoutPolicy {
        if (clearing.isNegative() || !minimum.isPositive()) {
            throw new LivemeterException(
                    "payout.malformed_policy",
                    "A clearing period of " + clearing + " and a minimum of " + minimum
                            + " were given; expected zero or more and a positive amount.");
        }
    }
}
