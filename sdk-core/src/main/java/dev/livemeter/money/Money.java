package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.regex.Pattern;

/**
 * An exact amount of one currency, counted in micro-units: millionths of the currency's major unit.
 *
 * <p>Six decimals are enough to hold a per-second share of a per-minute price without rounding it to cents, and a
 * {@code long} of them still reaches nine million million. Every operation is checked: an overflow or a mix of
 * currencies throws, it never wraps or converts. Immutable and thread-safe.
 *
 * @param micros millionths of the major unit; may be negative
 * @param currency ISO 4217
 */
public record Money(long micros, Currency currency) implements Comparable<Money> {

    /** Decimals that an amount can carry. */
    public static final int SCALE = 6;

    private static final Pattern AMOUNT = Pattern.compile("-?[0-9]{1,13}(\\.[0-9]{1,6})?");

    /**
     * Reads a plain decimal amount.
     *
     * @param currency ISO 4217 code, such as {@code USD}
     * @param amount digits with at most {@value #SCALE} decimals and a point, such as {@code 10.00}
     * @throws LivemeterException {@code money.malformed} for anything else; {@code money.overflow} beyond the range
     */
    public static Money of(String currency, String amount) {
        if (!AMOUNT.matcher(amount).matches()) {
            throw new LivemeterException(
                    "money.malformed",
                    "The amount '" + printable(amount) + "' is not a plain decimal with at most " + SCALE
                            + " decimals; write it like 10.00.");
        }
        try {
            return new Money(new BigDecimal(amount).movePointRight(SCALE).longValueExact(), currency(currency));
        } catch (ArithmeticException e) {
            throw overflow(amount + " " + currency);
        }
    }

    /** An amount given in micro-units. */
    public static Money ofMicros(String currency, long micros) {
        return new Money(micros, currency(currency));
    }

    /** Nothing, in that currency. */
    public static Money zero(Currency currency) {
        return new Money(0, currency);
    }

    private static Currency currency(String code) {
        try {
            return Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            throw new LivemeterException(
                    "money.unknown_currency",
                    "The currency '" + printable(code) + "' is not an ISO 4217 code; write it like USD.",
                    false,
                    e);
        }
    }

    /**
     * The sum.
     *
     * @throws LivemeterException {@code money.currency_mismatch}, {@code money.overflow}
     */
    public Money plus(Money other) {
        requireSameCurrency(other);
        try {
            return new Money(Math.addExact(micros, other.micros), currency);
        } catch (ArithmeticException e) {
            throw overflow(this + " + " + other);
        }
    }

    /**
     * The difference.
     *
     * @throws LivemeterException {@code money.currency_mismatch}, {@code money.overflow}
     */
    public Money minus(Money other) {
        requireSameCurrency(other);
        try {
            return new Money(Math.subtractExact(micros, other.micros), currency);
        } catch (ArithmeticException e) {
            throw overflow(this + " - " + other);
        }
    }

    /**
     * The same amount the other way.
     *
     * @throws LivemeterException {@code money.overflow} for the one amount that has no counterpart
     */
    public Money negated() {
        return zero(currency).minus(this);
    }

    /** The smaller of the two; this one if they are equal. */
    public Money min(Money other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** The larger of the two; this one if they are equal. */
    public Money max(Money other) {
        return compareTo(other) >= 0 ? this : other;
    }

    public boolean isNegative() {
        return micros < 0;
    }

    public boolean isZero() {
        return micros == 0;
    }

    public boolean isPositive() {
        return micros > 0;
    }

    public boolean isLessThan(Money other) {
        return compareTo(other) < 0;
    }

    /**
     * By amount, within one currency.
     *
     * @throws LivemeterException {@code money.currency_mismatch}: amounts of two currencies have no order
     */
    @Override
    public int compareTo(Money other) {
        requireSameCurrency(other);
        return Long.compare(micros, other.micros);
    }

    /** The plain decimal, with at least the currency's usual decimals and no superfluous ones: {@code 10.00}, {@code 0.001667}. */
    public String amount() {
        var exact = BigDecimal.valueOf(micros, SCALE).stripTrailingZeros();
        var usual = Math.max(currency.getDefaultFractionDigits(), 0);
        return (exact.scale() < usual ? exact.setScale(usual) : exact).toPlainString();
    }

    /** The amount and the currency's code, such as {@code 10.00 USD}. */
    @Override
    public String toString() {
        return amount() + " " + currency.getCurrencyCode();
    }

    private void requireSameCurrency(Money other) {
        if (!currency.equals(other.currency)) {
            throw new LivemeterException(
                    "money.currency_mismatch",
                    "The amounts " + this + " and " + other
                            + " differ in currency; a wallet and its prices share one currency, convert before you call.");
        }
    }

    static LivemeterException overflow(String what) {
        return new LivemeterException(
                "money.overflow",
                "The amount " + what + " is beyond what can be counted exactly ("
                        + BigDecimal.valueOf(Long.MAX_VALUE, SCALE).toBigInteger() + ").");
    }

    /** What was given, safe to print. */
    static String printable(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 40 ? clean : clean.substring(0, 40) + "...";
    }
}
