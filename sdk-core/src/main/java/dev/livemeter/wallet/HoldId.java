package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;

/**
 * The caller's own name for a hold, and the key of its idempotency.
 *
 * @param value 1 to 200 printable ASCII characters without blanks
 */
public record HoldId(String value) {

    public HoldId {
        if (value.isEmpty() || value.length() > 200 || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new LivemeterException(
                    "wallet.malformed_id",
                    "A hold id of " + value.length()
                            + " characters was given that does not fit: expected 1 to 200 printable ASCII characters without blanks.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
