package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Columns.momentOrNull;
import static dev.livemeter.jdbc.Columns.money;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;
import dev.livemeter.peer.PeerId;
import dev.livemeter.room.Participant;
import dev.livemeter.room.Room;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomKind;
import dev.livemeter.room.RoomState;
import dev.livemeter.room.RoomVisibility;
import dev.livemeter.room.Ticket;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.TransferId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** Reads the rows of rooms, participants and tickets. */
final class RoomRows {

    private RoomRows() {}

    static Room room(ResultSet row) throws SQLException {
        var priced = row.getString("ticket_currency") != null;
        return new Room(
                new RoomId(row.getString("id")),
                UserId.of(row.getString("broadcaster")),
                row.getString("title"),
                RoomKind.valueOf(row.getString("kind")),
                RoomVisibility.valueOf(row.getString("visibility")),
                row.getInt("places"),
                new Share(row.getInt("share_basis_points")),
                priced ? money(row, "ticket_micros", "ticket_currency") : null,
                Duration.ofNanos(row.getLong("ticket_nanos")),
                RoomState.valueOf(row.getString("state")),
                moment(row.getLong("made_at")),
                momentOrNull(row, "starts_at"),
                momentOrNull(row, "opened_at"),
                momentOrNull(row, "ended_at"),
                row.getInt("taken"));
    }

    static Participant participant(ResultSet row) throws SQLException {
        var session = row.getString("session");
        return new Participant(
                row.getString("id"),
                new RoomId(row.getString("room")),
                UserId.of(row.getString("viewer")),
                PeerId.of(row.getString("peer")),
                session == null ? null : new SessionId(session),
                moment(row.getLong("joined_at")),
                momentOrNull(row, "left_at"),
                Duration.ofNanos(row.getLong("watched_nanos")),
                money(row, "cost_micros", "currency"),
                row.getString("detail"));
    }

    static Ticket ticket(ResultSet row) throws SQLException {
        return new Ticket(
                new RoomId(row.getString("room")),
                UserId.of(row.getString("viewer")),
                new TransferId(row.getString("transfer")),
                money(row, "price_micros", "currency"),
                moment(row.getLong("bought_at")),
                momentOrNull(row, "first_used_at"),
                momentOrNull(row, "refunded_at"));
    }
}
