package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.time.Duration;

/**
 * A discount for those who use much: it holds for increments that begin when the payer has used that much of the calendar month or more.
 *
 * @param from time used in the month; whole seconds, zero or more. With 600 minutes, the 601st minute is the first in this tier
 * @param discountBasisPoints hundredths of a percent off the price, 0 to 10000; 2000 is 20 %
 */
public record Tier(Duration from, int discountBasisPoints) {

    static final int WHOLE = 10_000;

    /** The tier that everybody begins in, unless the tariff says otherwise: no discount. */
    static final Tier FIRST = new Tier(Duration.ZERO, 0);

    public Tier {
        if (from.getSeconds() < 0 || from.getNano() != 0 || from.compareTo(Tariff.UNLIMITED) > 0) {
            throw new LivemeterException(
                    "tariff.malformed_tier",
                    "The tier begins at " + from + " of use; expected whole seconds, zero or more, and at most "
                            + Tariff.UNLIMITED.toDays() + " days.");
        }
        if (discountBasisPoints < 0 || discountBasisPoints > WHOLE) {
            throw new LivemeterException(
                    "tariff.malformed_tier",
                    "The discount of the tier from " + Decimals.time(from) + " is " + discountBasisPoints
                            + " basis points; expected 0 to " + WHOLE + ", which is 100 %.");
        }
    }

    /**
     * The same with the discount in percent.
     *
     * @param percent 0 to 100 with at most two decimals, such as {@code 20} or {@code 12.5}
     * @throws LivemeterException {@code tariff.malformed_tier}
     */
    public static Tier of(Duration from, String percent) {
        return new Tier(
                from, Decimals.parse(percent, 2, "tariff.malformed_tier", "discount", "percent", "such as 20 or 12.5"));
    }

    /** The part of the price that remains, in ten-thousandths. */
    long share() {
        return (long) WHOLE - discountBasisPoints;
    }

    @Override
    public String toString() {
        return Decimals.percent(discountBasisPoints) + " % off from " + Decimals.time(from) + " a month";
    }
}
