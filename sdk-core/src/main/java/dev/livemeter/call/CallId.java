package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * Names a call, from its invitation on.
 *
 * @param value 8 to 64 characters of {@code a-z 0-9 -}
 */
public record CallId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{7,63}");

    public CallId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "call.malformed_id",
                    "A call id of " + value.length()
                            + " characters was given that does not fit: expected 8 to 64 of a-z, 0-9 and '-'.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
