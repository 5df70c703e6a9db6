package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sessions on SQL. */
final class JdbcSessionStore implements SessionStore {

    private static final int LONGEST_PAGE = 500;
    private static final String NEWEST_FIRST = " ORDER BY opened_at DESC, id DESC LIMIT :limit";

    /** Beyond these, moments are as good as never and for ever; all arithmetic of microseconds stays exact between them. */
    private static final Instant FIRST = Instant.EPOCH;

    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    private final Database database;

    JdbcSessionStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Session session) {
        database.write(
                handle -> {
                    on(handle).insert(List.of(session));
                    return session;
                },
                "There is a session " + session.id() + " already; give each an id of its own.");
    }

    @Override
    public Session update(Session session) {
        return database.write(
                handle -> {
                    if (!on(handle).update(session)) {
                        throw new LivemeterException(
                                "session.stale",
                                "The session " + session.id() + " is not stored at version " + session.version()
                                        + " any more; read it again and decide anew.");
                    }
                    return session.withVersion(session.version() + 1);
                },
                "The session " + session.id() + " names one place for two destinations.");
    }

    @Override
    public void discard(SessionId id) {
        database.write(
                handle -> handle.createUpdate("DELETE FROM livemeter_session WHERE id = :id AND state = 'AUTHORIZING'")
                        .bind("id", id.value())
                        .execute(),
                "");
    }

    @Override
    public Optional<Session> find(SessionId id) {
        return read(sessions -> sessions.byId(List.of(id))).values().stream().findFirst();
    }

    @Override
    public List<Session> open() {
        return database.read(handle -> on(handle).list(handle.createQuery("""
                        SELECT * FROM livemeter_session WHERE state IN ('AUTHORIZING', 'AUTHORIZED', 'LIVE', 'ENDING')
                        ORDER BY opened_at, id""")));
    }

    @Override
    public List<Session> open(UserId payer) {
        return database.read(handle -> on(handle).list(handle.createQuery("""
                        SELECT * FROM livemeter_session
                        WHERE payer = :payer AND state IN ('AUTHORIZING', 'AUTHORIZED', 'LIVE', 'ENDING')
                        ORDER BY opened_at, id""").bind("payer", payer.value())));
    }

    @Override
    public List<Session> history(UserId payer, int limit, @Nullable SessionId before) {
        requirePage(limit);
        return database.read(handle -> {
            if (before == null) {
                return on(handle)
                        .list(handle.createQuery("SELECT * FROM livemeter_session WHERE payer = :payer" + NEWEST_FIRST)
                                .bind("payer", payer.value())
                                .bind("limit", limit));
            }
            var bound = handle.createQuery("SELECT opened_at FROM livemeter_session WHERE id = :id")
                    .bind("id", before.value())
                    .mapTo(Long.class)
                    .findOne();
            if (bound.isEmpty()) {
                return List.of();
            }
            return on(handle)
                    .list(handle.createQuery("""
                                    SELECT * FROM livemeter_session
                                    WHERE payer = :payer
                                      AND (opened_at < :opened_at OR (opened_at = :opened_at AND id < :id))""" + NEWEST_FIRST)
                            .bind("payer", payer.value())
                            .bind("opened_at", bound.get())
                            .bind("id", before.value())
                            .bind("limit", limit));
        });
    }

    @Override
    public Duration usedIn(UserId payer, YearMonth month, @Nullable SessionId except) {
        // no session has an empty id
        var left = except == null ? "" : except.value();
        return database.read(handle -> {
            var over = handle.createQuery("""
                            SELECT COALESCE(SUM(seconds), 0) FROM livemeter_rated
                            WHERE payer = :payer AND billing_day BETWEEN :first AND :last AND billing_month = :month
                              AND kind = 'TIME' AND session <> :except""")
                    .bind("payer", payer.value())
                    // for the index; wide enough for an increment that begins in the month and counts on another day
                    .bind("first", month.atDay(1).toEpochDay() - 1)
                    .bind("last", month.atEndOfMonth().toEpochDay() + 1)
                    .bind("month", month.getYear() * 100 + month.getMonthValue())
                    .bind("except", left)
                    .mapTo(Long.class)
                    .one();
            // What is not over yet has no rated rows; a payer has few of these.
            return on(handle)
                    .list(handle.createQuery("""
                                    SELECT * FROM livemeter_session
                                    WHERE payer = :payer AND state IN ('LIVE', 'ENDING') AND id <> :except""").bind("payer", payer.value()).bind("except", left))
                    .stream()
                    .map(Session::metering)
                    .map(metering -> metering.rating().usedIn(month, metering.used()))
                    .reduce(Duration.ofSeconds(over), Duration::plus);
        });
    }

    @Override
    public void renewLease(NodeId node, Instant until) {
        var lease = micros(within(until));
        database.writeOrFind(handle -> {
            var renewed = handle.createUpdate(
                            "UPDATE livemeter_node SET lease_until = GREATEST(lease_until, :until) WHERE id = :id")
                    .bind("id", node.value())
                    .bind("until", lease)
                    .execute();
            if (renewed == 0) {
                handle.createUpdate("INSERT INTO livemeter_node (id, lease_until) VALUES (:id, :until)")
                        .bind("id", node.value())
                        .bind("until", lease)
                        .execute();
            }
            return node;
        });
    }

    @Override
    public void endLease(NodeId node) {
        database.write(
                handle -> handle.createUpdate("DELETE FROM livemeter_node WHERE id = :id")
                        .bind("id", node.value())
                        .execute(),
                "");
    }

    @Override
    public List<Session> takeOver(NodeId by, Instant now, int limit) {
        requirePage(limit);
        while (true) {
            var found = database.read(handle -> on(handle)
                    .list(handle.createQuery("""
                            SELECT * FROM livemeter_session
                            WHERE state IN ('AUTHORIZING', 'AUTHORIZED', 'LIVE', 'ENDING') AND node <> :by
                              AND (:everyone = 1 OR NOT EXISTS (
                                  SELECT 1 FROM livemeter_node
                                  WHERE livemeter_node.id = livemeter_session.node AND lease_until > :now))
                            ORDER BY opened_at, id LIMIT :limit""")
                            .bind("by", by.value())
                            .bind("everyone", now.equals(Instant.MAX) ? 1 : 0)
                            .bind("now", micros(within(now)))
                            .bind("limit", limit)));
            if (found.isEmpty()) {
                // As good as always: a node looks every few seconds.
                return found;
            }
            // Compared and set by their versions, so that each has one new node, whoever else tries.
            var taken = database.writeOrFind(handle -> on(handle)
                    .replace(found.stream()
                            .map(session -> session.takenOverBy(by))
                            .toList()));
            if (!taken.isEmpty()) {
                return found.stream()
                        .filter(session -> taken.contains(session.id()))
                        .map(session -> session.takenOverBy(by).withVersion(session.version() + 1))
                        .toList();
            }
            // All of them went to others meanwhile; there may be more.
        }
    }

    private <T> T read(Function<SessionStatements, T> questions) {
        return database.read(handle -> questions.apply(on(handle)));
    }

    private SessionStatements on(Handle handle) {
        return new SessionStatements(handle, new Statements(handle, database.dialect()));
    }

    private static void requirePage(int limit) {
        if (limit < 1 || limit > LONGEST_PAGE) {
            throw new LivemeterException(
                    "store.malformed_limit", "A page of " + limit + " sessions was asked for; expected 1 to 500.");
        }
    }

    private static Instant within(Instant moment) {
        if (moment.isBefore(FIRST)) {
            return FIRST;
        }
        return moment.isAfter(LAST) ? LAST : moment;
    }
}
