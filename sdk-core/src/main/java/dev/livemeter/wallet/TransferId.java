package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;

/**
 * The caller's own name for a movement of money, and the key of its idempotency: whatever is asked under one id happens at most
 * once. For a purchase, name the business object ({@code order-1001}), not the delivery that reports it.
 *
 * @param value 1 to 200 printable ASCII characters without blanks
 */
public record TransferId(String value) {

    public TransferId {
        if (value.isEmpty() || value.length() > 200 || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new LivemeterException(
                    "wallet.malformed_id",
                    "A transfer id of " + value.length()
                            + " characters was given that does not fit: expected 1 to 200 printable ASCII characters without blanks.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
