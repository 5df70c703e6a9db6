package dev.livemeter.room;

/** How far a room has come. It never goes back. */
public enum RoomState {
    /** It is announced; tickets can be bought. */
    SCHEDULED,
    /** The broadcaster is on; viewers can come in. */
    OPEN,
    /** It is over. */
    ENDED
}
