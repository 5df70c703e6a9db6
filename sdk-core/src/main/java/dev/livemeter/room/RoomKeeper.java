package dev.livemeter.room;

import dev.livemeter.call.CallEnd;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallLane;
import dev.livemeter.call.PeerNames;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes rooms whose broadcaster is gone, and settles who was left in a room by a process that is no more. Thread-safe. */
final class RoomKeeper implements CallLane.Keeper {

    private static final Logger log = LoggerFactory.getLogger(RoomKeeper.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    private static final int MOST_AT_ONCE = 500;

    private final RoomParts parts;
    private final RoomDoor door;
    private final RoomNodes nodes;
    private final BiConsumer<Room, CallEnd> close;
    private volatile boolean ended;

    RoomKeeper(RoomParts parts, RoomDoor door, RoomNodes nodes, BiConsumer<Room, CallEnd> close) {
        this.parts = parts;
        this.door = door;
        this.nodes = nodes;
        this.close = close;
    }

    void begin() {
        // A broadcaster whose page is still open comes back by itself; so rooms are not closed before it could.
        parts.scheduler().after(LOOK_EVERY, this::look);
    }

    void end() {
        ended = true;
    }

    @Override
    public void settled(Session session) {
        var here = door.all().stream()
                .filter(presence -> session.id().equals(presence.participant().session()))
                .findFirst();
        if (here.isPresent()) {
            if (session.state().isOver()) {
                here.get().settled(session);
            }
            door.save(here.get());
        } else if (session.state().isOver()) {
            parts.store().participantOf(session.id()).ifPresent(participant -> conclude(participant, session));
        }
    }

    private void conclude(Participant participant, Session session) {
        hangUp(participant);
        var left = participant.isPresent()
                ? participant.left(parts.now(), CallEnd.of(Cause.LOST).sentence())
                : participant;
        parts.store()
                .update(left.settled(
                        session.metering().used(), session.metering().charged()));
    }

    private void hangUp(Participant participant) {
        if (door.isBack(participant)) {
            return;
        }
        parts.store()
                .find(participant.room())
                .ifPresent(
                        room -> parts.common().network().hangUp(participant.peer(), PeerNames.of(room.broadcaster())));
    }

    @Override
    public void orphaned(SessionId session) {
        parts.store().participantOf(session).ifPresent(this::hangUp);
    }

    @Override
    public void changed(SessionId session) {
        // The status tells it; a viewer's client asks every second.
    }

    @Override
    public void presence(UserId user) {
        if (!parts.calls().lane().isPresent(user)) {
            parts.scheduler().after(parts.policy().reconnectWithin(), () -> closeWithout(user));
        }
    }

    private void closeWithout(UserId broadcaster) {
        if (ended || parts.calls().lane().isPresent(broadcaster)) {
            return;
        }
        parts.store()
                .of(broadcaster, RoomState.OPEN, MOST_AT_ONCE)
                .forEach(room -> close.accept(room, CallEnd.by(Cause.DISCONNECTED, broadcaster)));
    }

    private void look() {
        if (ended) {
            return;
        }
        try {
            lookForBroadcasters();
            lookForViewers();
            if (nodes.areThere()) {
                compare();
                nodes.tidy();
            }
        } catch (RuntimeException e) {
            log.warn("Rooms that were left open could not be looked for ({}); trying again.", e.getMessage());
        }
        parts.scheduler().after(LOOK_EVERY, this::look);
    }

    /** Of all rooms that are open, page by page: however many of them are well, the others come to their end. */
    private void lookForBroadcasters() {
        RoomId last = null;
        while (!ended) {
            var page = parts.store().in(RoomState.OPEN, MOST_AT_ONCE, last);
            page.stream()
                    .filter(room -> !parts.calls().lane().isPresent(room.broadcaster()))
                    .forEach(room -> presence(room.broadcaster()));
            if (page.size() < MOST_AT_ONCE) {
                return;
            }
            last = page.get(page.size() - 1).id();
        }
    }

    private void lookForViewers() {
        String last = null;
        while (!ended) {
            var page = parts.store().present(MOST_AT_ONCE, last);
            page.stream().filter(participant -> !door.isHere(participant.id())).forEach(this::reconcile);
            if (page.size() < MOST_AT_ONCE) {
                return;
            }
            last = page.get(page.size() - 1).id();
        }
    }

    /** Of another node, or of nobody any more. */
    void reconcile(Participant participant) {
        var session = participant.session();
        if (session != null) {
            parts.common()
                    .sessions()
                    .find(session)
                    .filter(found -> found.state().isOver())
                    .ifPresent(found -> conclude(participant, found));
            return;
        }
        if (nodes.runs(participant.id())) {
            return;
        }
        if (nodes.areThere()) {
            // What is known of other nodes may be a moment old.
            nodes.ifNobodyRuns(participant, () -> parts.scheduler().after(ASK_AGAIN, () -> askAgain(participant)));
            return;
        }
        var open = parts.store()
                .find(participant.room())
                .filter(room -> room.state() == RoomState.OPEN)
                .isPresent();
        if (!open || !parts.common().network().isPresent(participant.peer())) {
            leave(participant);
        }
    }

    /** It is stored a moment before it runs, and whoever was asked in between did not know it. */
    private void askAgain(Participant participant) {
        if (isStillNobodys(participant)) {
            nodes.ifNobodyRuns(participant, () -> {
                if (isStillNobodys(participant)) {
                    leave(participant);
                }
            });
        }
    }

    private boolean isStillNobodys(Participant participant) {
        return !ended
                && !door.isHere(participant.id())
                && !nodes.runs(participant.id())
                && parts.store()
                        .present(participant.room(), participant.viewer())
                        .filter(one -> one.id().equals(participant.id()))
                        .isPresent();
    }

    private void leave(Participant participant) {
        hangUp(participant);
        parts.store()
                .update(participant.left(parts.now(), CallEnd.of(Cause.LOST).sentence()));
    }

    /** The node that let them in is dead. What is charged is settled by whoever takes the session over; the place is free now. */
    void lost(PresenceBeat.Fact fact) {
        try {
            parts.store()
                    .present(new RoomId(fact.room()), UserId.of(fact.viewer()))
                    .filter(one -> one.id().equals(fact.participant()))
                    .ifPresent(this::leave);
        } catch (RuntimeException e) {
            log.warn("That a viewer is gone with their node could not be stored ({}); trying again.", e.getMessage());
            parts.scheduler().after(TRY_AGAIN, () -> lost(fact));
        }
    }

    /** Where a message of another node was lost: who is in here by a room that is over, or is held for gone. */
    private void compare() {
        for (var presence : door.all()) {
            var participant = presence.participant();
            if (!participant.isPresent()) {
                continue;
            }
            var isOver = parts.store()
                    .find(participant.room())
                    .filter(room -> room.state() == RoomState.OPEN)
                    .isEmpty();
            if (isOver) {
                presence.end(CallEnd.of(Cause.HUNG_UP));
            } else if (parts.store()
                    .present(participant.room(), participant.viewer())
                    .filter(one -> one.id().equals(participant.id()))
                    .isEmpty()) {
                door.lose(presence);
            }
        }
    }
}
