package dev.livemeter.jdbc;

import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionTerms;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Statements on sessions, in a transaction. */
final class SessionStatements {

    private static final Comparator<Session> BY_ID =
            Comparator.comparing(session -> session.id().value());

    private final Handle handle;
    private final Statements statements;

    SessionStatements(Handle handle, Statements statements) {
        this.handle = handle;
        this.statements = statements;
    }

    void insert(List<Session> sessions) {
        statements.insert(SessionRows.added(sessions));
        insertParts(sessions);
    }

    private List<Session> insertUnknown(List<Session> sessions) {
        var ids = sessions.stream().map(session -> session.id().value()).toList();
        var added = statements.insertUnknown(SessionRows.added(sessions), "id", ids);
        var unknown = sessions.stream()
                .filter(session -> added.contains(session.id().value()))
                .toList();
        insertParts(unknown);
        return unknown;
    }

    private void insertParts(List<Session> sessions) {
        insertDestinations(sessions);
        writeRated(sessions);
    }

    /** Replaces a session in all its parts where its version is the one stored; else does nothing and answers so. */
    boolean update(Session session) {
        if (statements.updateFound(SessionRows.replaced(List.of(session))).isEmpty()) {
            return false;
        }
        // They are fixed when a session opens; looking first spares the many updates that only say "still there" two
        // writes.
        if (!destinations(List.of(session.id()))
                .getOrDefault(session.id(), List.of())
                .equals(session.destinations())) {
            statements.flush();
            handle.createUpdate("DELETE FROM livemeter_session_destination WHERE session = :session")
                    .bind("session", session.id().value())
                    .execute();
            insertDestinations(List.of(session));
        }
        writeRated(List.of(session));
        return true;
    }

    /**
     * Moves sessions on whose version is the one stored, and adds those that are not stored; what was settled when they opened is left as it is.
     */
    Set<SessionId> replace(List<Session> next) {
        if (next.isEmpty()) {
            return Set.of();
        }
        var ordered = next.stream().sorted(BY_ID).collect(Collectors.partitioningBy(Session::isStored));
        var moved = found(ordered.getOrDefault(true, List.of()), SessionRows::moved);
        writeRated(moved);
        var added = insertUnknown(ordered.getOrDefault(false, List.of()));
        return ids(Stream.concat(moved.stream(), added.stream()));
    }

    /** As {@link #replace}, of stored sessions of which nothing is new but their figures. */
    Set<SessionId> advance(List<Session> next) {
        return ids(found(next.stream().sorted(BY_ID).toList(), SessionRows::advanced).stream());
    }

    /**
     * Writes those whose version is the one stored; the others are left as they are. In the order of their ids, so that two that write the same
     * sessions wait for each other and do not collide.
     */
    private List<Session> found(List<Session> ordered, Function<List<Session>, Rows<Session>> rows) {
        var places = statements.updateFound(rows.apply(ordered));
        return places.cardinality() == ordered.size()
                ? ordered
                : places.stream().mapToObj(ordered::get).toList();
    }

    private static Set<SessionId> ids(Stream<Session> sessions) {
        return sessions.map(Session::id).collect(Collectors.toCollection(HashSet::new));
    }

    private void writeRated(List<Session> stored) {
        var ended = stored.stream().filter(session -> session.state().isOver()).toList();
        if (ended.isEmpty()) {
            return;
        }
        // One that is over is stored again where its balance is told late, and then its rows are there.
        var among = statements.among("session", ended, session -> session.id().value());
        var known = Set.copyOf(statements.list(
                "SELECT DISTINCT session FROM livemeter_rated WHERE ", among, "", row -> row.getString("session")));
        var fresh = ended.stream()
                .filter(session -> !known.contains(session.id().value()))
                .toList();
        // Only streams have destinations.
        var streams = fresh.stream()
                .filter(session -> session.lane() == Lane.RELAY)
                .map(Session::id)
                .toList();
        var rated = RatedRows.of(fresh, DeliveryRows.of(statements, streams));
        statements.insert(rated.lineRows());
        statements.insert(rated.partRows());
    }

    /** How the destinations of a session that is over fared is known better now: what it was sold for is divided anew. Idempotent. */
    void divideAnew(SessionId id, List<DeliveryRecord> records) {
        var session = byId(List.of(id)).get(id);
        if (session == null || !session.state().isOver()) {
            return;
        }
        var rated = RatedRows.of(List.of(session), Map.of(id, records));
        if (rated.lines().isEmpty()) {
            return;
        }
        statements.flush();
        handle.createUpdate("DELETE FROM livemeter_rated_part WHERE session = :session")
                .bind("session", id.value())
                .execute();
        handle.createUpdate("UPDATE livemeter_rated SET platforms = :platforms WHERE session = :session")
                .bind("platforms", rated.lines().get(0).platforms())
                .bind("session", id.value())
                .execute();
        statements.insert(rated.partRows());
    }

    Map<SessionId, Session> byId(Collection<SessionId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        var among = statements.among("id", ids, SessionId::value);
        var found = statements.list(
                "SELECT * FROM livemeter_session WHERE ", among, "", row -> SessionRows.session(row, List.of()));
        return withDestinations(found).stream().collect(Collectors.toMap(Session::id, session -> session));
    }

    List<Session> list(Query query) {
        return withDestinations(
                query.map((row, context) -> SessionRows.session(row, List.of())).list());
    }

    private List<Session> withDestinations(List<Session> sessions) {
        var destinations = destinations(sessions.stream().map(Session::id).toList());
        return sessions.stream()
                .map(session -> with(destinations.getOrDefault(session.id(), List.of()), session))
                .toList();
    }

    private Map<SessionId, List<SessionDestination>> destinations(List<SessionId> sessions) {
        var found = new HashMap<SessionId, List<SessionDestination>>();
        if (!sessions.isEmpty()) {
            statements
                    .list(
                            "SELECT session, position, destination, platform, name FROM livemeter_session_destination WHERE ",
                            statements.among("session", sessions, SessionId::value),
                            " ORDER BY session, position",
                            SessionRows.Place::of)
                    .forEach(place -> found.computeIfAbsent(place.session(), any -> new ArrayList<>())
                            .add(place.destination()));
        }
        return found;
    }

    private void insertDestinations(List<Session> sessions) {
        var places = new ArrayList<SessionRows.Place>();
        for (var session : sessions) {
            var position = 0;
            for (var destination : session.destinations()) {
                places.add(new SessionRows.Place(session.id(), position++, destination));
            }
        }
        statements.insert(SessionRows.places(places));
    }

    private static Session with(List<SessionDestination> destinations, Session session) {
        var terms = session.terms();
        return new Session(
                session.id(),
                new SessionTerms(
                        terms.lane(),
                        terms.payer(),
                        terms.payee(),
                        terms.tariffVersion(),
                        terms.streamKey(),
                        destinations),
                session.state(),
                session.openedAt(),
                session.liveAt(),
                session.seenAt(),
                session.endedAt(),
                session.metering(),
                session.balanceBefore(),
                session.balanceAfter(),
                session.end(),
                session.node(),
                session.version());
    }
}
