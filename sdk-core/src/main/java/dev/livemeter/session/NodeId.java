package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import java.util.regex.Pattern;

/**
 * One run of one application that meters sessions. A new one is made whenever Livemeter is built, so that a process that was believed dead and
 * wakes up is another node than the one that took its sessions over.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}
 */
public record NodeId(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public NodeId {
        if (!FORM.matcher(value).matches()) {
            throw new LivemeterException(
                    "node.malformed_id",
                    "A node id of " + value.length()
                            + " characters was given that does not fit: expected 1 to 64 of A-Z a-z 0-9 . _ and -.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
