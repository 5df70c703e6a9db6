package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.time.Duration;

/**
 * A price for a span of time. The rate itself is never rounded: 0.10 a minute stays a fraction of 60 seconds, and only
 * the cumulative cost is rounded, down, once.
 *
 * @param price zero or more
 * @param per whole seconds, at least one
 */
public record Rate(Money price, Duration per) {

    public Rate {
        if (price.isNegative()) {
            throw new LivemeterException(
                    "tariff.negative_price", "The price " + price + " is negative; a rate is zero or more.");
        }
        if (per.getSeconds() < 1 || per.getNano() != 0) {
            throw new LivemeterException(
                    "tariff.malformed_span",
                    "The span " + per + " of a rate is not a whole number of seconds, at least one.");
        }
    }

    /** The cost of that many whole seconds, rounded down to a micro-unit. */
    Money costOf(long seconds) {
        try {
            var micros = Math.multiplyExact(price.micros(), seconds) / per.toSeconds();
            return new Money(micros, price.currency());
        } catch (ArithmeticException e) {
            throw Money.overflow(seconds + " s at " + this);
        }
    }

    /** The most whole seconds whose rounded cost is within {@code budget}; {@link Long#MAX_VALUE} where time is free. */
    long secondsFor(Money budget) {
        if (budget.isNegative()) {
            return 0;
        }
        if (price.isZero()) {
            return Long.MAX_VALUE;
        }
        // floor(price*s/per) <= budget  <=>  price*s < (budget+1)*per: rounding down gives the payer the last fraction.
        try {
            var limit = Math.multiplyExact(Math.addExact(budget.micros(), 1), per.toSeconds());
            return (limit - 1) / price.micros();
        } catch (ArithmeticException e) {
            throw Money.overflow(budget + " at " + this);
        }
    }

    @Override
    public String toString() {
        return price + " per " + (per.equals(Duration.ofMinutes(1)) ? "minute" : per.toSeconds() + " s");
    }
}
