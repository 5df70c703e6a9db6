package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.identity.UserId;
import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** What is known of recordings, on SQL. Moments and lengths are kept to the microsecond. */
final class JdbcRecordingStore implements RecordingStore {

    private static final String RECORDING = "SELECT id, session, owner, state, detail, started_at, length_micros,"
            + " bytes_kept, expires_at, sealed_key FROM livemeter_recording";
    private static final String NOT_DELETED = " AND state <> 'DELETED'";

    private final Database database;

    JdbcRecordingStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Recording recording) {
        database.write(
                handle -> bound(handle.createUpdate("""
                                INSERT INTO livemeter_recording (id, session, owner, state, detail, started_at,
                                    length_micros, bytes_kept, expires_at, sealed_key)
                                VALUES (:id, :session, :owner, :state, :detail, :started_at,
                                    :length_micros, :bytes_kept, :expires_at, :sealed_key)"""), recording).execute(),
                "There is a recording " + recording.id() + " already; give each an id of its own.");
    }

    @Override
    public boolean change(RecordingState before, Recording now) {
        return database.write(
                handle -> bound(handle.createUpdate("""
                                        UPDATE livemeter_recording SET session = :session, owner = :owner,
                                            state = :state, detail = :detail, started_at = :started_at,
                                            length_micros = :length_micros, bytes_kept = :bytes_kept,
                                            expires_at = :expires_at, sealed_key = :sealed_key
                                        WHERE id = :id AND state = :before"""), now)
                                .bind("before", before.name())
                                .execute()
                        == 1,
                "");
    }

    private static <S extends SqlStatement<S>> S bound(S statement, Recording recording) {
        var expiresAt = recording.expiresAt();
        return statement
                .bind("id", recording.id().value())
                .bind("session", recording.session().value())
                .bind("owner", recording.owner().value())
                .bind("state", recording.state().name())
                .bind("detail", recording.detail())
                .bind("started_at", micros(recording.startedAt()))
                .bind("length_micros", recording.length().toNanos() / 1_000)
                .bind("bytes_kept", recording.bytes())
                .bind("expires_at", expiresAt == null ? null : (Long) micros(expiresAt))
                .bind("sealed_key", recording.sealedKey());
    }

    @Override
    public Optional<Recording> find(RecordingId id) {
        return database.read(handle -> find(handle, id));
    }

    private static Optional<Recording> find(Handle handle, RecordingId id) {
        return handle.createQuery(RECORDING + " WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> recording(row))
                .findOne();
    }

    @Override
    public List<Recording> of(UserId owner, int limit, @Nullable RecordingId before) {
        return database.read(handle -> {
            var border = before == null ? Optional.<Recording>empty() : find(handle, before);
            if (before != null && border.isEmpty()) {
                return List.of();
            }
            var older = border.isEmpty()
                    ? ""
                    : " AND (started_at < :border_at OR (started_at = :border_at AND id < :border_id))";
            var query = handle.createQuery(RECORDING + " WHERE owner = :owner" + NOT_DELETED + older
                            + " ORDER BY started_at DESC, id DESC LIMIT :most")
                    .bind("owner", owner.value())
                    .bind("most", limit);
            border.ifPresent(one -> query.bind("border_at", micros(one.startedAt()))
                    .bind("border_id", one.id().value()));
            return query.map((row, context) -> recording(row)).list();
        });
    }

    @Override
    public List<Recording> of(SessionId session) {
        return database.read(handle -> handle.createQuery(
                        RECORDING + " WHERE session = :session" + NOT_DELETED + " ORDER BY started_at, id")
                .bind("session", session.value())
                .map((row, context) -> recording(row))
                .list());
    }

    @Override
    public List<Recording> in(RecordingState state, int limit) {
        return database.read(
                handle -> handle.createQuery(RECORDING + " WHERE state = :state ORDER BY started_at, id LIMIT :most")
                        .bind("state", state.name())
                        .bind("most", limit)
                        .map((row, context) -> recording(row))
                        .list());
    }

    @Override
    public List<Recording> expired(Instant at, int limit) {
        return database.read(handle -> handle.createQuery(
                        RECORDING + " WHERE expires_at <= :at" + NOT_DELETED + " ORDER BY started_at, id LIMIT :most")
                .bind("at", micros(at))
                .bind("most", limit)
                .map((row, context) -> recording(row))
                .list());
    }

    @Override
    public long bytesOf(UserId owner) {
        return database.read(handle -> handle.createQuery(
                        "SELECT COALESCE(SUM(bytes_kept), 0) FROM livemeter_recording WHERE owner = :owner"
                                + NOT_DELETED)
                .bind("owner", owner.value())
                .mapTo(Long.class)
                .one());
    }

    @Override
    public long bytesInAll() {
        return database.read(handle -> handle.createQuery(
                        "SELECT COALESCE(SUM(bytes_kept), 0) FROM livemeter_recording WHERE state <> 'DELETED'")
                .mapTo(Long.class)
                .one());
    }

    @Override
    public boolean remove(RecordingId id) {
        return database.write(
                handle -> handle.createUpdate("DELETE FROM livemeter_recording WHERE id = :id AND state = 'DELETED'")
                                .bind("id", id.value())
                                .execute()
                        == 1,
                "");
    }

    private static Recording recording(ResultSet row) throws SQLException {
        var expiresAt = row.getLong("expires_at");
        var expires = !row.wasNull();
        return new Recording(
                new RecordingId(row.getString("id")),
                new SessionId(row.getString("session")),
                UserId.of(row.getString("owner")),
                RecordingState.valueOf(row.getString("state")),
                row.getString("detail"),
                moment(row.getLong("started_at")),
                Duration.of(row.getLong("length_micros"), ChronoUnit.MICROS),
                row.getLong("bytes_kept"),
                expires ? moment(expiresAt) : null,
                row.getString("sealed_key"));
    }
}
