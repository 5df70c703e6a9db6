package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.time.Duration;
import java.util.Currency;
import java.util.List;

/**
 * What time costs: a rate, sold in increments, with what makes it cheaper or dearer.
 *
 * <p>The cost of a session is a function of its whole length and its {@link RatingBasis}, rounded down once. A charge is the
 * difference of two such costs, so that any slicing into ticks adds up to the same sum (decision record 0003). Immutable and
 * thread-safe.
 *
 * @param free the first seconds of a session, which cost nothing and are not counted as use; whole seconds, 0 to 999999. The first
 *     increment begins after them
 * @param minimum the least that a session costs once it has used more than the free time; zero for none
 * @param tierModel how tiers are chosen
 * @param tiers discounts by the payer's use of the month, by rising {@code from}; below the first there is none
 * @param factors multiples by the number of destinations, by rising {@code from}; below the first it is 1
 */
public record Tariff(
        Rate rate,
        Increment increment,
        Duration free,
        Money minimum,
        TierModel tierModel,
        List<Tier> tiers,
        List<DestinationFactor> factors) {

    /** What {@link #affordable} answers where time is free; longer than any session, and the most that is rated. */
    public static final Duration UNLIMITED = Duration.ofDays(36_500);

    /** How many tiers a tariff can have, and how many factors. */
    public static final int MOST_TIERS = 20;

    /**
     * A tariff in all its parts.
     *
     * @throws LivemeterException {@code tariff.*}: what does not fit together, in a sentence
     */
    public Tariff {
        if (free.getSeconds() < 0 || free.getNano() != 0 || free.getSeconds() > Increment.LONGEST_SECONDS) {
            throw new LivemeterException(
                    "tariff.malformed_free_time",
                    "The free time " + free + " is not a whole number of seconds from 0 to " + Increment.LONGEST_SECONDS
                            + ".");
        }
        if (!minimum.currency().equals(rate.price().currency())) {
            throw new LivemeterException(
                    "tariff.currency_mismatch",
                    "The minimum " + minimum + " is not in the currency of the price " + rate.price()
                            + "; give both in one.");
        }
        if (minimum.isNegative()) {
            throw new LivemeterException(
                    "tariff.negative_price", "The minimum " + minimum + " is negative; it is zero or more.");
        }
        tiers = List.copyOf(tiers);
        factors = List.copyOf(factors);
        requireFew(tiers.size(), "tiers");
        requireFew(factors.size(), "factors");
        for (var i = 1; i < tiers.size(); i++) {
            if (tiers.get(i - 1).from().compareTo(tiers.get(i).from()) >= 0) {
                throw new LivemeterException(
                        "tariff.malformed_tier",
                        "The tier '" + tiers.get(i) + "' comes after '" + tiers.get(i - 1)
                                + "'; list tiers by rising time, each once.");
            }
        }
        for (var i = 1; i < factors.size(); i++) {
            if (factors.get(i - 1).from() >= factors.get(i).from()) {
                throw new LivemeterException(
                        "tariff.malformed_factor",
                        "The factor '" + factors.get(i) + "' comes after '" + factors.get(i - 1)
                                + "'; list factors by rising destinations, each once.");
            }
        }
    }

    /** A rate in increments, and nothing else. */
    public Tariff(Rate rate, Increment increment) {
        this(
                rate,
                increment,
                Duration.ZERO,
                Money.zero(rate.price().currency()),
                TierModel.GRADUATED,
                List.of(),
                List.of());
    }

    /** A price per minute, sold in whole minutes. */
    public static Tariff perMinute(String currency, String price) {
        return new Tariff(new Rate(Money.of(currency, price), Duration.ofMinutes(1)), Increment.MINUTES);
    }

    /** The same rate, sold in other steps. */
    public Tariff in(Increment other) {
        return new Tariff(rate, other, free, minimum, tierModel, tiers, factors);
    }

    /** The same with another free time at the start of a session. */
    public Tariff withFree(Duration other) {
        return new Tariff(rate, increment, other, minimum, tierModel, tiers, factors);
    }

    /** The same with another least charge. */
    public Tariff withMinimum(Money other) {
        return new Tariff(rate, increment, free, other, tierModel, tiers, factors);
    }

    /** The same with other tiers in place of all it has. */
    public Tariff withTiers(Tier... others) {
        return new Tariff(rate, increment, free, minimum, tierModel, List.of(others), factors);
    }

    /** The same with another way to choose tiers. */
    public Tariff withTierModel(TierModel other) {
        return new Tariff(rate, increment, free, minimum, other, tiers, factors);
    }

    /** The same with other factors in place of all it has. */
    public Tariff withFactors(DestinationFactor... others) {
        return new Tariff(rate, increment, free, minimum, tierModel, tiers, List.of(others));
    }

    public Currency currency() {
        return rate.price().currency();
    }

    /**
     * The price of one session, of which the tariff alone does not know everything. Make it once and keep it: what follows from the
     * steps is worked out here.
     */
    public Rating rate(RatingBasis basis) {
        return new Rating(this, basis);
    }

    /**
     * What a plain session of that length costs in all: one destination, nothing used before, all in one month.
     *
     * @throws LivemeterException {@code money.overflow}; {@code tariff.beyond_range} for more than {@link #UNLIMITED}
     */
    public Money cost(Duration used) {
        return new Rating(this).cost(used);
    }

    /** How long a plain session can last on that much money: the end of the last step that is paid in full. */
    public Duration affordable(Money budget) {
        return new Rating(this).affordable(budget);
    }

    /** The end of the first step sold that ends after {@code paid}. */
    public Duration nextStepAfter(Duration paid) {
        var begun = Math.max(1, paid.toSeconds() + 1 - free.toSeconds());
        return free.plusSeconds(increment.endOfStep(begun));
    }

    /**
     * The tariff in one line, for stores and settings; {@link #parse} reads it back to an equal one. At most 2,000 printable ASCII
     * characters:
     *
     * <pre>
     * tariff  = amount " " currency "/" seconds "s " initial "/" subsequent
     *           [" free=" seconds "s"] [" minimum=" amount]
     *           [" tiers=" tier *("," tier)] [" tier-model=opening-tier"]
     *           [" factors=" factor *("," factor)]
     * tier    = seconds "s:" percent "%"
     * factor  = destinations ":" decimal
     * </pre>
     *
     * <p>An example: {@code 0.10 USD/60s 60/60 free=30s tiers=36000s:20%,180000s:40% factors=4:1.2,6:1.4}.
     */
    public String notation() {
        return TariffNotation.write(this);
    }

    /**
     * Reads what {@link #notation} wrote.
     *
     * @throws LivemeterException {@code tariff.malformed_notation} with the place and what was expected there, or another
     *     {@code tariff.*} or {@code money.*} where the parts do not fit together
     */
    public static Tariff parse(String notation) {
        return TariffNotation.read(notation);
    }

    /** The discount for an increment that begins with that much used in the month. */
    Tier tierAt(long secondsUsed) {
        var found = Tier.FIRST;
        for (var tier : tiers) {
            if (tier.from().toSeconds() > secondsUsed) {
                break;
            }
            found = tier;
        }
        return found;
    }

    /** Where the tier ends that holds at {@code secondsUsed}; {@link Long#MAX_VALUE} for the last. */
    long nextTierAfter(long secondsUsed) {
        for (var tier : tiers) {
            if (tier.from().toSeconds() > secondsUsed) {
                return tier.from().toSeconds();
            }
        }
        return Long.MAX_VALUE;
    }

    DestinationFactor factorFor(int destinations) {
        var found = DestinationFactor.PLAIN;
        for (var factor : factors) {
            if (factor.from() > destinations) {
                break;
            }
            found = factor;
        }
        return found;
    }

    private static void requireFew(int count, String what) {
        if (count > MOST_TIERS) {
            throw new LivemeterException(
                    "tariff.too_many_" + what,
                    "The tariff has " + count + " " + what + "; expected at most " + MOST_TIERS + ".");
        }
    }

    /** The tariff as people say it. */
    @Override
    public String toString() {
        var text = new StringBuilder().append(rate);
        if (increment.equals(Increment.MINUTES)) {
            text.append(", by the minute");
        } else if (increment.equals(Increment.SECONDS)) {
            text.append(", by the second");
        } else {
            text.append(", in steps of ").append(increment).append(" s");
        }
        if (!free.isZero()) {
            text.append(", the first ").append(Decimals.time(free)).append(" free");
        }
        if (!minimum.isZero()) {
            text.append(", at least ").append(minimum);
        }
        tiers.forEach(tier -> text.append(", ").append(tier));
        if (!tiers.isEmpty() && tierModel == TierModel.OPENING_TIER) {
            text.append(" (as it is when the session begins)");
        }
        factors.forEach(factor -> text.append(", ").append(factor));
        return text.toString();
    }
}
