package dev.livemeter.moderation;

import dev.livemeter.identity.UserId;
import org.jspecify.annotations.Nullable;

/**
 * From where somebody is sent away.
 *
 * @param broadcaster from whose streams, rooms, calls and chats; null for all of everybody
 */
public record BanScope(@Nullable UserId broadcaster) {

    /** From one broadcaster's streams, rooms, calls and chats. */
    public static BanScope of(UserId broadcaster) {
        return new BanScope(broadcaster);
    }

    /** From everywhere. */
    public static BanScope everywhere() {
        return new BanScope(null);
    }

    /** Whether it holds with that broadcaster, or where nobody's is. */
    public boolean covers(@Nullable UserId host) {
        return broadcaster == null || broadcaster.equals(host);
    }

    @Override
    public String toString() {
        return broadcaster == null ? "everywhere" : "with " + broadcaster;
    }
}
