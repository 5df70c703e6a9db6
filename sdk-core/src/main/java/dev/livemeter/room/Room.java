package dev.livemeter.room;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A room as it is kept. Immutable.
 *
 * @param broadcaster who shows something, and earns the share
 * @param title for people, 1 to 120 characters of one line
 * @param capacity how many viewers are in it at most at a time
 * @param share of the broadcaster, fixed when the room was made
 * @param ticketPrice of a {@link RoomKind#TICKET} room; null for others
 * @param ticketLasts how long a ticket lets one watch since its first use; zero for the whole event
 * @param startsAt when it is announced to begin; null where it opened at once
 * @param openedAt null before it is open
 * @param endedAt null before its end
 * @param present how many viewers are in it now
 */
public record Room(
        RoomId id,
        UserId broadcaster,
        String title,
        RoomKind kind,
        RoomVisibility visibility,
        int capacity,
        Share share,
        @Nullable Money ticketPrice,
        Duration ticketLasts,
        RoomState state,
        Instant madeAt,
        @Nullable Instant startsAt,
        @Nullable Instant openedAt,
        @Nullable Instant endedAt,
        int present) {

    Room opened(Instant now) {
        return new Room(
                id,
                broadcaster,
                title,
                kind,
                visibility,
                capacity,
                share,
                ticketPrice,
                ticketLasts,
                RoomState.OPEN,
                madeAt,
                startsAt,
                now,
                null,
                present);
    }

    Room ended(Instant now) {
        return new Room(
                id,
                broadcaster,
                title,
                kind,
                visibility,
                capacity,
                share,
                ticketPrice,
                ticketLasts,
                RoomState.ENDED,
                madeAt,
                startsAt,
                openedAt,
                now,
                present);
    }

    /** The same with so many viewers in it; for stores. */
    public Room withPresent(int viewers) {
        return new Room(
                id,
                broadcaster,
                title,
                kind,
                visibility,
                capacity,
                share,
                ticketPrice,
                ticketLasts,
                state,
                madeAt,
                startsAt,
                openedAt,
                endedAt,
                viewers);
    }
}
