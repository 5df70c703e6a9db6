package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.spi.StreamKeyStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Stream keys on SQL. */
final class JdbcStreamKeyStore implements StreamKeyStore {

    private static final String KEY = "SELECT id, owner, hash, hint, created_at, revoked_at FROM livemeter_stream_key";

    private final Database database;

    JdbcStreamKeyStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(StoredStreamKey key) {
        var revoked = key.revokedAt();
        database.write(
                handle -> handle.createUpdate("""
                                INSERT INTO livemeter_stream_key (id, owner, hash, hint, created_at, revoked_at)
                                VALUES (:id, :owner, :hash, :hint, :created_at, :revoked_at)""")
                        .bind("id", key.id().value())
                        .bind("owner", key.owner().value())
                        .bind("hash", key.hash())
                        .bind("hint", key.hint())
                        .bind("created_at", micros(key.createdAt()))
                        .bind("revoked_at", revoked == null ? null : (Long) micros(revoked))
                        .execute(),
                "There is a stream key " + key.id() + ", or one of the same hash, already; make a new one.");
    }

    @Override
    public Optional<StoredStreamKey> findByHash(String hash) {
        return database.read(handle -> handle.createQuery(KEY + " WHERE hash = :hash")
                .bind("hash", hash)
                .map((row, context) -> key(row))
                .findOne());
    }

    @Override
    public List<StoredStreamKey> of(UserId owner) {
        return database.read(
                handle -> handle.createQuery(KEY + " WHERE owner = :owner ORDER BY created_at DESC, id DESC")
                        .bind("owner", owner.value())
                        .map((row, context) -> key(row))
                        .list());
    }

    @Override
    public Optional<StoredStreamKey> revoke(UserId owner, StreamKeyId id, Instant at) {
        return database.write(
                handle -> {
                    handle.createUpdate("""
                                    UPDATE livemeter_stream_key SET revoked_at = :at
                                    WHERE id = :id AND owner = :owner AND revoked_at IS NULL""")
                            .bind("id", id.value())
                            .bind("owner", owner.value())
                            .bind("at", micros(at))
                            .execute();
                    return handle.createQuery(KEY + " WHERE id = :id AND owner = :owner")
                            .bind("id", id.value())
                            .bind("owner", owner.value())
                            .map((row, context) -> key(row))
                            .findOne();
                },
                "");
    }

    private static StoredStreamKey key(ResultSet row) throws SQLException {
        var revoked = row.getLong("revoked_at");
        var good = row.wasNull();
        return new StoredStreamKey(
                new StreamKeyId(row.getString("id")),
                UserId.of(row.getString("owner")),
                row.getString("hash"),
                row.getString("hint"),
                moment(row.getLong("created_at")),
                good ? null : moment(revoked));
    }
}
