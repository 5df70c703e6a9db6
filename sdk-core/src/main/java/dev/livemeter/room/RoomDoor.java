package dev.livemeter.room;

import dev.livemeter.call.CallEnd;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.MediaPair;
import dev.livemeter.call.PeerNames;
import dev.livemeter.event.LiveEvent.ParticipantChanged;
import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import dev.livemeter.room.RoomAnswer.Joined;
import dev.livemeter.room.RoomAnswer.PriceChanged;
import dev.livemeter.room.RoomAnswer.Reason;
import dev.livemeter.room.RoomAnswer.Refused;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Payee;
import dev.livemeter.session.Prices;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.RoomStore.Entry;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.wallet.HoldResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets viewers in, and knows who is in. Thread-safe. */
final class RoomDoor {

    private static final Logger log = LoggerFactory.getLogger(RoomDoor.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    /** Who came and left counts too; looked through only where somebody is missing. */
    private static final int MOST_OF_A_ROOM = 10_000;

    private final RoomParts parts;
    private final RoomNodes nodes;
    private final UnpaidVisits unpaid;
    private final Map<String, RunningPresence> running = new ConcurrentHashMap<>();

    RoomDoor(RoomParts parts, RoomNodes nodes) {
        this.parts = parts;
        this.nodes = nodes;
        this.unpaid = new UnpaidVisits(parts.common().time());
    }

    /** What a viewer pays in a room by the minute now. */
    Prices.InForce price(Room room) {
        var service = room.kind() == RoomKind.SPECTATORS ? Service.SPECTATOR : Service.CALL;
        return parts.common().prices().inForce(TariffKey.of(service, room.broadcaster()));
    }

    static String reference(Prices.InForce price) {
        return price.version().isEmpty() ? price.tariff().notation() : price.version();
    }

    RoomAnswer join(Room room, UserId viewer, String device, String accepted) {
        var peer = PeerNames.of(viewer, device);
        var refusal = refusal(room, viewer);
        if (refusal != null) {
            return refusal;
        }
        var own = of(room.id(), viewer).orElse(null);
        var present = parts.store().present(room.id(), viewer).orElse(null);
        if (own != null
                && own.participant().isPresent()
                && (present == null || !present.id().equals(own.participant().id()))) {
            // Others took this node for dead, and the viewer for gone; who is in twice might pay twice.
            lose(own);
        }
        if (present != null) {
            var here = running.get(present.id());
            if (here != null && here.participant().isPresent()) {
                return new Joined(here.status(true));
            }
            var elsewhere = here == null ? nodes.find(room.id(), viewer) : Optional.<ParticipantStatus>empty();
            if (elsewhere.isPresent()) {
                return new Joined(elsewhere.get());
            }
            if (here == null && !isOver(present)) {
                return new Refused(Reason.NOT_NOW, "You are in this room already, by another page; leave it there.");
            }
            // Left a moment ago, or by a process that is no more.
            parts.store()
                    .update(
                            here != null
                                    ? here.participant()
                                    : present.left(
                                            parts.now(), CallEnd.of(Cause.LOST).sentence()));
        }
        var ticket = parts.store().ticket(room.id(), viewer).orElse(null);
        if (room.kind() == RoomKind.TICKET && (ticket == null || !TicketOffice.isGood(ticket, room, parts.now()))) {
            return new Refused(Reason.NO_TICKET, "A ticket for " + room.ticketPrice() + " lets you in.");
        }
        var broadcaster = parts.calls().lane().present(room.broadcaster());
        if (broadcaster.isEmpty()) {
            return new Refused(Reason.OFFLINE, room.broadcaster() + " is not there now.");
        }
        var wait = unpaid.waitOf(viewer, room.broadcaster());
        if (room.kind().isMetered() && !wait.isZero()) {
            return new Refused(Reason.NOT_NOW, UnpaidVisits.sentence(wait));
        }
        var price = price(room);
        if (room.kind().isMetered() && !reference(price).equals(accepted)) {
            return new PriceChanged(price, reference(price));
        }
        var used = ticket == null || ticket.firstUsedAt() != null ? ticket : ticket.used(parts.now());
        var ends = used == null || room.kind() != RoomKind.TICKET ? null : TicketOffice.endOf(used, room);
        var answer = enter(room, viewer, peer, broadcaster.get(0), price, ends);
        if (used != null && !used.equals(ticket) && answer instanceof Joined) {
            parts.store().put(used);
        }
        return answer;
    }

    private @Nullable Refused refusal(Room room, UserId viewer) {
        if (room.broadcaster().equals(viewer)) {
            return new Refused(Reason.NOT_YOURS, "It is your own room; viewers come in here.");
        }
        if (room.state() != RoomState.OPEN) {
            return new Refused(Reason.NOT_NOW, "The room is not open.");
        }
        return objection(room, viewer);
    }

    /** What stands against a viewer in a room, whatever they pay: so they are sold no ticket either. */
    @Nullable
    Refused objection(Room room, UserId viewer) {
        var objection = parts.policy().meeting().objection(viewer, room.broadcaster());
        if (objection.isPresent()) {
            return new Refused(Reason.NOT_ALLOWED, objection.get());
        }
        var membersOnly = room.kind() == RoomKind.MEMBERS || room.visibility() == RoomVisibility.MEMBERS;
        return membersOnly && !parts.policy().members().test(viewer, room.broadcaster())
                ? new Refused(Reason.NOT_A_MEMBER, "This room is for members of " + room.broadcaster() + ".")
                : null;
    }

    private boolean isOver(Participant present) {
        var session = present.session();
        return session == null
                || parts.common()
                        .sessions()
                        .find(session)
                        .map(found -> found.state().isOver())
                        .orElse(true);
    }

    private RoomAnswer enter(
            Room room,
            UserId viewer,
            PeerId peer,
            PeerId broadcaster,
            Prices.InForce price,
            @Nullable Instant ticketEnds) {
        @Nullable SessionId session = room.kind().isMetered() ? parts.meter().newId() : null;
        var participant = new Participant(
                parts.common().ids().next(),
                room.id(),
                viewer,
                peer,
                session,
                parts.now(),
                null,
                Duration.ZERO,
                RunningPresence.nothing(parts),
                "");
        // The place first, then the money: who finds no place has nothing held.
        var entry = parts.store().enter(participant);
        if (entry != Entry.IN) {
            return switch (entry) {
                case FULL ->
                    new Refused(
                            Reason.FULL, "All " + room.capacity() + " places of the room are taken; try again later.");
                case ALREADY -> new Refused(Reason.NOT_NOW, "You are just coming in; wait a moment.");
                default -> new Refused(Reason.NOT_NOW, "The room is not open.");
            };
        }
        var in = false;
        try {
            if (session != null && !isHeld(room, viewer, session, price)) {
                return new Refused(
                        Reason.INSUFFICIENT_FUNDS,
                        "This room begins with at least "
                                + parts.policy().credit().minimumToStart() + "; pay in and come again.");
            }
            in = true;
        } finally {
            if (!in) {
                parts.store().update(participant.left(parts.now(), "The balance was not enough to begin."));
            }
        }
        var presence =
                new RunningPresence(parts, participant, broadcaster, ticketEnds, (one, why) -> over(room, one, why));
        running.put(participant.id(), presence);
        nodes.entered(participant);
        tell(room, participant, ParticipantChanged.Move.JOINED, "");
        presence.begin(new MediaPair.Terms(viewer, peer, room.broadcaster(), broadcaster, session));
        return new Joined(presence.status(true));
    }

    private boolean isHeld(Room room, UserId viewer, SessionId session, Prices.InForce price) {
        var balance = parts.common().wallet().balance(viewer).orElse(null);
        var terms = new SessionTerms(
                Lane.CALL, viewer, new Payee(room.broadcaster(), room.share()), price.version(), null, List.of());
        return balance != null
                && parts.meter().open(session, terms, price.tariff(), 1, balance) instanceof HoldResult.Placed;
    }

    private void over(Room room, RunningPresence presence, CallEnd why) {
        var viewer = presence.participant().viewer();
        if (why.cause() == Cause.SILENT || viewer.equals(why.by())) {
            unpaid.ended(viewer, room.broadcaster(), presence.unpaid(), presence.confirmed());
        }
        parts.scheduler().after(Duration.ZERO, () -> save(presence));
        tell(room, presence.participant(), ParticipantChanged.Move.LEFT, why.sentence());
    }

    /** Stores that they left, or what it cost in the end. */
    void save(RunningPresence presence) {
        try {
            parts.store().update(presence.participant());
            if (!presence.participant().isPresent()) {
                nodes.left(presence.participant());
            }
            if (presence.participant().session() == null || isOver(presence.participant())) {
                running.remove(presence.participant().id());
            }
        } catch (RuntimeException e) {
            log.warn("That a viewer left could not be stored ({}); trying again.", e.getMessage());
            parts.scheduler().after(TRY_AGAIN, () -> save(presence));
        }
    }

    /** Stores now what else would be stored soon. */
    void finish() {
        for (var presence : all()) {
            var session = presence.participant().session();
            if (session != null) {
                parts.common()
                        .sessions()
                        .find(session)
                        .filter(found -> found.state().isOver())
                        .ifPresent(presence::settled);
            }
            save(presence);
        }
    }

    private void tell(Room room, Participant participant, ParticipantChanged.Move change, String detail) {
        for (var user : List.of(participant.viewer(), room.broadcaster())) {
            parts.events()
                    .publish(new ParticipantChanged(
                            parts.now(), user, participant.session(), room.id(), participant.viewer(), change, detail));
        }
    }

    /** Others hold it for gone: it ends, and what the viewer began by another node since then is left alone. */
    void lose(RunningPresence presence) {
        var why = CallEnd.of(Cause.LOST);
        if (isBack(presence.participant())) {
            presence.abandon(why);
        } else {
            presence.end(why);
        }
    }

    /** Whether the same client is in again, so that to hang up what was would hang up what is. */
    boolean isBack(Participant was) {
        return parts.store()
                .present(was.room(), was.viewer())
                .filter(one -> !one.id().equals(was.id()) && one.peer().equals(was.peer()))
                .isPresent();
    }

    /** Those who are stored as present, are not shown yet, and are not in by this node: theirs does not say how they stand. */
    List<ParticipantStatus> unshown(Room room, List<ParticipantStatus> shown) {
        var viewers =
                shown.stream().map(status -> status.participant().viewer()).collect(Collectors.toSet());
        return parts.store().participants(room.id(), MOST_OF_A_ROOM).stream()
                .filter(one -> one.isPresent() && !isHere(one.id()) && !viewers.contains(one.viewer()))
                .map(one -> asStored(room, one))
                .toList();
    }

    private ParticipantStatus asStored(Room room, Participant one) {
        var session = one.session();
        var broadcaster = parts.calls().lane().present(room.broadcaster()).stream()
                .findFirst()
                .orElseGet(() -> PeerNames.of(room.broadcaster()));
        var isDelivered = session == null
                || parts.common()
                        .sessions()
                        .find(session)
                        .filter(found -> found.state() == SessionState.LIVE)
                        .isPresent();
        return new ParticipantStatus(
                one, broadcaster, parts.now(), isDelivered, false, one.watched(), one.cost(), null, null, false, null);
    }

    /** Those who are in a room, as far as they are in by this node. */
    List<RunningPresence> in(RoomId room) {
        return running.values().stream()
                .filter(presence -> presence.participant().room().equals(room)
                        && presence.participant().isPresent())
                .toList();
    }

    /** The one of a viewer who is in a room, or was a moment ago, by this node. */
    Optional<RunningPresence> of(RoomId room, UserId viewer) {
        return running.values().stream()
                .filter(presence -> presence.participant().room().equals(room)
                        && presence.participant().viewer().equals(viewer))
                .max(Comparator.comparing(presence -> presence.participant().isPresent()));
    }

    /** All that run here. */
    List<RunningPresence> all() {
        return List.copyOf(running.values());
    }

    boolean isHere(String participant) {
        return running.containsKey(participant);
    }
}
