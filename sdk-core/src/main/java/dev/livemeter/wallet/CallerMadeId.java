package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;

/** The form of identifiers and memos that callers make. */
final class CallerMadeId {

    private CallerMadeId() {}

    static void requireMemo(String kind, Object id, String memo) {
        if (memo.length() > 200) {
            throw new LivemeterException(
                    "wallet.malformed_" + kind,
                    "A memo of " + memo.length() + " characters was given for the " + kind + " " + id
                            + "; expected at most 200.");
        }
        if (memo.chars().anyMatch(Character::isISOControl)) {
            throw new LivemeterException(
                    "wallet.malformed_" + kind,
                    "The memo of the " + kind + " " + id
                            + " has control characters in it; expected plain text of one line.");
        }
    }

    static void require(String kind, String value) {
        if (value.isEmpty() || value.length() > 200 || !isPlain(value)) {
            throw new LivemeterException(
                    "wallet.malformed_id",
                    "A " + kind + " id of " + value.length()
                            + " characters was given that does not fit: expected 1 to 200 printable ASCII characters without blanks.");
        }
    }

    /** Not a stream: ids are read by the thousand. */
    private static boolean isPlain(String value) {
        for (var i = 0; i < value.length(); i++) {
            var character = value.charAt(i);
            if (character <= ' ' || character >= 127) {
                return false;
            }
        }
        return true;
    }
}
