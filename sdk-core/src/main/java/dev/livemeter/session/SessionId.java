package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * Names a session. 128 bits of it are random: whoever does not know it cannot guess it, which the relay relies on.
 *
 * @param value 8 to 64 characters of {@code a-z 0-9 -}
 */
public record SessionId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{7,63}");

    public SessionId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "session.malformed_id",
                    "A session id of " + value.length()
                            + " characters was given that does not fit: expected 8 to 64 of a-z, 0-9 and '-'.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
