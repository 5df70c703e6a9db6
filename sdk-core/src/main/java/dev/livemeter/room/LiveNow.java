package dev.livemeter.room;

import dev.livemeter.identity.UserId;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody is live, for any page that shows them.
 *
 * @param room the public or members' room that is open; null where there is none
 */
public record LiveNow(UserId user, State state, @Nullable Room room) {

    /** What they do. */
    public enum State {
        /** Not connected. */
        OFFLINE,
        /** Connected, and can be called. */
        PRESENT,
        /** In a room that others may come into. */
        LIVE_PUBLIC,
        /** In a call. */
        LIVE_PRIVATE
    }
}
