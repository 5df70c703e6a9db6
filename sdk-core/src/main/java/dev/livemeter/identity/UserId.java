package dev.livemeter.identity;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * The host application's own name for a person: a login, a number, an address. Livemeter stores it as it is and
 * never interprets it.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ @ -}, the first one a letter or a digit; the set is narrow
 *     because the name becomes part of stream keys
 */
public record UserId(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    public UserId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "user.malformed",
                    "A user id of " + value.length() + " characters was given that does not fit: expected 1 to 64 of"
                            + " A-Z a-z 0-9 . _ @ -, beginning with a letter or a digit.");
        }
    }

    public static UserId of(String value) {
        return new UserId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
