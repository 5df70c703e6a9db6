package dev.livemeter.room;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallEnd;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallParts;
import dev.livemeter.call.Calls;
import dev.livemeter.event.LiveEvent.RoomChanged;
import dev.livemeter.identity.UserId;
import dev.livemeter.room.RoomAnswer.Done;
import dev.livemeter.room.RoomAnswer.Reason;
import dev.livemeter.room.RoomAnswer.Refused;
import dev.livemeter.room.RoomWire.Wish;
import dev.livemeter.session.Prices;
import dev.livemeter.spi.RoomStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Rooms of one broadcaster and several viewers, each connected with the broadcaster from peer to peer: free, by the minute, by ticket, for members. Capacity, tickets and
 * membership are enforced before anybody may connect. Everything can be repeated. Thread-safe.
 *
 * <p>A viewer's presence lives on the node that let them in; where signaling joins several nodes, what is asked about it on another one is asked there, and waits up to three seconds for the answer. If none
 * comes, {@code room.node_unreachable} says so, and the same can be asked again.
 */
public final class Rooms {

    private static final int MOST = 500;
    private static final int LONGEST_TITLE = 120;

    private final RoomParts parts;
    private final RoomNodes nodes;
    private final RoomDoor door;
    private final TicketOffice tickets;
    private final RoomKeeper keeper;
    private final RoomDirectory directory;
    private final ReentrantLock opening = new ReentrantLock();

    private Rooms(RoomParts parts) {
        this.parts = parts;
        this.nodes = new RoomNodes(parts);
        this.door = new RoomDoor(parts, nodes);
        this.tickets = new TicketOffice(parts);
        this.keeper = new RoomKeeper(parts, door, nodes, this::close);
        this.directory = new RoomDirectory(parts);
        parts.calls().lane().keep(keeper);
    }

    /** Prepares rooms; to be done before the meter starts. For Livemeter itself. */
    public static Rooms with(CallParts common, Calls calls, RoomStore store) {
        return new Rooms(new RoomParts(common, calls, store));
    }

    /** Begins to tidy up what earlier processes left. For Livemeter itself. */
    public void begin() {
        keeper.begin();
        nodes.begin(new ForOthers());
    }

    /** Everybody leaves; the rooms stay open for the next start. For Livemeter itself. Idempotent. */
    public void close() {
        keeper.end();
        nodes.end();
        door.all().forEach(presence -> presence.end(new CallEnd(Cause.STOPPED, null, "Livemeter is closing")));
    }

    /** Stores what became of those who were in, when their sessions are charged. For Livemeter itself. Idempotent. */
    public void finish() {
        door.finish();
    }

    // Broadcasters

    /**
     * Opens a room, or announces it. Announced rooms can be several; open is one at a time.
     *
     * <p>First match wins: UNFIT, ALREADY_OPEN, done.
     */
    public RoomAnswer open(String broadcaster, RoomPlan plan) {
        var owner = UserId.of(broadcaster);
        var unfit = unfit(owner, plan);
        if (unfit != null) {
            return new Refused(Reason.UNFIT, unfit);
        }
        opening.lock();
        try {
            if (plan.startsAt() == null && directory.openOf(owner).isPresent()) {
                return alreadyOpen();
            }
            var now = parts.now();
            var announced = new Room(
                    new RoomId(parts.common().ids().next()),
                    owner,
                    plan.title().strip(),
                    plan.kind(),
                    plan.visibility(),
                    plan.capacity(),
                    parts.policy().shareFor(owner),
                    plan.ticketPrice(),
                    plan.ticketLasts(),
                    RoomState.SCHEDULED,
                    now,
                    plan.startsAt(),
                    null,
                    null,
                    0);
            var room = plan.startsAt() == null ? announced.opened(now) : announced;
            parts.store().insert(room);
            tell(room, "");
            return new Done(room);
        } finally {
            opening.unlock();
        }
    }

    private @Nullable String unfit(UserId owner, RoomPlan plan) {
        var currency = parts.policy().credit().minimumToStart().currency();
        var price = plan.ticketPrice();
        if (!parts.policy().takesCalls().test(owner)) {
            return owner + " cannot open rooms.";
        }
        if (plan.title().isBlank()
                || plan.title().length() > LONGEST_TITLE
                || plan.title().chars().anyMatch(Character::isISOControl)) {
            return "The title of the room does not fit; expected 1 to " + LONGEST_TITLE + " characters of one line.";
        }
        if (plan.capacity() < 1 || plan.capacity() > parts.policy().largestRoom()) {
            return "The room is to hold " + plan.capacity() + " viewers; expected 1 to "
                    + parts.policy().largestRoom() + ".";
        }
        if ((plan.kind() == RoomKind.TICKET) != (price != null)) {
            return "A room with tickets has a price for them, and no other room has; give both or neither.";
        }
        if (price != null && (!price.isPositive() || !price.currency().equals(currency))) {
            return "A ticket costs " + price + "; expected a positive amount of " + currency + ".";
        }
        return plan.ticketLasts().isNegative() ? "A ticket cannot last " + plan.ticketLasts() + "." : null;
    }

    private static Refused alreadyOpen() {
        return new Refused(Reason.ALREADY_OPEN, "Another room of yours is open; close it first.");
    }

    /**
     * Opens a room that was announced. Idempotent.
     *
     * @throws LivemeterException {@code room.unknown}
     */
    public RoomAnswer start(String broadcaster, RoomId id) {
        opening.lock();
        try {
            var room = of(broadcaster, id);
            if (room.state() == RoomState.OPEN) {
                return new Done(room);
            }
            if (room.state() == RoomState.ENDED) {
                return new Refused(Reason.NOT_NOW, "The room is over; open another one.");
            }
            if (directory.openOf(room.broadcaster()).isPresent()) {
                return alreadyOpen();
            }
            var opened = room.opened(parts.now());
            if (!parts.store().change(RoomState.SCHEDULED, opened)) {
                return new Refused(Reason.NOT_NOW, "The room is not as it was; look again.");
            }
            tell(opened, "");
            return new Done(opened);
        } finally {
            opening.unlock();
        }
    }

    /**
     * Closes a room: everybody leaves. The tickets of one that never opened are given back. Idempotent.
     *
     * @throws LivemeterException {@code room.unknown}
     */
    public RoomAnswer close(String broadcaster, RoomId id) {
        var room = of(broadcaster, id);
        close(room, CallEnd.by(Cause.HUNG_UP, room.broadcaster()));
        return new Done(find(id).orElse(room));
    }

    /**
     * Closes a room by order of an operator. Idempotent.
     *
     * @param reason a few words that fit behind a colon
     * @return whether it was not over yet
     */
    public boolean end(RoomId id, String reason) {
        var room = find(id).filter(found -> found.state() != RoomState.ENDED);
        room.ifPresent(found -> close(found, new CallEnd(Cause.STOPPED, null, reason)));
        return room.isPresent();
    }

    private void close(Room room, CallEnd why) {
        var ended = room.ended(parts.now());
        if (parts.store().change(room.state(), ended)) {
            tell(ended, why.sentence());
        }
        door.in(room.id()).forEach(presence -> presence.end(why));
        nodes.end(new Wish.End(room.id(), null, why));
        if (room.openedAt() == null) {
            tickets.refundAll(room);
        }
    }

    private Room of(String broadcaster, RoomId id) {
        var owner = UserId.of(broadcaster);
        return find(id).filter(room -> room.broadcaster().equals(owner))
                .orElseThrow(() -> new LivemeterException(
                        "room.unknown", "There is no room " + id + " of " + broadcaster + "; look at the list."));
    }

    private Room of(RoomId id) {
        return find(id).orElseThrow(
                        () -> new LivemeterException("room.unknown", "There is no room " + id + "; look at the list."));
    }

    private void tell(Room room, String detail) {
        parts.events().publish(new RoomChanged(parts.now(), room.broadcaster(), room.id(), room.state(), detail));
    }

    // Viewers

    /** What a viewer pays by the minute in a room; empty where they do not. */
    public Optional<Prices.InForce> price(Room room) {
        return room.kind().isMetered() ? Optional.of(door.price(room)) : Optional.empty();
    }

    /** How a price is named when it is accepted, in {@link #join}. */
    public String reference(Prices.InForce price) {
        return RoomDoor.reference(price);
    }

    /**
     * A viewer comes in. From then on, and until they leave, they may connect with the broadcaster's client.
     *
     * <p>First match wins: NOT_YOURS, NOT_NOW, NOT_ALLOWED, NOT_A_MEMBER, joined already, NO_TICKET, OFFLINE, NOT_NOW where the viewer comes back too soon, PriceChanged, FULL, INSUFFICIENT_FUNDS, joined. Too soon is for who left a room by the minute of this broadcaster more
     * than once, by this node, with seconds that they saw and did not pay; they wait for 10 seconds, then twice as long each time, up to ten minutes.
     *
     * @param device of the viewer; empty for the first
     * @param accepted the price that was shown and accepted, where the room is by the minute; empty elsewhere
     * @throws LivemeterException {@code room.unknown}; {@code peer.malformed_device}; if the wallet or a store did not answer
     */
    public RoomAnswer join(String viewer, RoomId id, String device, String accepted) {
        return door.join(of(id), UserId.of(viewer), device, accepted);
    }

    /**
     * A viewer leaves. Idempotent.
     *
     * @throws LivemeterException {@code room.node_unreachable}
     */
    public void leave(String viewer, RoomId id) {
        end(id, UserId.of(viewer), CallEnd.by(Cause.HUNG_UP, UserId.of(viewer)));
    }

    /**
     * Sends a viewer out of a room; they may come again unless something stands against it.
     *
     * @param reason a few words that fit behind a colon
     * @throws LivemeterException {@code room.unknown}; {@code room.node_unreachable}
     */
    public void sendOut(String broadcaster, RoomId id, String viewer, String reason) {
        of(broadcaster, id);
        end(id, UserId.of(viewer), new CallEnd(Cause.STOPPED, UserId.of(viewer), reason));
    }

    /**
     * Ends what a viewer and a broadcaster have with each other in rooms, as when the one is banned by the other.
     *
     * @param reason a few words that fit behind a colon
     */
    public void part(String viewer, String broadcaster, String reason) {
        directory.openOf(UserId.of(broadcaster)).ifPresent(room -> part(room.id(), UserId.of(viewer), reason));
    }

    private void part(RoomId room, UserId viewer, String reason) {
        var why = new CallEnd(Cause.STOPPED, viewer, reason);
        presence(room, viewer)
                .ifPresentOrElse(presence -> presence.end(why), () -> nodes.end(new Wish.End(room, viewer, why)));
    }

    /**
     * Ends whatever that user has in rooms, as viewer and as broadcaster, as when they are banned from everywhere.
     *
     * @param reason a few words that fit behind a colon
     */
    public void partFromAll(String user, String reason) {
        var who = UserId.of(user);
        door.all().stream()
                .filter(presence -> presence.participant().viewer().equals(who))
                .forEach(presence -> presence.end(new CallEnd(Cause.STOPPED, who, reason)));
        nodes.roomsOf(who).forEach(room -> part(room, who, reason));
        directory.openOf(who).ifPresent(room -> end(room.id(), reason));
    }

    private void end(RoomId room, UserId viewer, CallEnd why) {
        var presence = presence(room, viewer);
        if (presence.isPresent()) {
            presence.get().end(why);
        } else {
            var unused = nodes.ask(new Wish.End(room, viewer, why), viewer);
        }
    }

    private Optional<RunningPresence> presence(RoomId room, UserId viewer) {
        return door.in(room).stream()
                .filter(presence -> presence.participant().viewer().equals(viewer))
                .findFirst();
    }

    /**
     * What a viewer's client says of the media that it gets. In rooms by the minute, as for calls.
     *
     * @param number counts this client's reports
     * @return how the viewer stands; empty where they are not in
     * @throws LivemeterException {@code room.node_unreachable}
     */
    public Optional<ParticipantStatus> report(String viewer, RoomId id, boolean flowing, long number) {
        var presence = presence(id, UserId.of(viewer));
        presence.ifPresent(one -> one.report(true, flowing, number));
        return presence.isPresent()
                ? presence.map(one -> one.status(true))
                : nodes.ask(new Wish.Report(id, UserId.of(viewer), flowing, number), UserId.of(viewer));
    }

    /**
     * What the broadcaster's client says of the media that it sends: whose connections take it.
     *
     * @param number counts this client's reports
     * @return everybody who is in, the first who came first, without their balances; where another node does not answer within a second, as it was before, or as it is stored
     * @throws LivemeterException {@code room.unknown}
     */
    public List<ParticipantStatus> reportSent(String broadcaster, RoomId id, Set<UserId> flowingTo, long number) {
        var room = of(broadcaster, id);
        var all = new ArrayList<>(sentHere(id, flowingTo, number));
        var others = nodes.sent(new Wish.Sent(id, flowingTo, number));
        all.addAll(others.viewers());
        if (nodes.areThere() && (!others.areFresh() || all.size() < room.present())) {
            // Whoever is missing here is hung up by the broadcaster's client.
            all.addAll(door.unshown(room, all));
        }
        all.sort(Comparator.comparing(
                        (ParticipantStatus status) -> status.participant().joinedAt())
                .thenComparing(status -> status.participant().id()));
        return all;
    }

    private List<ParticipantStatus> sentHere(RoomId id, Set<UserId> flowingTo, long number) {
        var all = door.in(id);
        all.forEach(presence ->
                presence.report(false, flowingTo.contains(presence.participant().viewer()), number));
        return all.stream().map(presence -> presence.status(false)).toList();
    }

    /**
     * A viewer's own presence; empty where they are not in.
     *
     * @throws LivemeterException {@code room.node_unreachable}
     */
    public Optional<ParticipantStatus> status(String viewer, RoomId id) {
        var presence = presence(id, UserId.of(viewer));
        return presence.isPresent()
                ? presence.map(one -> one.status(true))
                : nodes.ask(new Wish.Status(id, UserId.of(viewer)), UserId.of(viewer));
    }

    /** Whether a viewer is in, by whatever node. Asks no other node. */
    public boolean isIn(String viewer, RoomId id) {
        var who = UserId.of(viewer);
        return presence(id, who).isPresent() || nodes.isIn(id, who);
    }

    /** What other nodes may wish of those who are in here. */
    private final class ForOthers implements RoomNodes.Here {

        @Override
        public List<PresenceBeat.Fact> facts() {
            return door.all().stream()
                    .map(RunningPresence::participant)
                    .filter(Participant::isPresent)
                    .map(PresenceBeat.Fact::of)
                    .toList();
        }

        @Override
        public Optional<List<ParticipantStatus>> answer(Wish wish, boolean isAimed) {
            if (wish instanceof Wish.Sent sent) {
                return Optional.of(sentHere(sent.room(), sent.flowingTo(), sent.number()));
            }
            if (wish instanceof Wish.End end && end.viewer() == null) {
                door.in(end.room()).forEach(presence -> presence.end(end.why()));
                return Optional.of(List.of());
            }
            var viewer = viewer(wish);
            if (!isAimed && door.of(wish.room(), viewer).isEmpty()) {
                return Optional.empty();
            }
            var presence = presence(wish.room(), viewer).orElse(null);
            if (presence == null) {
                return Optional.of(List.of());
            }
            if (wish instanceof Wish.End end) {
                presence.end(end.why());
                return Optional.of(List.of());
            }
            if (wish instanceof Wish.Report report) {
                presence.report(true, report.flowing(), report.number());
            }
            return Optional.of(List.of(presence.status(true)));
        }

        private UserId viewer(Wish wish) {
            if (wish instanceof Wish.Report report) {
                return report.viewer();
            }
            if (wish instanceof Wish.End end && end.viewer() != null) {
                return end.viewer();
            }
            return ((Wish.Status) wish).viewer();
        }

        @Override
        public void givenUp(String participant) {
            door.all().stream()
                    .filter(presence -> presence.participant().id().equals(participant))
                    .forEach(door::lose);
        }

        @Override
        public void doubted(Participant stored) {
            keeper.reconcile(stored);
        }

        @Override
        public void lost(PresenceBeat.Fact fact) {
            keeper.lost(fact);
        }
    }

    // Tickets

    /**
     * Buys a ticket. A viewer has one for each room; a repeat is answered with it.
     *
     * <p>First match wins: NOT_ALLOWED, NOT_A_MEMBER, UNFIT, NOT_NOW, ticketed already, INSUFFICIENT_FUNDS, ticketed.
     *
     * @throws LivemeterException {@code room.unknown}; if the wallet or a store did not answer, and then it can be asked again
     */
    public RoomAnswer buyTicket(String viewer, RoomId id) {
        var room = of(id);
        var objection = door.objection(room, UserId.of(viewer));
        return objection != null ? objection : tickets.sell(room, UserId.of(viewer));
    }

    /** A viewer's ticket for a room, refunded ones too. */
    public Optional<Ticket> ticket(String viewer, RoomId id) {
        return parts.store().ticket(id, UserId.of(viewer));
    }

    /**
     * Gives the price of a ticket back; who is in by it leaves. Idempotent.
     *
     * @throws LivemeterException {@code room.unknown}, where the room is not the broadcaster's; {@code ticket.unknown}
     */
    public RoomAnswer refundTicket(String broadcaster, RoomId id, String viewer) {
        of(broadcaster, id);
        var ticket = ticket(viewer, id)
                .orElseThrow(() ->
                        new LivemeterException("ticket.unknown", viewer + " has no ticket for the room " + id + "."));
        var answer = tickets.refund(ticket);
        if (answer instanceof RoomAnswer.Ticketed) {
            // The money is back, whether or not the viewer's node can be reached now.
            part(id, UserId.of(viewer), "the ticket was given back");
        }
        return answer;
    }

    // What is seen

    /** A room as it is stored, for hosts and operators; of members' rooms too. */
    public Optional<Room> find(RoomId id) {
        return parts.store().find(id);
    }

    /** A room as somebody may look at it who has its address: a members' room is unknown to whoever is no member, and is not its broadcaster. */
    public Optional<Room> find(String viewer, RoomId id) {
        return directory.find(UserId.of(viewer), id);
    }

    /** The first 500 of the rooms in a state that a viewer is told of: public ones, those for members where they are one, and their own. */
    public List<Room> listed(String viewer, RoomState state) {
        return listed(viewer, state, MOST, null);
    }

    /**
     * The rooms in a state that a viewer is told of, the oldest first.
     *
     * @param limit at most so many, 1 to 500
     * @param after only those younger than that room, as the last one of the page before; null from the oldest on
     */
    public List<Room> listed(String viewer, RoomState state, int limit, @Nullable RoomId after) {
        return directory.listed(UserId.of(viewer), state, within(limit), after);
    }

    /** The first 500 rooms in a state, for operators. */
    public List<Room> in(RoomState state) {
        return in(state, MOST, null);
    }

    /**
     * All rooms in a state, the oldest first, for operators.
     *
     * @param limit at most so many, 1 to 500
     * @param after only those younger than that room, as the last one of the page before; null from the oldest on
     */
    public List<Room> in(RoomState state, int limit, @Nullable RoomId after) {
        return parts.store().in(state, within(limit), after);
    }

    private static int within(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException(
                    "A page of " + limit + " rooms was asked for; expected 1 to " + MOST + ".");
        }
        return limit;
    }

    /** The 500 newest rooms of a broadcaster, the newest first. */
    public List<Room> of(String broadcaster) {
        return parts.store().of(UserId.of(broadcaster), MOST);
    }

    /** The same, of those in a state. */
    public List<Room> of(String broadcaster, RoomState state) {
        return parts.store().of(UserId.of(broadcaster), state, MOST);
    }

    /**
     * Who is in a room, and who was.
     *
     * @throws LivemeterException {@code room.unknown}, where the room is not the broadcaster's
     */
    public List<Participant> participants(String broadcaster, RoomId id) {
        of(broadcaster, id);
        return parts.store().participants(id, MOST);
    }

    /** Whether somebody is live now, for any page that shows them to strangers: only of a public room is told. */
    public LiveNow liveNow(String user) {
        return directory.liveNow(null, UserId.of(user));
    }

    /** The same for somebody who is known: a member is told of a room for members, and everybody of their own. */
    public LiveNow liveNow(String viewer, String user) {
        return directory.liveNow(UserId.of(viewer), UserId.of(user));
    }
}
