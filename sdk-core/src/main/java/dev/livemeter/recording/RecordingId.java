package dev.livemeter.recording;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * Names a recording, and the files that are made of it.
 *
 * @param value 8 to 64 characters of {@code a-z 0-9 -}, the first one a letter or a digit
 */
public record RecordingId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{7,63}");

    public RecordingId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "recording.malformed_id",
                    "A recording id of " + value.length()
                            + " characters was given that does not fit: expected 8 to 64 of a-z, 0-9 and '-'.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
