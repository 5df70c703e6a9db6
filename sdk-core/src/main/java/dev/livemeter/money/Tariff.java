package dev.livemeter.money;

import java.time.Duration;
import java.util.Currency;

/**
 * What time costs: a rate, sold in increments.
 *
 * <p>The cost of a session is a function of its whole length, rounded down once. A charge is the difference of two such
 * costs, so that any slicing into ticks adds up to the same sum (decision record 0003). Immutable and thread-safe.
 */
public record Tariff(Rate rate, Increment increment) {

    /** What {@link #affordable} answers where time is free; longer than any session. */
    public static final Duration UNLIMITED = Duration.ofDays(36_500);

    /** A price per minute, sold in whole minutes. */
    public static Tariff perMinute(String currency, String price) {
        return new Tariff(new Rate(Money.of(currency, price), Duration.ofMinutes(1)), Increment.MINUTES);
    }

    /** The same rate, sold in other steps. */
    public Tariff in(Increment other) {
        return new Tariff(rate, other);
    }

    public Currency currency() {
        return rate.price().currency();
    }

    /** What a session of that length costs in all: every step begun, rounded down to a micro-unit. */
    public Money cost(Duration used) {
        return rate.costOf(increment.secondsDue(used));
    }

    /** How long a session can last on that much money: the end of the last step that is paid in full. */
    public Duration affordable(Money budget) {
        var seconds = rate.secondsFor(budget);
        return seconds >= UNLIMITED.toSeconds() ? UNLIMITED : Duration.ofSeconds(increment.secondsWithin(seconds));
    }

    /** The end of the step that follows {@code paid}, itself the end of a step or zero. */
    public Duration nextStepAfter(Duration paid) {
        return Duration.ofSeconds(increment.secondsDue(paid.plusSeconds(1)));
    }

    @Override
    public String toString() {
        if (increment.equals(Increment.MINUTES)) {
            return rate + ", by the minute";
        }
        return rate + (increment.equals(Increment.SECONDS) ? ", by the second" : ", in steps of " + increment + " s");
    }
}
