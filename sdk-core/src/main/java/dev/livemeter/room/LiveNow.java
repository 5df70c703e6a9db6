package dev.livemeter.room;

import dev.livemeter.identity.UserId;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody is live, for any page that shows them.
 *
 * @param room the one that is open, if whoever looks is told of it: a public one, a members' one for members; null where there is none
 */
public record LiveNow(UserId user, State state, @Nullable Room room) {

    /** What they do. */
    public enum State {
        /** Not connected. */
        OFFLINE,
        /** Connected, and can be called. */
        PRESENT,
        /** In a room that whoever looks is told of. */
        LIVE_PUBLIC,
        /** In a call. */
        LIVE_PRIVATE
    }
}
