package dev.livemeter.wallet;

/**
 * What a movement of money is about, in the caller's own words: {@code session/ID}, {@code purchase/stripe/pi_123}, {@code tip/ID}. Many
 * movements can be about one subject; together they are its trace.
 *
 * @param value 1 to 200 printable ASCII characters without blanks
 */
public record Subject(String value) {

    public Subject {
        CallerMadeId.require("subject", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
