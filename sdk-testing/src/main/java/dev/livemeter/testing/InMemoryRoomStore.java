package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.room.Participant;
import dev.livemeter.room.Room;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomState;
import dev.livemeter.room.Ticket;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RoomStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rooms, who is in them, and tickets, in memory, for tests. Thread-safe. */
final class InMemoryRoomStore implements RoomStore {

    private static final Comparator<Room> OLDEST_FIRST =
            Comparator.comparing(Room::madeAt).thenComparing(room -> room.id().value());
    private static final Comparator<Participant> FIRST_IN =
            Comparator.comparing(Participant::joinedAt).thenComparing(Participant::id);
    private static final Comparator<Ticket> BY_VIEWER =
            Comparator.comparing(ticket -> ticket.viewer().value());

    private final Map<RoomId, Room> rooms = new HashMap<>();
    private final Map<String, Participant> participants = new HashMap<>();
    private final Map<RoomId, Map<UserId, Ticket>> tickets = new HashMap<>();

    @Override
    public synchronized void insert(Room room) {
        if (rooms.putIfAbsent(room.id(), room) != null) {
            throw new LivemeterException(
                    "store.duplicate", "There is a room " + room.id() + " already; give each an id of its own.");
        }
    }

    @Override
    public synchronized boolean change(RoomState before, Room now) {
        var present = rooms.get(now.id());
        if (present == null || present.state() != before) {
            return false;
        }
        rooms.put(now.id(), now.withPresent(present.present()));
        return true;
    }

    @Override
    public synchronized Optional<Room> find(RoomId id) {
        return Optional.ofNullable(rooms.get(id));
    }

    @Override
    public synchronized List<Room> in(RoomState state, int limit, @Nullable RoomId after) {
        var border = after == null ? null : rooms.get(after);
        if (after != null && border == null) {
            return List.of();
        }
        return rooms.values().stream()
                .filter(room -> room.state() == state && (border == null || OLDEST_FIRST.compare(room, border) > 0))
                .sorted(OLDEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Room> of(UserId broadcaster, int limit) {
        return newestOf(broadcaster).limit(limit).toList();
    }

    @Override
    public synchronized List<Room> of(UserId broadcaster, RoomState state, int limit) {
        return newestOf(broadcaster)
                .filter(room -> room.state() == state)
                .limit(limit)
                .toList();
    }

    private Stream<Room> newestOf(UserId broadcaster) {
        return rooms.values().stream()
                .filter(room -> room.broadcaster().equals(broadcaster))
                .sorted(OLDEST_FIRST.reversed());
    }

    @Override
    public synchronized Entry enter(Participant participant) {
        var room = rooms.get(participant.room());
        if (room == null || room.state() != RoomState.OPEN) {
            return Entry.CLOSED;
        }
        if (present(participant.room(), participant.viewer()).isPresent()) {
            return Entry.ALREADY;
        }
        if (room.present() >= room.capacity()) {
            return Entry.FULL;
        }
        rooms.put(room.id(), room.withPresent(room.present() + 1));
        participants.put(participant.id(), participant);
        return Entry.IN;
    }

    @Override
    public synchronized boolean update(Participant participant) {
        var before = participants.get(participant.id());
        if (before == null) {
            return false;
        }
        if (!before.isPresent() && (participant.isPresent() || (hasFigures(before) && !hasFigures(participant)))) {
            return true;
        }
        if (before.isPresent() && !participant.isPresent()) {
            rooms.computeIfPresent(participant.room(), (id, room) -> room.withPresent(room.present() - 1));
        }
        participants.put(participant.id(), participant);
        return true;
    }

    private static boolean hasFigures(Participant participant) {
        return !participant.watched().isZero() || !participant.cost().isZero();
    }

    @Override
    public synchronized Optional<Participant> present(RoomId room, UserId viewer) {
        return participants.values().stream()
                .filter(one -> one.room().equals(room) && one.viewer().equals(viewer) && one.isPresent())
                .findFirst();
    }

    @Override
    public synchronized Optional<Participant> participantOf(SessionId session) {
        return participants.values().stream()
                .filter(one -> session.equals(one.session()))
                .findFirst();
    }

    @Override
    public synchronized List<Participant> participants(RoomId room, int limit) {
        return participants.values().stream()
                .filter(one -> one.room().equals(room))
                .sorted(FIRST_IN)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Participant> present(int limit, @Nullable String after) {
        var border = after == null ? null : participants.get(after);
        if (after != null && border == null) {
            return List.of();
        }
        return participants.values().stream()
                .filter(one -> one.isPresent() && (border == null || FIRST_IN.compare(one, border) > 0))
                .sorted(FIRST_IN)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized void put(Ticket ticket) {
        tickets.computeIfAbsent(ticket.room(), unknown -> new HashMap<>()).put(ticket.viewer(), ticket);
    }

    @Override
    public synchronized Optional<Ticket> ticket(RoomId room, UserId viewer) {
        return Optional.ofNullable(tickets.getOrDefault(room, Map.of()).get(viewer));
    }

    @Override
    public synchronized List<Ticket> tickets(RoomId room, int limit, @Nullable UserId after) {
        return tickets.getOrDefault(room, Map.of()).values().stream()
                .filter(ticket -> after == null || ticket.viewer().value().compareTo(after.value()) > 0)
                .sorted(BY_VIEWER)
                .limit(limit)
                .toList();
    }
}
