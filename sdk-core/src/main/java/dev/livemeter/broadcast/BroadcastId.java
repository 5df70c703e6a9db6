package dev.livemeter.broadcast;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * Our name for a broadcast on a platform.
 *
 * @param value 8 to 64 characters of {@code a-z 0-9 -}, the first one a letter or a digit
 */
public record BroadcastId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{7,63}");

    public BroadcastId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "broadcast.malformed_id",
                    "A broadcast id of " + value.length()
                            + " characters was given that does not fit: expected 8 to 64 of a-z, 0-9 and '-'.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
