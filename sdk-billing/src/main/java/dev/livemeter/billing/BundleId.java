package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * The caller's own name for a bundle of minutes, and the key of its idempotency: whatever is bought or granted under one id is there once. Name the business
 * object: {@code shop/order-1001}, {@code plan-7/alice/2026-11}.
 *
 * @param value 1 to 120 printable ASCII characters without blanks
 */
public record BundleId(String value) {

    private static final Pattern FORM = Pattern.compile("[!-~]{1,120}");

    /** Checks the form. */
    public BundleId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "bundle.malformed_id",
                    "A bundle id of " + value.length()
                            + " characters was given that does not fit: expected 1 to 120 printable ASCII characters"
                            + " without blanks.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
