package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/** How percentages, factors and spans of time are written and read. */
final class Decimals {

    private static final Pattern PLAIN = Pattern.compile("[0-9]{1,5}(\\.[0-9]{1,3})?");

    private Decimals() {}

    /** Hundredths of a percent as percent: 1250 is {@code 12.5}. */
    static String percent(int basisPoints) {
        return plain(basisPoints, 2);
    }

    /** Thousandths as a factor: 1200 is {@code 1.2}. */
    static String factor(int permille) {
        return plain(permille, 3);
    }

    private static String plain(int number, int scale) {
        return BigDecimal.valueOf(number, scale).stripTrailingZeros().toPlainString();
    }

    /** Whole minutes as {@code 600 min}, all else as {@code 90 s}. */
    static String time(Duration span) {
        var seconds = span.toSeconds();
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + " min" : seconds + " s";
    }

    /** Reads a decimal without sign, as a count of its last decimal. */
    static int parse(String text, int scale, String code, String what, String form, String example) {
        if (PLAIN.matcher(text).matches()) {
            var number = new BigDecimal(text);
            if (number.scale() <= scale) {
                return number.movePointRight(scale).intValueExact();
            }
        }
        throw new LivemeterException(
                code,
                "The " + what + " '" + Money.printable(text) + "' is not a plain " + form + " with at most " + scale
                        + " decimals; write it " + example + ".");
    }
}
