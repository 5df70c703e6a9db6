package dev.livemeter.room;

import dev.livemeter.session.Prices;

/** The answer to something that somebody wants of a room. */
public sealed interface RoomAnswer {

    /** The room is as the broadcaster wants it; also where it was already. */
    record Done(Room room) implements RoomAnswer {}

    /** The viewer is in; also where they were already. */
    record Joined(ParticipantStatus status) implements RoomAnswer {}

    /** The viewer has a ticket; also where they had one already. */
    record Ticketed(Ticket ticket) implements RoomAnswer {}

    /**
     * The price is another one than what was accepted. Nothing was begun; show this one and ask again.
     *
     * @param reference to be sent back as the sign that it was accepted
     */
    record PriceChanged(Prices.InForce price, String reference) implements RoomAnswer {}

    /**
     * Nothing changed.
     *
     * @param sentence for whoever asked
     */
    record Refused(Reason reason, String sentence) implements RoomAnswer {}

    /** Why not, in the order in which the reasons are looked at. */
    enum Reason {
        /** Only its broadcaster may do that, or only somebody else. */
        NOT_YOURS,
        /** Something about the wish does not fit. */
        UNFIT,
        /** The broadcaster has another room that is open. */
        ALREADY_OPEN,
        /** The room is not in a state for it. */
        NOT_NOW,
        /** The two may not meet. */
        NOT_ALLOWED,
        /** The viewer is no member. */
        NOT_A_MEMBER,
        /** The viewer has no ticket, or it is used up. */
        NO_TICKET,
        /** The broadcaster is not there now. */
        OFFLINE,
        /** There is no place left. */
        FULL,
        /** The viewer cannot pay. */
        INSUFFICIENT_FUNDS
    }
}
