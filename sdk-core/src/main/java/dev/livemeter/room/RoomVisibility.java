package dev.livemeter.room;

/** Who is told of a room. */
public enum RoomVisibility {
    /** Everybody. */
    PUBLIC,
    /** Members of the broadcaster, by the host's word; nobody else comes in either. */
    MEMBERS,
    /** Whoever has its address. */
    UNLISTED
}
