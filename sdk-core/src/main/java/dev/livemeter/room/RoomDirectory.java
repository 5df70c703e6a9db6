package dev.livemeter.room;

import dev.livemeter.call.CallState;
import dev.livemeter.identity.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What each person is told of rooms: where they look at what there is, at somebody's badge, or at an address that they have. Thread-safe. */
final class RoomDirectory {

    /** So many at once are looked through. */
    private static final int PAGE = 500;

    private final RoomParts parts;

    RoomDirectory(RoomParts parts) {
        this.parts = parts;
    }

    /** The room of a broadcaster that is open. */
    Optional<Room> openOf(UserId broadcaster) {
        return parts.store().of(broadcaster, RoomState.OPEN, 1).stream().findFirst();
    }

    /**
     * Those in a state that a viewer is told of, the oldest first. Those that they are not told of fill no place.
     *
     * @param after only those younger than that one; null from the oldest on
     */
    List<Room> listed(UserId viewer, RoomState state, int limit, @Nullable RoomId after) {
        var found = new ArrayList<Room>();
        var last = after;
        while (true) {
            var page = parts.store().in(state, PAGE, last);
            for (var room : page) {
                if (isListed(room, viewer)) {
                    found.add(room);
                }
                if (found.size() == limit) {
                    return found;
                }
            }
            if (page.size() < PAGE) {
                return found;
            }
            last = page.get(page.size() - 1).id();
        }
    }

    /** The one of that id, as far as whoever has its address may look at it: an unlisted one, and those that they are told of. */
    Optional<Room> find(UserId viewer, RoomId id) {
        return parts.store()
                .find(id)
                .filter(room -> room.visibility() == RoomVisibility.UNLISTED || isListed(room, viewer));
    }

    /**
     * Whether somebody is live.
     *
     * @param viewer who looks; null for a stranger
     */
    LiveNow liveNow(@Nullable UserId viewer, UserId user) {
        var room = openOf(user).filter(found -> isListed(found, viewer)).orElse(null);
        if (room != null) {
            return new LiveNow(user, LiveNow.State.LIVE_PUBLIC, room);
        }
        if (parts.calls()
                .current(user.value())
                .filter(status -> isAccepted(status.call().state()))
                .isPresent()) {
            return new LiveNow(user, LiveNow.State.LIVE_PRIVATE, null);
        }
        return new LiveNow(
                user, parts.calls().lane().isPresent(user) ? LiveNow.State.PRESENT : LiveNow.State.OFFLINE, null);
    }

    private boolean isListed(Room room, @Nullable UserId viewer) {
        if (room.visibility() == RoomVisibility.PUBLIC) {
            return true;
        }
        return viewer != null
                && (room.broadcaster().equals(viewer)
                        || (room.visibility() == RoomVisibility.MEMBERS
                                && parts.policy().members().test(viewer, room.broadcaster())));
    }

    /** One that only rings is not private yet: nobody has said that they want it. */
    private static boolean isAccepted(CallState state) {
        return state == CallState.CONNECTING || state == CallState.LIVE;
    }
}
