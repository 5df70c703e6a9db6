package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sessions in memory. Thread-safe. */
final class InMemorySessionStore implements SessionStore {

    private static final Comparator<Session> OLDEST_FIRST = Comparator.comparing(Session::openedAt)
            .thenComparing(session -> session.id().value());

    private final Map<SessionId, Session> sessions = new HashMap<>();
    private final Map<NodeId, Instant> leases = new HashMap<>();

    @Override
    public synchronized void insert(Session session) {
        if (sessions.putIfAbsent(session.id(), session.withVersion(0)) != null) {
            throw new LivemeterException(
                    "store.duplicate", "There is a session " + session.id() + " already; give each an id of its own.");
        }
    }

    @Override
    public synchronized Session update(Session session) {
        var stored = sessions.get(session.id());
        if (stored == null || stored.version() != session.version()) {
            throw new LivemeterException(
                    "session.stale",
                    "The session " + session.id() + " is not stored at version " + session.version()
                            + " any more; read it again and decide anew.");
        }
        var next = session.withVersion(session.version() + 1);
        sessions.put(session.id(), next);
        return next;
    }

    @Override
    public synchronized void discard(SessionId id) {
        sessions.computeIfPresent(id, (any, session) -> session.state() == SessionState.AUTHORIZING ? null : session);
    }

    @Override
    public synchronized Optional<Session> find(SessionId id) {
        return Optional.ofNullable(sessions.get(id));
    }

    @Override
    public synchronized List<Session> open() {
        return those(session -> !session.state().isOver()).sorted(OLDEST_FIRST).toList();
    }

    @Override
    public synchronized List<Session> open(UserId payer) {
        return those(session ->
                        session.payer().equals(payer) && !session.state().isOver())
                .sorted(OLDEST_FIRST)
                .toList();
    }

    @Override
    public synchronized List<Session> history(UserId payer, int limit, @Nullable SessionId before) {
        requirePage(limit);
        var all = those(session -> session.payer().equals(payer));
        if (before != null) {
            var bound = sessions.get(before);
            if (bound == null) {
                return List.of();
            }
            all = all.filter(session -> OLDEST_FIRST.compare(session, bound) < 0);
        }
        return all.sorted(OLDEST_FIRST.reversed()).limit(limit).toList();
    }

    @Override
    public synchronized Duration usedIn(UserId payer, YearMonth month, @Nullable SessionId except) {
        return those(session -> session.payer().equals(payer)
                        && session.liveAt() != null
                        && !session.id().equals(except))
                .map(Session::metering)
                .map(metering -> metering.rating().usedIn(month, metering.used()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public synchronized void renewLease(NodeId node, Instant until) {
        leases.merge(node, until, (one, other) -> one.isAfter(other) ? one : other);
    }

    @Override
    public synchronized void endLease(NodeId node) {
        leases.remove(node);
    }

    @Override
    public synchronized List<Session> takeOver(NodeId by, Instant now, int limit) {
        requirePage(limit);
        var dead = those(session -> !session.state().isOver()
                        && !session.node().equals(by)
                        && !leases.getOrDefault(session.node(), Instant.MIN).isAfter(now))
                .sorted(OLDEST_FIRST)
                .limit(limit)
                .toList();
        return dead.stream().map(session -> update(session.takenOverBy(by))).toList();
    }

    /** Replaces those that are stored at their version and adds those that are not stored; for units of work that hold the books already. */
    synchronized Set<SessionId> replace(List<Session> next) {
        return next.stream()
                .filter(session -> {
                    var stored = sessions.get(session.id());
                    return session.version() == (stored == null ? Session.NOT_STORED : stored.version());
                })
                .map(session -> {
                    sessions.put(session.id(), session.withVersion(session.version() + 1));
                    return session.id();
                })
                .collect(Collectors.toSet());
    }

    /**
     * Puts one back as it was before a unit of work that was undone.
     *
     * @param before null where it was not there
     */
    synchronized void restore(SessionId id, @Nullable Session before) {
        if (before == null) {
            sessions.remove(id);
        } else {
            sessions.put(id, before);
        }
    }

    private static void requirePage(int limit) {
        if (limit < 1 || limit > 500) {
            throw new LivemeterException(
                    "store.malformed_limit", "A page of " + limit + " sessions was asked for; expected 1 to 500.");
        }
    }

    synchronized List<Session> over() {
        return those(session -> session.state().isOver()).sorted(OLDEST_FIRST).toList();
    }

    private Stream<Session> those(Predicate<Session> wanted) {
        return sessions.values().stream().filter(wanted);
    }
}
