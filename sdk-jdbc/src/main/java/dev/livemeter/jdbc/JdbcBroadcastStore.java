package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastId;
import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.broadcast.BroadcastTerms;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamStory;
import dev.livemeter.broadcast.Viewers;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.BroadcastStore;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Broadcasts on platforms, on SQL. Moments and lengths are kept to the microsecond. */
final class JdbcBroadcastStore implements BroadcastStore {

    private final Database database;

    JdbcBroadcastStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<StreamDetails> details(UserId user) {
        return database.read(handle -> handle.createQuery(
                        "SELECT title, description, category, privacy FROM livemeter_stream_details WHERE owner = :owner")
                .bind("owner", user.value())
                .map((row, context) -> details(row))
                .findOne());
    }

    @Override
    public void describe(UserId user, StreamDetails details) {
        // Run again where another one made the row meanwhile.
        database.writeOrFind(handle -> {
            var changed = said(handle.createUpdate("""
                            UPDATE livemeter_stream_details SET title = :title, description = :description,
                                category = :category, privacy = :privacy
                            WHERE owner = :owner"""), details)
                    .bind("owner", user.value())
                    .execute();
            return changed == 1
                    ? changed
                    : said(handle.createUpdate("""
                                    INSERT INTO livemeter_stream_details (owner, title, description, category, privacy)
                                    VALUES (:owner, :title, :description, :category, :privacy)"""), details)
                            .bind("owner", user.value())
                            .execute();
        });
    }

    @Override
    public void save(StreamStory story) {
        database.writeOrFind(handle -> {
            var changed = told(handle.createUpdate("""
                            UPDATE livemeter_stream_story SET title = :title, description = :description,
                                category = :category, privacy = :privacy, viewers_peak = :viewers_peak,
                                watched_micros = :watched_micros, counted_micros = :counted_micros
                            WHERE session = :session"""), story).execute();
            return changed == 1
                    ? changed
                    : told(handle.createUpdate("""
                                    INSERT INTO livemeter_stream_story (session, title, description, category, privacy,
                                        viewers_peak, watched_micros, counted_micros)
                                    VALUES (:session, :title, :description, :category, :privacy,
                                        :viewers_peak, :watched_micros, :counted_micros)"""), story).execute();
        });
    }

    private static <S extends SqlStatement<S>> S told(S statement, StreamStory story) {
        return watched(said(statement, story.details()), story.viewers())
                .bind("session", story.session().value());
    }

    private static <S extends SqlStatement<S>> S said(S statement, StreamDetails details) {
        return statement
                .bind("title", details.title())
                .bind("description", details.description())
                .bind("category", details.category())
                .bind("privacy", details.privacy().name());
    }

    private static <S extends SqlStatement<S>> S watched(S statement, @Nullable Viewers viewers) {
        return statement
                .bind("viewers_peak", viewers == null ? null : (Long) viewers.peak())
                .bind("watched_micros", viewers == null ? null : (Long) span(viewers.watched()))
                .bind("counted_micros", viewers == null ? null : (Long) span(viewers.counted()));
    }

    /** Not by its nanoseconds: many viewers together watch for longer than these can count. */
    private static long span(Duration length) {
        return Math.addExact(Math.multiplyExact(length.getSeconds(), 1_000_000L), length.getNano() / 1_000);
    }

    @Override
    public Map<SessionId, StreamStory> stories(Collection<SessionId> sessions) {
        if (sessions.isEmpty()) {
            return Map.of();
        }
        return database.read(handle -> {
            var statements = new Statements(handle, database.dialect());
            return statements.map(
                    "SELECT * FROM livemeter_stream_story WHERE ",
                    statements.among("session", sessions, SessionId::value),
                    "",
                    row -> new StreamStory(new SessionId(row.getString("session")), details(row), viewers(row)),
                    StreamStory::session);
        });
    }

    @Override
    public void insert(BroadcastRecord broadcast) {
        var terms = broadcast.terms();
        database.write(
                handle -> bound(handle.createUpdate("""
                                INSERT INTO livemeter_broadcast (id, session, destination, owner, platform, name, account,
                                    opened_at, state, detail, platform_id, platform_handle, page, sealed_target, live_at,
                                    ended_at, viewers_peak, watched_micros, counted_micros, video, attempts, due_at, version)
                                VALUES (:id, :session, :destination, :owner, :platform, :name, :account,
                                    :opened_at, :state, :detail, :platform_id, :platform_handle, :page, :sealed_target, :live_at,
                                    :ended_at, :viewers_peak, :watched_micros, :counted_micros, :video, :attempts, :due_at, :version)"""), broadcast)
                        .bind("session", terms.session().value())
                        .bind("destination", terms.destination().value())
                        .bind("owner", terms.owner().value())
                        .bind("platform", terms.platform())
                        .bind("name", terms.name())
                        .bind("account", terms.account().value())
                        .bind("opened_at", micros(terms.openedAt()))
                        .execute(),
                "There is a broadcast " + broadcast.id() + " already; give each an id of its own.");
    }

    @Override
    public boolean update(BroadcastRecord broadcast) {
        return database.write(
                handle -> bound(handle.createUpdate("""
                                        UPDATE livemeter_broadcast SET state = :state, detail = :detail,
                                            platform_id = :platform_id, platform_handle = :platform_handle, page = :page,
                                            sealed_target = :sealed_target, live_at = :live_at, ended_at = :ended_at,
                                            viewers_peak = :viewers_peak, watched_micros = :watched_micros,
                                            counted_micros = :counted_micros, video = :video, attempts = :attempts,
                                            due_at = :due_at, version = :version
                                        WHERE id = :id AND version = :before"""), broadcast)
                                .bind("before", broadcast.version() - 1)
                                .execute()
                        == 1,
                "");
    }

    private static <S extends SqlStatement<S>> S bound(S statement, BroadcastRecord broadcast) {
        var ref = broadcast.ref();
        return watched(statement, broadcast.viewers())
                .bind("id", broadcast.id().value())
                .bind("state", broadcast.state().name())
                .bind("detail", broadcast.detail())
                .bind("platform_id", ref == null ? null : ref.id())
                .bind("platform_handle", ref == null ? null : ref.handle())
                .bind("page", ref == null ? null : text(ref.page()))
                .bind("sealed_target", broadcast.sealedTarget())
                .bind("live_at", microsOrNull(broadcast.liveAt()))
                .bind("ended_at", microsOrNull(broadcast.endedAt()))
                .bind("video", text(broadcast.video()))
                .bind("attempts", broadcast.attempts())
                .bind("due_at", microsOrNull(broadcast.dueAt()))
                .bind("version", broadcast.version());
    }

    private static @Nullable String text(@Nullable URI address) {
        return address == null ? null : address.toString();
    }

    private static @Nullable Long microsOrNull(@Nullable Instant at) {
        return at == null ? null : (Long) micros(at);
    }

    @Override
    public Optional<BroadcastRecord> find(BroadcastId id) {
        return database.read(handle -> handle.createQuery("SELECT * FROM livemeter_broadcast WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> broadcast(row))
                .findOne());
    }

    @Override
    public Map<SessionId, List<BroadcastRecord>> of(Collection<SessionId> sessions) {
        if (sessions.isEmpty()) {
            return Map.of();
        }
        return database.read(handle -> {
            var statements = new Statements(handle, database.dialect());
            var found = new HashMap<SessionId, List<BroadcastRecord>>();
            statements
                    .list(
                            "SELECT * FROM livemeter_broadcast WHERE ",
                            statements.among("session", sessions, SessionId::value),
                            " ORDER BY session, opened_at, id",
                            JdbcBroadcastStore::broadcast)
                    .forEach(row -> found.computeIfAbsent(row.terms().session(), any -> new ArrayList<>())
                            .add(row));
            return found;
        });
    }

    @Override
    public List<BroadcastRecord> due(Instant at, int limit) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM livemeter_broadcast WHERE due_at <= :at ORDER BY due_at, id LIMIT :most")
                .bind("at", micros(at))
                .bind("most", limit)
                .map((row, context) -> broadcast(row))
                .list());
    }

    private static StreamDetails details(ResultSet row) throws SQLException {
        return new StreamDetails(
                row.getString("title"),
                row.getString("description"),
                row.getString("category"),
                StreamDetails.Privacy.valueOf(row.getString("privacy")));
    }

    private static @Nullable Viewers viewers(ResultSet row) throws SQLException {
        var peak = row.getLong("viewers_peak");
        return row.wasNull()
                ? null
                : new Viewers(
                        peak,
                        Duration.of(row.getLong("watched_micros"), ChronoUnit.MICROS),
                        Duration.of(row.getLong("counted_micros"), ChronoUnit.MICROS));
    }

    private static BroadcastRecord broadcast(ResultSet row) throws SQLException {
        return new BroadcastRecord(
                new BroadcastId(row.getString("id")),
                new BroadcastTerms(
                        new SessionId(row.getString("session")),
                        new DestinationId(row.getString("destination")),
                        UserId.of(row.getString("owner")),
                        row.getString("platform"),
                        row.getString("name"),
                        new AccountId(row.getString("account")),
                        moment(row.getLong("opened_at"))),
                BroadcastState.valueOf(row.getString("state")),
                row.getString("detail"),
                ref(row),
                row.getString("sealed_target"),
                momentOrNull(row, "live_at"),
                momentOrNull(row, "ended_at"),
                viewers(row),
                address(row, "video"),
                row.getInt("attempts"),
                momentOrNull(row, "due_at"),
                row.getLong("version"));
    }

    private static @Nullable BroadcastRef ref(ResultSet row) throws SQLException {
        var id = row.getString("platform_id");
        return id == null ? null : new BroadcastRef(id, row.getString("platform_handle"), address(row, "page"));
    }

    private static @Nullable URI address(ResultSet row, String column) throws SQLException {
        var text = row.getString(column);
        return text == null ? null : URI.create(text);
    }

    private static @Nullable Instant momentOrNull(ResultSet row, String column) throws SQLException {
        var at = row.getLong(column);
        return row.wasNull() ? null : moment(at);
    }
}
