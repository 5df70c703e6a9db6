package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Rate;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.SessionStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Sessions on SQL. */
final class JdbcSessionStore implements SessionStore {

    private static final String NEWEST_FIRST = " ORDER BY opened_at DESC, id DESC FETCH FIRST :limit ROWS ONLY";

    private final Database database;

    JdbcSessionStore(Database database) {
        this.database = database;
    }

    @Override
    public void insert(Session session) {
        database.write(
                handle -> {
                    bind(session, handle.createUpdate("""
                                    INSERT INTO livemeter_session (
                                        id, lane, payer, stream_key, state, opened_at, live_at, seen_at, ended_at, currency,
                                        rate_micros, rate_seconds, initial_seconds, subsequent_seconds, used_nanos,
                                        granted_micros, charged_micros, holds, captures, balance_currency,
                                        balance_before_micros, balance_after_micros, end_code, end_detail, version)
                                    VALUES (
                                        :id, :lane, :payer, :stream_key, :state, :opened_at, :live_at, :seen_at, :ended_at, :currency,
                                        :rate_micros, :rate_seconds, :initial_seconds, :subsequent_seconds, :used_nanos,
                                        :granted_micros, :charged_micros, :holds, :captures, :balance_currency,
                                        :balance_before_micros, :balance_after_micros, :end_code, :end_detail, 0)""")).execute();
                    insertDestinations(handle, session);
                    return session;
                },
                "There is a session " + session.id() + " already; give each an id of its own.");
    }

    @Override
    public Session update(Session session) {
        return database.write(
                handle -> {
                    var changed = bind(session, handle.createUpdate("""
                                    UPDATE livemeter_session SET
                                        lane = :lane, payer = :payer, stream_key = :stream_key, state = :state,
                                        opened_at = :opened_at, live_at = :live_at, seen_at = :seen_at, ended_at = :ended_at,
                                        currency = :currency, rate_micros = :rate_micros, rate_seconds = :rate_seconds,
                                        initial_seconds = :initial_seconds, subsequent_seconds = :subsequent_seconds,
                                        used_nanos = :used_nanos,
                                        granted_micros = :granted_micros, charged_micros = :charged_micros,
                                        holds = :holds, captures = :captures, balance_currency = :balance_currency,
                                        balance_before_micros = :balance_before_micros,
                                        balance_after_micros = :balance_after_micros,
                                        end_code = :end_code, end_detail = :end_detail, version = version + 1
                                    WHERE id = :id AND version = :version"""))
                            .bind("version", session.version())
                            .execute();
                    if (changed == 0) {
                        throw new LivemeterException(
                                "session.stale",
                                "The session " + session.id() + " is not stored at version " + session.version()
                                        + " any more; read it again and decide anew.");
                    }
                    replaceDestinations(handle, session);
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
        return database.read(handle ->
                sessions(
                                handle,
                                handle.createQuery("SELECT * FROM livemeter_session WHERE id = :id")
                                        .bind("id", id.value()))
                        .stream()
                        .findFirst());
    }

    @Override
    public List<Session> open() {
        return database.read(handle -> sessions(handle, handle.createQuery("""
                        SELECT * FROM livemeter_session WHERE state IN ('AUTHORIZING', 'AUTHORIZED', 'LIVE', 'ENDING')
                        ORDER BY opened_at, id""")));
    }

    @Override
    public List<Session> history(UserId payer, int limit, @Nullable SessionId before) {
        if (limit < 1 || limit > 500) {
            throw new LivemeterException(
                    "store.malformed_limit", "A page of " + limit + " sessions was asked for; expected 1 to 500.");
        }
        return database.read(handle -> {
            if (before == null) {
                return sessions(
                        handle,
                        handle.createQuery("SELECT * FROM livemeter_session WHERE payer = :payer" + NEWEST_FIRST)
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
            return sessions(
                    handle,
                    handle.createQuery("""
                                    SELECT * FROM livemeter_session
                                    WHERE payer = :payer
                                      AND (opened_at < :opened_at OR (opened_at = :opened_at AND id < :id))""" + NEWEST_FIRST)
                            .bind("payer", payer.value())
                            .bind("opened_at", bound.get())
                            .bind("id", before.value())
                            .bind("limit", limit));
        });
    }

    private static Update bind(Session session, Update statement) {
        var metering = session.metering();
        var tariff = metering.tariff();
        var end = session.end();
        var after = session.balanceAfter();
        return statement
                .bind("id", session.id().value())
                .bind("lane", session.lane().name())
                .bind("payer", session.payer().value())
                .bind("stream_key", session.streamKey().value())
                .bind("state", session.state().name())
                .bind("opened_at", micros(session.openedAt()))
                .bind("live_at", microsOrNull(session.liveAt()))
                .bind("seen_at", micros(session.seenAt()))
                .bind("ended_at", microsOrNull(session.endedAt()))
                .bind("currency", tariff.currency().getCurrencyCode())
                .bind("rate_micros", tariff.rate().price().micros())
                .bind("rate_seconds", tariff.rate().per().toSeconds())
                .bind("initial_seconds", tariff.increment().initial().toSeconds())
                .bind("subsequent_seconds", tariff.increment().subsequent().toSeconds())
                .bind("used_nanos", metering.used().toNanos())
                .bind("granted_micros", metering.granted().micros())
                .bind("charged_micros", metering.charged().micros())
                .bind("holds", metering.holds())
                .bind("captures", metering.captures())
                .bind("balance_currency", session.balanceBefore().currency().getCurrencyCode())
                .bind("balance_before_micros", session.balanceBefore().micros())
                .bind("balance_after_micros", after == null ? null : (Long) after.micros())
                .bind("end_code", end == null ? null : end.code())
                .bind("end_detail", end == null ? null : end.detail());
    }

    private static void replaceDestinations(Handle handle, Session session) {
        // They are fixed when a session opens; looking first spares the many updates that only say "still there" two
        // writes.
        if (destinations(handle, List.of(session.id().value()))
                .getOrDefault(session.id(), List.of())
                .equals(session.destinations())) {
            return;
        }
        handle.createUpdate("DELETE FROM livemeter_session_destination WHERE session = :session")
                .bind("session", session.id().value())
                .execute();
        insertDestinations(handle, session);
    }

    private static void insertDestinations(Handle handle, Session session) {
        if (session.destinations().isEmpty()) {
            return;
        }
        var rows = handle.prepareBatch("""
                INSERT INTO livemeter_session_destination (session, position, destination, platform, name)
                VALUES (:session, :position, :destination, :platform, :name)""");
        var position = 0;
        for (var destination : session.destinations()) {
            rows.bind("session", session.id().value())
                    .bind("position", position++)
                    .bind("destination", destination.id().value())
                    .bind("platform", destination.platform())
                    .bind("name", destination.name())
                    .add();
        }
        rows.execute();
    }

    private static List<Session> sessions(Handle handle, Query query) {
        var found = query.map((row, context) -> session(row)).list();
        var destinations = destinations(
                handle, found.stream().map(session -> session.id().value()).toList());
        return found.stream()
                .map(session -> with(destinations.getOrDefault(session.id(), List.of()), session))
                .toList();
    }

    private static Map<SessionId, List<SessionDestination>> destinations(Handle handle, List<String> sessions) {
        var found = new HashMap<SessionId, List<SessionDestination>>();
        if (!sessions.isEmpty()) {
            handle.createQuery("""
                            SELECT session, destination, platform, name FROM livemeter_session_destination
                            WHERE session IN (<sessions>) ORDER BY session, position""")
                    .bindList("sessions", sessions)
                    .map((row, context) -> Map.entry(
                            new SessionId(row.getString("session")),
                            new SessionDestination(
                                    new DestinationId(row.getString("destination")),
                                    row.getString("platform"),
                                    row.getString("name"))))
                    .forEach(row -> found.computeIfAbsent(row.getKey(), any -> new ArrayList<>())
                            .add(row.getValue()));
        }
        return found;
    }

    private static Session with(List<SessionDestination> destinations, Session session) {
        return new Session(
                session.id(),
                session.lane(),
                session.payer(),
                session.streamKey(),
                session.state(),
                session.openedAt(),
                session.liveAt(),
                session.seenAt(),
                session.endedAt(),
                session.metering(),
                session.balanceBefore(),
                session.balanceAfter(),
                session.end(),
                destinations,
                session.version());
    }

    private static Session session(ResultSet row) throws SQLException {
        var currency = row.getString("currency");
        var tariff = new Tariff(
                new Rate(
                        Money.ofMicros(currency, row.getLong("rate_micros")),
                        Duration.ofSeconds(row.getLong("rate_seconds"))),
                new Increment(
                        Duration.ofSeconds(row.getLong("initial_seconds")),
                        Duration.ofSeconds(row.getLong("subsequent_seconds"))));
        var metering = new Metering(
                tariff,
                Duration.ofNanos(row.getLong("used_nanos")),
                Money.ofMicros(currency, row.getLong("granted_micros")),
                Money.ofMicros(currency, row.getLong("charged_micros")),
                row.getInt("holds"),
                row.getInt("captures"));
        var balanceCurrency = row.getString("balance_currency");
        var after = longOrNull(row, "balance_after_micros");
        var endCode = row.getString("end_code");
        return new Session(
                new SessionId(row.getString("id")),
                Lane.valueOf(row.getString("lane")),
                UserId.of(row.getString("payer")),
                new StreamKeyId(row.getString("stream_key")),
                SessionState.valueOf(row.getString("state")),
                moment(row.getLong("opened_at")),
                momentOrNull(row, "live_at"),
                moment(row.getLong("seen_at")),
                momentOrNull(row, "ended_at"),
                metering,
                Money.ofMicros(balanceCurrency, row.getLong("balance_before_micros")),
                after == null ? null : Money.ofMicros(balanceCurrency, after),
                endCode == null ? null : SessionEnd.of(endCode, row.getString("end_detail")),
                List.of(),
                row.getLong("version"));
    }

    private static @Nullable Long microsOrNull(@Nullable Instant moment) {
        return moment == null ? null : (Long) micros(moment);
    }

    private static @Nullable Instant momentOrNull(ResultSet row, String column) throws SQLException {
        var micros = longOrNull(row, column);
        return micros == null ? null : moment(micros);
    }

    private static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
        var value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }
}
