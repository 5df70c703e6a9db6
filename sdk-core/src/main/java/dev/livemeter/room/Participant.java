package dev.livemeter.room;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One presence of a viewer in a room, from coming in to leaving. Who comes again has another one. Immutable.
 *
 * @param id of this presence
 * @param peer the client of the viewer
 * @param session what is charged for it, and the reference in the books; null where it is free
 * @param leftAt null while they are there
 * @param watched how long is charged; final once it is over and settled
 * @param cost what the viewer paid for it by the minute
 * @param why why it is over, in a sentence; empty before
 */
public record Participant(
        String id,
        RoomId room,
        UserId viewer,
        PeerId peer,
        @Nullable SessionId session,
        Instant joinedAt,
        @Nullable Instant leftAt,
        Duration watched,
        Money cost,
        String why) {

    /** Whether they are still there. */
    public boolean isPresent() {
        return leftAt == null;
    }

    Participant left(Instant now, String sentence) {
        return new Participant(id, room, viewer, peer, session, joinedAt, now, watched, cost, sentence);
    }

    Participant settled(Duration length, Money charged) {
        return new Participant(id, room, viewer, peer, session, joinedAt, leftAt, length, charged, why);
    }
}
