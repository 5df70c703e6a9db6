package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;

/** The form of identifiers that callers make. */
final class CallerMadeId {

    private CallerMadeId() {}

    static void require(String kind, String value) {
        if (value.isEmpty() || value.length() > 200 || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new LivemeterException(
                    "wallet.malformed_id",
                    "A " + kind + " id of " + value.length()
                            + " characters was given that does not fit: expected 1 to 200 printable ASCII characters without blanks.");
        }
    }
}
