package dev.livemeter.moderation;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * Names a ban or a kick.
 *
 * @param value 1 to 64 of {@code a-z 0-9 -}
 */
public record BanId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,64}");

    public BanId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "ban.malformed",
                    "A ban id of " + value.length()
                            + " characters was given that does not fit: expected 1 to 64 of a-z 0-9 -.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
