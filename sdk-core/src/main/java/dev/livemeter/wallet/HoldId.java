package dev.livemeter.wallet;

/**
 * The caller's own name for a hold, and the key of its idempotency.
 *
 * @param value 1 to 200 printable ASCII characters without blanks
 */
public record HoldId(String value) {

    public HoldId {
        CallerMadeId.require("hold", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
