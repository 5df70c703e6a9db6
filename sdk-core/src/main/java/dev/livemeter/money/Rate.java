package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.time.Duration;

/**
 * A price for a span of time. The rate itself is never rounded: 0.10 a minute stays a fraction of 60 seconds, and only
 * the cumulative cost is rounded, down, once.
 *
 * @param price zero or more
 * @param per whole seconds, at least one, at most 36,500 days
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
        if (per.compareTo(Tariff.UNLIMITED) > 0) {
            throw new LivemeterException(
                    "tariff.malformed_span",
                    "The span " + per + " of a rate is longer than " + Tariff.UNLIMITED.toDays() + " days.");
        }
    }

    @Override
    public String toString() {
        return price + " per " + (per.equals(Duration.ofMinutes(1)) ? "minute" : per.toSeconds() + " s");
    }
}
