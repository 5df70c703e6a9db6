package dev.livemeter.room;

/** How one comes into a room. */
public enum RoomKind {
    /** Without paying. */
    FREE,
    /** By the minute, at the price of a call; each viewer has a session of their own. */
    METERED,
    /** By the minute, at the price of watching a call; each viewer has a session of their own. */
    SPECTATORS,
    /** With a ticket. */
    TICKET,
    /** As a member, by the host's word. */
    MEMBERS;

    /** Whether each viewer has a session that is charged. */
    public boolean isMetered() {
        return this == METERED || this == SPECTATORS;
    }
}
