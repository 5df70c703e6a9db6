package dev.livemeter.money;

import dev.livemeter.LivemeterException;

/**
 * What a stream to many destinations costs, as a multiple of the price.
 *
 * @param from holds from so many destinations on, 1 to 9999
 * @param permille thousandths of the price, 0 to 100000; 1200 is 1.2 times
 */
public record DestinationFactor(int from, int permille) {

    static final int ONE = 1_000;
    static final int MOST_DESTINATIONS = 9_999;

    // The bound keeps every sum of weights within a long: see Run.
    private static final int MOST = 100_000;

    /** The factor below the first one listed. */
    static final DestinationFactor PLAIN = new DestinationFactor(1, ONE);

    public DestinationFactor {
        if (from < 1 || from > MOST_DESTINATIONS) {
            throw new LivemeterException(
                    "tariff.malformed_factor",
                    "The factor holds from " + from + " destinations on; expected 1 to " + MOST_DESTINATIONS + ".");
        }
        if (permille < 0 || permille > MOST) {
            throw new LivemeterException(
                    "tariff.malformed_factor",
                    "The factor from " + from + " destinations on is " + permille + " thousandths; expected 0 to "
                            + MOST + ", which is 100 times the price.");
        }
    }

    /**
     * The same with the factor as a decimal.
     *
     * @param times 0 to 100 with at most three decimals, such as {@code 1.2}
     * @throws LivemeterException {@code tariff.malformed_factor}
     */
    public static DestinationFactor of(int from, String times) {
        return new DestinationFactor(
                from, Decimals.parse(times, 3, "tariff.malformed_factor", "factor", "decimal", "such as 1.2"));
    }

    @Override
    public String toString() {
        return "x " + Decimals.factor(permille) + " from " + from + (from == 1 ? " destination" : " destinations");
    }
}
