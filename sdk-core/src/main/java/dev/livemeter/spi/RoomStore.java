package dev.livemeter.spi;

import dev.livemeter.identity.UserId;
import dev.livemeter.room.Participant;
import dev.livemeter.room.Room;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomState;
import dev.livemeter.room.Ticket;
import dev.livemeter.session.SessionId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps rooms, who is in them, and tickets. Thread-safe; each call of a method is atomic and durable when it returns. */
public interface RoomStore {

    /**
     * Keeps a new one.
     *
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if there is one of that id
     */
    void insert(Room room);

    /**
     * Stores it as it is now, but for the number of viewers, if it is in that state before. Of two that move it out of one state only one does.
     *
     * @return whether it was in that state
     */
    boolean change(RoomState before, Room now);

    /** The one of that id. */
    Optional<Room> find(RoomId id);

    /**
     * Those in a state, the oldest first: by {@code madeAt}, then id.
     *
     * @param limit at most so many, 1 to 500
     * @param after only those younger than that room, whatever state it is in by now; null from the oldest on
     */
    List<Room> in(RoomState state, int limit, @Nullable RoomId after);

    /** Those of a broadcaster, the newest first, at most so many. */
    List<Room> of(UserId broadcaster, int limit);

    /** Those of a broadcaster in a state, the newest first, at most so many. */
    List<Room> of(UserId broadcaster, RoomState state, int limit);

    /** What became of a wish to come in. */
    enum Entry {
        /** They are in, and counted. */
        IN,
        /** They were in already; nothing changed. */
        ALREADY,
        /** As many as the room holds are in it. */
        FULL,
        /** The room is not open, or unknown. */
        CLOSED
    }

    /** Lets a viewer in if the room is open and has a place: however many come at once, there are never more than its capacity. */
    Entry enter(Participant participant);

    /**
     * Stores a participant as it is now; the first time that it has left, its place is free again. What was charged stays: one that has left and tells neither time nor cost does not replace one that does.
     *
     * @return whether it was known
     */
    boolean update(Participant participant);

    /** The present one of a viewer in a room. */
    Optional<Participant> present(RoomId room, UserId viewer);

    /** The one that a session is charged for. */
    Optional<Participant> participantOf(SessionId session);

    /** Those of a room, who have left too, by when they joined, then id, at most so many. */
    List<Participant> participants(RoomId room, int limit);

    /**
     * Those that have not left, of all rooms, the first in first: by {@code joinedAt}, then id.
     *
     * @param limit at most so many, 1 to 500
     * @param after only those who came after that participant, who may have left by now; null from the first on
     */
    List<Participant> present(int limit, @Nullable String after);

    /** Stores a ticket as it is now; there is one for each room and viewer. */
    void put(Ticket ticket);

    /** The ticket of a viewer for a room. */
    Optional<Ticket> ticket(RoomId room, UserId viewer);

    /** All tickets of a room, by the names of their viewers, at most so many after that viewer; null from the first on. */
    List<Ticket> tickets(RoomId room, int limit, @Nullable UserId after);
}
