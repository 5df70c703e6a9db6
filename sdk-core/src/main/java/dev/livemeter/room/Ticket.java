package dev.livemeter.room;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A viewer's ticket for a room; each has one at most. Immutable.
 *
 * @param transfer what was debited for it
 * @param firstUsedAt null before; a ticket for a duration lasts from then on
 * @param refundedAt when it was given back; null while it is good
 */
public record Ticket(
        RoomId room,
        UserId viewer,
        TransferId transfer,
        Money price,
        Instant boughtAt,
        @Nullable Instant firstUsedAt,
        @Nullable Instant refundedAt) {

    Ticket used(Instant now) {
        return new Ticket(room, viewer, transfer, price, boughtAt, now, refundedAt);
    }

    Ticket refunded(Instant now) {
        return new Ticket(room, viewer, transfer, price, boughtAt, firstUsedAt, now);
    }
}
