package dev.livemeter.peer;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * The name of a client in signaling.
 *
 * @param value 1 to 128 ASCII letters and digits, in groups joined by single spaces, hyphens or underscores: what the {@code peerjs} client
 *     takes for an id
 */
public record PeerId(String value) {

    private static final int LONGEST = 128;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]+(?:[ _-][A-Za-z0-9]+)*+");

    public PeerId {
        if (value.length() > LONGEST || !FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "peer.malformed",
                    "A peer id of " + value.length() + " characters was given that does not fit: expected 1 to "
                            + LONGEST
                            + " letters and digits, in groups joined by single spaces, hyphens or underscores.");
        }
    }

    public static PeerId of(String value) {
        return new PeerId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
