package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;

/**
 * What was charged and can be given back.
 *
 * @param owner whose wallet paid, and gets what is given back
 * @param charged in all
 * @param refunded what was given back of it before; at most {@code charged}
 */
public record Refundable(UserId owner, Money charged, Money refunded) {

    /** What can still be given back. */
    public Money left() {
        return charged.minus(refunded);
    }
}
