package dev.livemeter.chat;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import java.util.regex.Pattern;

/**
 * Where messages are exchanged, such as {@code room/7x2h}, {@code call/9k1m} or {@code stream/alice}. A channel needs not be made; it is there as soon as somebody may write to it.
 *
 * @param key a kind of 1 to 16 letters {@code a-z}, a slash, and 1 to 64 of {@code A-Z a-z 0-9 . _ @ -}, the first one a letter or a digit
 */
public record ChatChannel(String key) {

    private static final Pattern FORM = Pattern.compile("[a-z]{1,16}/[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    public ChatChannel {
        if (!FORM.matcher(key).matches()) {
            throw new LivemeterException(
                    "chat.malformed_channel",
                    "A chat channel of " + key.length() + " characters was given that does not fit: expected a kind of"
                            + " letters a-z, a slash and up to 64 of A-Z a-z 0-9 . _ @ -, such as stream/alice.");
        }
    }

    /** A channel of that kind. */
    public static ChatChannel of(String kind, String id) {
        return new ChatChannel(kind + "/" + id);
    }

    /** The channel beside what that user streams. */
    public static ChatChannel ofStream(UserId broadcaster) {
        return of("stream", broadcaster.value());
    }

    /** What stands before the slash. */
    public String kind() {
        return key.substring(0, key.indexOf('/'));
    }

    /** What stands behind the slash. */
    public String id() {
        return key.substring(key.indexOf('/') + 1);
    }

    @Override
    public String toString() {
        return key;
    }
}
