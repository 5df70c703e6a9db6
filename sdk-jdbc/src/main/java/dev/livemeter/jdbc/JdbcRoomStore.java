package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Columns.microsOrNull;
import static dev.livemeter.jdbc.Database.micros;

import dev.livemeter.identity.UserId;
import dev.livemeter.room.Participant;
import dev.livemeter.room.Room;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomState;
import dev.livemeter.room.Ticket;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RoomStore;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Rooms, who is in them, and tickets, on SQL. The row of a room is locked while somebody comes in or leaves, so that its places are counted right. */
final class JdbcRoomStore implements RoomStore {

    private static final String PARTICIPANT = "SELECT * FROM livemeter_room_participant";

    private final Database database;

    JdbcRoomStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Room room) {
        database.write(
                handle -> bound(handle.createUpdate("""
                                INSERT INTO livemeter_room (id, broadcaster, title, kind, visibility, places, taken,
                                    share_basis_points, ticket_currency, ticket_micros, ticket_nanos, state, made_at,
                                    starts_at, opened_at, ended_at)
                                VALUES (:id, :broadcaster, :title, :kind, :visibility, :places, :taken,
                                    :share_basis_points, :ticket_currency, :ticket_micros, :ticket_nanos, :state,
                                    :made_at, :starts_at, :opened_at, :ended_at)"""), room)
                        .bind("taken", room.present())
                        .execute(),
                "There is a room " + room.id() + " already; give each an id of its own.");
    }

    @Override
    public boolean change(RoomState before, Room now) {
        return database.write(
                handle -> bound(handle.createUpdate("""
                                        UPDATE livemeter_room SET broadcaster = :broadcaster, title = :title,
                                            kind = :kind, visibility = :visibility, places = :places,
                                            share_basis_points = :share_basis_points,
                                            ticket_currency = :ticket_currency, ticket_micros = :ticket_micros,
                                            ticket_nanos = :ticket_nanos, state = :state, made_at = :made_at,
                                            starts_at = :starts_at, opened_at = :opened_at, ended_at = :ended_at
                                        WHERE id = :id AND state = :before"""), now)
                                .bind("before", before.name())
                                .execute()
                        == 1,
                "");
    }

    private static <S extends SqlStatement<S>> S bound(S statement, Room room) {
        var price = room.ticketPrice();
        return statement
                .bind("id", room.id().value())
                .bind("broadcaster", room.broadcaster().value())
                .bind("title", room.title())
                .bind("kind", room.kind().name())
                .bind("visibility", room.visibility().name())
                .bind("places", room.capacity())
                .bind("share_basis_points", room.share().basisPoints())
                .bind("ticket_currency", price == null ? null : price.currency().getCurrencyCode())
                .bind("ticket_micros", price == null ? null : (Long) price.micros())
                .bind("ticket_nanos", room.ticketLasts().toNanos())
                .bind("state", room.state().name())
                .bind("made_at", micros(room.madeAt()))
                .bind("starts_at", microsOrNull(room.startsAt()))
                .bind("opened_at", microsOrNull(room.openedAt()))
                .bind("ended_at", microsOrNull(room.endedAt()));
    }

    @Override
    public Optional<Room> find(RoomId id) {
        return database.read(handle -> find(handle, id));
    }

    private static Optional<Room> find(Handle handle, RoomId id) {
        return handle.createQuery("SELECT * FROM livemeter_room WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> RoomRows.room(row))
                .findOne();
    }

    @Override
    public List<Room> in(RoomState state, int limit, @Nullable RoomId after) {
        return database.read(handle -> {
            var border = after == null
                    ? Optional.<Border>empty()
                    : find(handle, after)
                            .map(room -> new Border(room.madeAt(), room.id().value()));
            if (after != null && border.isEmpty()) {
                return List.of();
            }
            var query = handle.createQuery("SELECT * FROM livemeter_room WHERE state = :state"
                            + (after == null ? "" : Border.younger("made_at"))
                            + " ORDER BY made_at, id LIMIT :most")
                    .bind("state", state.name())
                    .bind("most", limit);
            border.ifPresent(one -> one.bind(query));
            return query.map((row, context) -> RoomRows.room(row)).list();
        });
    }

    @Override
    public List<Room> of(UserId broadcaster, int limit) {
        return database.read(handle -> handle.createQuery("""
                        SELECT * FROM livemeter_room WHERE broadcaster = :broadcaster
                        ORDER BY made_at DESC, id DESC LIMIT :most""")
                .bind("broadcaster", broadcaster.value())
                .bind("most", limit)
                .map((row, context) -> RoomRows.room(row))
                .list());
    }

    @Override
    public List<Room> of(UserId broadcaster, RoomState state, int limit) {
        return database.read(handle -> handle.createQuery("""
                        SELECT * FROM livemeter_room WHERE broadcaster = :broadcaster AND state = :state
                        ORDER BY made_at DESC, id DESC LIMIT :most""")
                .bind("broadcaster", broadcaster.value())
                .bind("state", state.name())
                .bind("most", limit)
                .map((row, context) -> RoomRows.room(row))
                .list());
    }

    // Who is in

    @Override
    public Entry enter(Participant participant) {
        return database.writeOrFind(handle -> {
            var room = locked(handle, participant.room()).orElse(null);
            if (room == null || room.state() != RoomState.OPEN) {
                return Entry.CLOSED;
            }
            if (present(handle, participant.room(), participant.viewer()).isPresent()) {
                return Entry.ALREADY;
            }
            if (room.present() >= room.capacity()) {
                return Entry.FULL;
            }
            bound(handle.createUpdate("""
                            INSERT INTO livemeter_room_participant (id, room, viewer, peer, session, joined_at, left_at,
                                watched_nanos, currency, cost_micros, detail)
                            VALUES (:id, :room, :viewer, :peer, :session, :joined_at, :left_at,
                                :watched_nanos, :currency, :cost_micros, :detail)"""), participant).execute();
            take(handle, participant.room(), 1);
            return Entry.IN;
        });
    }

    private static Optional<Room> locked(Handle handle, RoomId id) {
        return handle.createQuery("SELECT * FROM livemeter_room WHERE id = :id FOR UPDATE")
                .bind("id", id.value())
                .map((row, context) -> RoomRows.room(row))
                .findOne();
    }

    private static void take(Handle handle, RoomId room, int places) {
        handle.createUpdate("UPDATE livemeter_room SET taken = taken + :places WHERE id = :id")
                .bind("places", places)
                .bind("id", room.value())
                .execute();
    }

    @Override
    public boolean update(Participant participant) {
        return database.writeOrFind(handle -> {
            locked(handle, participant.room());
            var before = participant(handle, participant.id()).orElse(null);
            if (before == null) {
                return false;
            }
            if (!before.isPresent() && (participant.isPresent() || (hasFigures(before) && !hasFigures(participant)))) {
                return true;
            }
            if (before.isPresent() && !participant.isPresent()) {
                take(handle, participant.room(), -1);
            }
            bound(handle.createUpdate("""
                            UPDATE livemeter_room_participant SET room = :room, viewer = :viewer, peer = :peer,
                                session = :session, joined_at = :joined_at, left_at = :left_at,
                                watched_nanos = :watched_nanos, currency = :currency, cost_micros = :cost_micros,
                                detail = :detail
                            WHERE id = :id"""), participant).execute();
            return true;
        });
    }

    private static Optional<Participant> participant(Handle handle, String id) {
        return handle.createQuery(PARTICIPANT + " WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> RoomRows.participant(row))
                .findOne();
    }

    private static <S extends SqlStatement<S>> S bound(S statement, Participant participant) {
        var session = participant.session();
        return statement
                .bind("id", participant.id())
                .bind("room", participant.room().value())
                .bind("viewer", participant.viewer().value())
                .bind("peer", participant.peer().value())
                .bind("session", session == null ? null : session.value())
                .bind("joined_at", micros(participant.joinedAt()))
                .bind("left_at", microsOrNull(participant.leftAt()))
                .bind("watched_nanos", participant.watched().toNanos())
                .bind("currency", participant.cost().currency().getCurrencyCode())
                .bind("cost_micros", participant.cost().micros())
                .bind("detail", participant.why());
    }

    private static boolean hasFigures(Participant participant) {
        return !participant.watched().isZero() || !participant.cost().isZero();
    }

    @Override
    public Optional<Participant> present(RoomId room, UserId viewer) {
        return database.read(handle -> present(handle, room, viewer));
    }

    private static Optional<Participant> present(Handle handle, RoomId room, UserId viewer) {
        return handle.createQuery(PARTICIPANT + " WHERE room = :room AND viewer = :viewer AND left_at IS NULL")
                .bind("room", room.value())
                .bind("viewer", viewer.value())
                .map((row, context) -> RoomRows.participant(row))
                .findFirst();
    }

    @Override
    public Optional<Participant> participantOf(SessionId session) {
        return database.read(handle -> handle.createQuery(PARTICIPANT + " WHERE session = :session")
                .bind("session", session.value())
                .map((row, context) -> RoomRows.participant(row))
                .findFirst());
    }

    @Override
    public List<Participant> participants(RoomId room, int limit) {
        return database.read(
                handle -> handle.createQuery(PARTICIPANT + " WHERE room = :room ORDER BY joined_at, id LIMIT :most")
                        .bind("room", room.value())
                        .bind("most", limit)
                        .map((row, context) -> RoomRows.participant(row))
                        .list());
    }

    @Override
    public List<Participant> present(int limit, @Nullable String after) {
        return database.read(handle -> {
            var border = after == null
                    ? Optional.<Border>empty()
                    : participant(handle, after).map(one -> new Border(one.joinedAt(), one.id()));
            if (after != null && border.isEmpty()) {
                return List.of();
            }
            var query = handle.createQuery(PARTICIPANT + " WHERE left_at IS NULL"
                            + (after == null ? "" : Border.younger("joined_at"))
                            + " ORDER BY joined_at, id LIMIT :most")
                    .bind("most", limit);
            border.ifPresent(one -> one.bind(query));
            return query.map((row, context) -> RoomRows.participant(row)).list();
        });
    }

    // Tickets

    @Override
    public void put(Ticket ticket) {
        database.writeOrFind(handle -> {
            var known = bound(handle.createUpdate("""
                            UPDATE livemeter_room_ticket SET transfer = :transfer, currency = :currency,
                                price_micros = :price_micros, bought_at = :bought_at, first_used_at = :first_used_at,
                                refunded_at = :refunded_at
                            WHERE room = :room AND viewer = :viewer"""), ticket).execute();
            if (known == 0) {
                bound(handle.createUpdate("""
                                INSERT INTO livemeter_room_ticket (room, viewer, transfer, currency, price_micros,
                                    bought_at, first_used_at, refunded_at)
                                VALUES (:room, :viewer, :transfer, :currency, :price_micros,
                                    :bought_at, :first_used_at, :refunded_at)"""), ticket).execute();
            }
            return known;
        });
    }

    private static <S extends SqlStatement<S>> S bound(S statement, Ticket ticket) {
        return statement
                .bind("room", ticket.room().value())
                .bind("viewer", ticket.viewer().value())
                .bind("transfer", ticket.transfer().value())
                .bind("currency", ticket.price().currency().getCurrencyCode())
                .bind("price_micros", ticket.price().micros())
                .bind("bought_at", micros(ticket.boughtAt()))
                .bind("first_used_at", microsOrNull(ticket.firstUsedAt()))
                .bind("refunded_at", microsOrNull(ticket.refundedAt()));
    }

    @Override
    public Optional<Ticket> ticket(RoomId room, UserId viewer) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM livemeter_room_ticket WHERE room = :room AND viewer = :viewer")
                .bind("room", room.value())
                .bind("viewer", viewer.value())
                .map((row, context) -> RoomRows.ticket(row))
                .findOne());
    }

    @Override
    public List<Ticket> tickets(RoomId room, int limit, @Nullable UserId after) {
        return database.read(handle -> handle.createQuery("""
                        SELECT * FROM livemeter_room_ticket WHERE room = :room AND viewer > :after
                        ORDER BY viewer LIMIT :most""")
                .bind("room", room.value())
                .bind("after", after == null ? "" : after.value())
                .bind("most", limit)
                .map((row, context) -> RoomRows.ticket(row))
                .list());
    }
}
