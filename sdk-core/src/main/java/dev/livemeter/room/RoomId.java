package dev.livemeter.room;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * Names a room.
 *
 * @param value 8 to 64 characters of {@code a-z 0-9 -}
 */
public record RoomId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{7,63}");

    public RoomId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "room.malformed_id",
                    "A room id of " + value.length()
                            + " characters was given that does not fit: expected 8 to 64 of a-z, 0-9 and '-'.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
