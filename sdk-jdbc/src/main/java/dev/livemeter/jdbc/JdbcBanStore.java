package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.moderation.BanId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.spi.BanStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Bans, on SQL. A writer holds the one row that gives the numbers of changes until it has committed, so changes become visible in their order. Moments are kept to the microsecond. */
final class JdbcBanStore implements BanStore {

    private static final String BAN = "SELECT id, version, kind, person, broadcaster, ordered_by, reason, ordered_at,"
            + " ends_at, lifted_by, lift_reason, lifted_at FROM livemeter_ban";

    private final Database database;

    JdbcBanStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Ban ban) {
        var ends = ban.until();
        var broadcaster = ban.scope().broadcaster();
        // Run again where another one made the row of the numbers, or this ban, meanwhile.
        database.writeOrFind(handle -> {
            var version = nextVersion(handle);
            if (find(handle, ban.id()).isPresent()) {
                throw new LivemeterException(
                        "store.duplicate", "There is a ban " + ban.id() + " already; give each an id of its own.");
            }
            return handle.createUpdate("""
                            INSERT INTO livemeter_ban (id, version, kind, person, broadcaster, ordered_by, reason, ordered_at, ends_at)
                            VALUES (:id, :version, :kind, :person, :broadcaster, :by, :reason, :at, :ends)""")
                    .bind("version", version)
                    .bind("id", ban.id().value())
                    .bind("kind", ban.kind().name())
                    .bind("person", ban.person().notation())
                    .bind("broadcaster", broadcaster == null ? null : broadcaster.value())
                    .bind("by", ban.by().value())
                    .bind("reason", ban.reason())
                    .bind("at", micros(ban.at()))
                    .bind("ends", ends == null ? null : (Long) micros(ends))
                    .execute();
        });
    }

    /** The next number, which no other transaction can take before this one has ended. */
    private static long nextVersion(Handle handle) {
        var counted = handle.createUpdate(
                        "UPDATE livemeter_ban_version SET last_version = last_version + 1 WHERE id = 1")
                .execute();
        if (counted == 0) {
            handle.execute("INSERT INTO livemeter_ban_version (id, last_version) VALUES (1, 1)");
        }
        return lastVersion(handle);
    }

    private static long lastVersion(Handle handle) {
        return handle.createQuery("SELECT last_version FROM livemeter_ban_version WHERE id = 1")
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
    }

    @Override
    public Optional<Ban> lift(BanId id, Ban.Lift how) {
        return database.writeOrFind(handle -> {
            var version = nextVersion(handle);
            var lifted = handle.createUpdate("""
                            UPDATE livemeter_ban SET version = :version, lifted_by = :by, lift_reason = :reason, lifted_at = :at
                            WHERE id = :id AND kind = 'BAN' AND lifted_by IS NULL""")
                    .bind("version", version)
                    .bind("by", how.by().value())
                    .bind("reason", how.reason())
                    .bind("at", micros(how.at()))
                    .bind("id", id.value())
                    .execute();
            return lifted == 1 ? find(handle, id) : Optional.empty();
        });
    }

    @Override
    public Optional<Ban> find(BanId id) {
        return database.read(handle -> find(handle, id));
    }

    private static Optional<Ban> find(Handle handle, BanId id) {
        return handle.createQuery(BAN + " WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> ban(row))
                .findOne();
    }

    @Override
    public InForce inForce(Instant at) {
        return database.read(handle -> new InForce(
                lastVersion(handle),
                handle.createQuery(BAN
                                + " WHERE kind = 'BAN' AND lifted_by IS NULL AND (ends_at IS NULL OR ends_at > :at)")
                        .bind("at", micros(at))
                        .map((row, context) -> ban(row))
                        .list()));
    }

    @Override
    public List<Change> changesAfter(long version, int limit) {
        return database.read(
                handle -> handle.createQuery(BAN + " WHERE version > :version ORDER BY version LIMIT :most")
                        .bind("version", version)
                        .bind("most", limit)
                        .map((row, context) -> new Change(row.getLong("version"), ban(row)))
                        .list());
    }

    @Override
    public List<Ban> list(@Nullable BanScope scope, @Nullable PersonId person, int limit, @Nullable BanId before) {
        return database.read(handle -> {
            var border = before == null ? Optional.<Ban>empty() : find(handle, before);
            if (before != null && border.isEmpty()) {
                return List.of();
            }
            var broadcaster = scope == null ? null : scope.broadcaster();
            var where = " WHERE 1 = 1"
                    + (scope == null
                            ? ""
                            : broadcaster == null ? " AND broadcaster IS NULL" : " AND broadcaster = :broadcaster")
                    + (person == null ? "" : " AND person = :person")
                    + (border.isEmpty()
                            ? ""
                            : " AND (ordered_at < :border_at OR (ordered_at = :border_at AND id < :border_id))");
            var query = handle.createQuery(BAN + where + " ORDER BY ordered_at DESC, id DESC LIMIT :most")
                    .bind("most", limit);
            if (broadcaster != null) {
                query.bind("broadcaster", broadcaster.value());
            }
            if (person != null) {
                query.bind("person", person.notation());
            }
            border.ifPresent(one -> query.bind("border_at", micros(one.at()))
                    .bind("border_id", one.id().value()));
            return query.map((row, context) -> ban(row)).list();
        });
    }

    private static Ban ban(ResultSet row) throws SQLException {
        var broadcaster = row.getString("broadcaster");
        var endsAt = row.getLong("ends_at");
        var ends = !row.wasNull();
        var liftedBy = row.getString("lifted_by");
        return new Ban(
                new BanId(row.getString("id")),
                Ban.Kind.valueOf(row.getString("kind")),
                PersonId.parse(row.getString("person")),
                new BanScope(broadcaster == null ? null : UserId.of(broadcaster)),
                UserId.of(row.getString("ordered_by")),
                row.getString("reason"),
                moment(row.getLong("ordered_at")),
                ends ? moment(endsAt) : null,
                liftedBy == null
                        ? null
                        : new Ban.Lift(
                                UserId.of(liftedBy), row.getString("lift_reason"), moment(row.getLong("lifted_at"))));
    }
}
