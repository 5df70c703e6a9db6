package dev.livemeter.room;

import dev.livemeter.money.Money;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a broadcaster wants a room to be.
 *
 * @param capacity at most so many viewers at a time
 * @param ticketPrice for {@link RoomKind#TICKET}; null for others
 * @param ticketLasts zero for the whole event
 * @param startsAt null to open it at once
 */
public record RoomPlan(
        String title,
        RoomKind kind,
        RoomVisibility visibility,
        int capacity,
        @Nullable Money ticketPrice,
        Duration ticketLasts,
        @Nullable Instant startsAt) {

    /** A public one that opens at once. */
    public static RoomPlan now(String title, RoomKind kind, int capacity) {
        return new RoomPlan(title, kind, RoomVisibility.PUBLIC, capacity, null, Duration.ZERO, null);
    }

    /** A public one with tickets for the whole event, that opens at once. */
    public static RoomPlan ticketed(String title, int capacity, Money price) {
        return new RoomPlan(title, RoomKind.TICKET, RoomVisibility.PUBLIC, capacity, price, Duration.ZERO, null);
    }

    /** The same, with tickets that last so long since their first use. */
    public RoomPlan ticketsLast(Duration length) {
        return new RoomPlan(title, kind, visibility, capacity, ticketPrice, length, startsAt);
    }

    /** The same, shown to others. */
    public RoomPlan shownTo(RoomVisibility whom) {
        return new RoomPlan(title, kind, whom, capacity, ticketPrice, ticketLasts, startsAt);
    }

    /** The same, announced for later. */
    public RoomPlan startingAt(Instant moment) {
        return new RoomPlan(title, kind, visibility, capacity, ticketPrice, ticketLasts, moment);
    }
}
