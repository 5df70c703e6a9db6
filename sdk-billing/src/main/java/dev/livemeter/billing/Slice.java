package dev.livemeter.billing;

import dev.livemeter.money.Money;
import java.math.BigInteger;
import java.time.Duration;

/**
 * A part of a whole that is divided by weights: from one weight, counted from the first on, to another. The first parts are rounded up, so that all add up to the whole.
 *
 * @param before the weight of all parts before this one
 * @param after the same with this one
 * @param all the weight of the whole
 */
record Slice(long before, long after, long all) {

    Money of(Money whole) {
        return new Money(of(whole.micros()), whole.currency());
    }

    /** In whole seconds, as time is sold. */
    Duration of(Duration whole) {
        return Duration.ofSeconds(of(whole.toSeconds()));
    }

    private long of(long whole) {
        return upTo(whole, after) - upTo(whole, before);
    }

    private long upTo(long whole, long weight) {
        var parts = BigInteger.valueOf(whole)
                .multiply(BigInteger.valueOf(weight))
                .divideAndRemainder(BigInteger.valueOf(all));
        var rounded = parts[0].longValueExact();
        return parts[1].signum() > 0 ? rounded + 1 : rounded;
    }
}
