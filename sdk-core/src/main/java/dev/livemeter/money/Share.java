package dev.livemeter.money;

import dev.livemeter.LivemeterException;

/**
 * The payee's part of what is charged. It is taken from the cumulative amount and rounded down; the odd micro-unit stays with the operator.
 * So the parts always add up to the whole, and no slicing of the amount changes them.
 *
 * @param basisPoints hundredths of a percent, 0 to 10000; 7000 is 70 %
 */
public record Share(int basisPoints) {

    private static final int WHOLE = 10_000;

    public Share {
        if (basisPoints < 0 || basisPoints > WHOLE) {
            throw new LivemeterException(
                    "share.malformed",
                    "The share is " + basisPoints + " basis points; expected 0 to " + WHOLE + ", which is 100 %.");
        }
    }

    /**
     * A share in percent.
     *
     * @param percent 0 to 100 with at most two decimals, such as {@code 70} or {@code 33.33}
     * @throws LivemeterException {@code share.malformed}
     */
    public static Share percent(String percent) {
        return new Share(Decimals.parse(percent, 2, "share.malformed", "share", "percent", "such as 70 or 33.33"));
    }

    /**
     * The payee's part of all that was charged so far.
     *
     * @param total cumulative, zero or more
     * @throws LivemeterException {@code share.negative_total}
     */
    public Money of(Money total) {
        if (total.isNegative()) {
            throw new LivemeterException(
                    "share.negative_total",
                    "The share of " + total + " is asked for; give the cumulative total, which is zero or more.");
        }
        // In two parts, so that the product cannot overflow: exact, as the first is a multiple of the whole.
        var micros = total.micros();
        return new Money(micros / WHOLE * basisPoints + micros % WHOLE * basisPoints / WHOLE, total.currency());
    }

    /**
     * The operator's part: the total less {@link #of}.
     *
     * @throws LivemeterException {@code share.negative_total}
     */
    public Money rest(Money total) {
        return total.minus(of(total));
    }

    @Override
    public String toString() {
        return Decimals.percent(basisPoints) + " %";
    }
}
