package dev.livemeter.identity;

import dev.livemeter.LivemeterException;

/**
 * The host application's own name for a person: a login, a number, an address. Livemeter stores it as it is and
 * never interprets it.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ @ -}, the first one a letter or a digit; the set is narrow
 *     because the name becomes part of stream keys
 */
public record UserId(String value) {

    public UserId {
        if (!isWellFormed(value)) {
            throw new LivemeterException(
                    "user.malformed",
                    "A user id of " + value.length() + " characters was given that does not fit: expected 1 to 64 of"
                            + " A-Z a-z 0-9 . _ @ -, beginning with a letter or a digit.");
        }
    }

    /** Not a regular expression: names are read by the thousand. */
    private static boolean isWellFormed(String value) {
        if (value.isEmpty() || value.length() > 64 || !isLetterOrDigit(value.charAt(0))) {
            return false;
        }
        for (var i = 1; i < value.length(); i++) {
            var character = value.charAt(i);
            if (!isLetterOrDigit(character)
                    && character != '.'
                    && character != '_'
                    && character != '@'
                    && character != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9');
    }

    public static UserId of(String value) {
        return new UserId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
