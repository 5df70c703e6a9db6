package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.DeliveryStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How destinations fared, on SQL. Moments and lengths are kept to the microsecond. */
final class JdbcDeliveryStore implements DeliveryStore {

    private final Database database;

    JdbcDeliveryStore(Database database) {
        this.database = database;
    }

    private record Row(SessionId session, int position, DeliveryRecord record) {}

    @Override
    public void save(SessionId session, List<DeliveryRecord> records) {
        database.writeOrFind(handle -> {
            // Locked, so that of two that store at once one comes after the other.
            var known = handle.createQuery("SELECT id FROM livemeter_session WHERE id = :id FOR UPDATE")
                    .bind("id", session.value())
                    .mapTo(String.class)
                    .findOne();
            if (known.isEmpty()) {
                throw new LivemeterException(
                        "store.unknown_session",
                        "There is no session " + session + "; store it before how its destinations fared.");
            }
            handle.createUpdate("DELETE FROM livemeter_session_delivery WHERE session = :session")
                    .bind("session", session.value())
                    .execute();
            var rows = new ArrayList<Row>();
            for (var record : records) {
                rows.add(new Row(session, rows.size(), record));
            }
            new Statements(handle, database.dialect()).insert(rows(rows));
            return session;
        });
    }

    private static Rows<Row> rows(List<Row> rows) {
        return Rows.of("livemeter_session_delivery", rows)
                .text("session", row -> row.session().value())
                .number("position", Row::position)
                .text("destination", row -> row.record().destination().value())
                .text("platform", row -> row.record().platform())
                .text("name", row -> row.record().name())
                .numberOrNull("first_live_at", row -> {
                    var at = row.record().firstLiveAt();
                    return at == null ? null : (Long) micros(at);
                })
                .number("live_micros", row -> row.record().liveTime().toNanos() / 1_000)
                .number("attempts", row -> row.record().attempts())
                .text("last_error", row -> row.record().lastError())
                .number("stopped", row -> row.record().stopped() ? 1 : 0)
                .number("bytes_sent", row -> row.record().bytes());
    }

    @Override
    public Map<SessionId, List<DeliveryRecord>> of(Collection<SessionId> sessions) {
        if (sessions.isEmpty()) {
            return Map.of();
        }
        return database.read(handle -> {
            var statements = new Statements(handle, database.dialect());
            var found = new HashMap<SessionId, List<DeliveryRecord>>();
            statements
                    .list(
                            "SELECT * FROM livemeter_session_delivery WHERE ",
                            statements.among("session", sessions, SessionId::value),
                            " ORDER BY session, position",
                            JdbcDeliveryStore::row)
                    .forEach(row -> found.computeIfAbsent(row.session(), any -> new ArrayList<>())
                            .add(row.record()));
            return found;
        });
    }

    private static Row row(ResultSet row) throws SQLException {
        var firstLiveAt = row.getLong("first_live_at");
        var wasLive = !row.wasNull();
        return new Row(
                new SessionId(row.getString("session")),
                row.getInt("position"),
                new DeliveryRecord(
                        new DestinationId(row.getString("destination")),
                        row.getString("platform"),
                        row.getString("name"),
                        wasLive ? moment(firstLiveAt) : null,
                        Duration.of(row.getLong("live_micros"), ChronoUnit.MICROS),
                        row.getInt("attempts"),
                        row.getString("last_error"),
                        row.getInt("stopped") == 1,
                        row.getLong("bytes_sent")));
    }
}
