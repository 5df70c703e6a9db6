package dev.livemeter.room;

import dev.livemeter.identity.UserId;
import dev.livemeter.room.RoomAnswer.Reason;
import dev.livemeter.room.RoomAnswer.Refused;
import dev.livemeter.room.RoomAnswer.Ticketed;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sells tickets and takes them back. The names of the transfers are made from room and viewer, so that nobody pays twice however often they ask. Thread-safe. */
final class TicketOffice {

    private static final Logger log = LoggerFactory.getLogger(TicketOffice.class);
    private static final int PAGE = 500;

    private final RoomParts parts;

    TicketOffice(RoomParts parts) {
        this.parts = parts;
    }

    RoomAnswer sell(Room room, UserId viewer) {
        var price = room.ticketPrice();
        if (room.kind() != RoomKind.TICKET || price == null) {
            return new Refused(Reason.UNFIT, "No tickets are sold for this room.");
        }
        if (room.state() == RoomState.ENDED) {
            return new Refused(Reason.NOT_NOW, "The room is over; no tickets are sold any more.");
        }
        var present = parts.store().ticket(room.id(), viewer).orElse(null);
        if (present != null && isGood(present, room, parts.now())) {
            return new Ticketed(present);
        }
        var id = transfer(room, viewer, present);
        var result = parts.common()
                .wallets()
                .debit(new DebitRequest(
                        id,
                        viewer,
                        price,
                        "Ticket for " + room.title(),
                        new Subject("room/" + room.id()),
                        new Allotment(room.broadcaster(), room.share().of(price))));
        if (result instanceof DebitResult.Declined declined) {
            return new Refused(Reason.INSUFFICIENT_FUNDS, declined.message());
        }
        // After a crash between the two, the same debit is answered with what it did, and the ticket is written then.
        var ticket = new Ticket(room.id(), viewer, id, price, parts.now(), null, null);
        parts.store().put(ticket);
        return new Ticketed(ticket);
    }

    private static TransferId transfer(Room room, UserId viewer, @Nullable Ticket before) {
        var name = "ticket/" + room.id() + "/" + viewer;
        return new TransferId(
                before == null ? name : name + "/" + before.boughtAt().toEpochMilli());
    }

    /** Whether it lets one in at that moment. */
    static boolean isGood(Ticket ticket, Room room, Instant now) {
        var end = endOf(ticket, room);
        return ticket.refundedAt() == null && (end == null || now.isBefore(end));
    }

    /** When it is used up; null where it lasts for the whole event, or was not used yet. */
    static @Nullable Instant endOf(Ticket ticket, Room room) {
        var used = ticket.firstUsedAt();
        return used == null || room.ticketLasts().isZero() ? null : used.plus(room.ticketLasts());
    }

    /** Gives the price of a ticket back, by the split that took it. Idempotent. */
    RoomAnswer refund(Ticket ticket) {
        if (ticket.refundedAt() != null) {
            return new Ticketed(ticket);
        }
        var id = new TransferId("refund/" + ticket.transfer());
        var result = parts.common()
                .wallets()
                .refund(new RefundRequest(id, ticket.transfer(), ticket.price(), "Ticket given back"));
        if (result instanceof RefundResult.Declined declined) {
            return new Refused(Reason.NOT_NOW, declined.message());
        }
        var given = ticket.refunded(parts.now());
        parts.store().put(given);
        return new Ticketed(given);
    }

    /** Gives all tickets of a room back that never opened. What fails is tried again when this is called again. */
    void refundAll(Room room) {
        @Nullable UserId last = null;
        while (true) {
            var page = parts.store().tickets(room.id(), PAGE, last);
            for (var ticket : page) {
                if (refund(ticket) instanceof Refused refused) {
                    log.error(
                            "The ticket of {} for the room {} could not be given back: {}",
                            ticket.viewer(),
                            room.id(),
                            refused.sentence());
                }
            }
            if (page.size() < PAGE) {
                return;
            }
            last = Objects.requireNonNull(page.get(page.size() - 1)).viewer();
        }
    }
}
