package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import java.time.Duration;

/** The form of what is asked about bundles. */
final class BundleForm {

    private static final long MOST_SECONDS = 999_999_999;

    private BundleForm() {}

    static void requireLength(BundleId id, Duration length) {
        if (length.getNano() != 0 || length.getSeconds() < 1 || length.getSeconds() > MOST_SECONDS) {
            throw new LivemeterException(
                    "bundle.malformed",
                    "The bundle " + id + " is to have " + length + "; expected a whole number of seconds from 1 to "
                            + MOST_SECONDS + ".");
        }
    }

    static void requireMemo(BundleId id, String memo) {
        if (memo.length() > 200 || memo.chars().anyMatch(Character::isISOControl)) {
            throw new LivemeterException(
                    "bundle.malformed",
                    "A memo of " + memo.length() + " characters was given for the bundle " + id
                            + "; expected plain text of one line, at most 200 characters.");
        }
    }
}
