package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.SessionStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sessions in memory. Thread-safe. */
final class InMemorySessionStore implements SessionStore {

    private static final Comparator<Session> OLDEST_FIRST = Comparator.comparing(Session::openedAt)
            .thenComparing(session -> session.id().value());

    private final Map<SessionId, Session> sessions = new HashMap<>();

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
    public synchronized List<Session> history(UserId payer, int limit, @Nullable SessionId before) {
        if (limit < 1 || limit > 500) {
            throw new LivemeterException(
                    "store.malformed_limit", "A page of " + limit + " sessions was asked for; expected 1 to 500.");
        }
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

    private Stream<Session> those(Predicate<Session> wanted) {
        return sessions.values().stream().filter(wanted);
    }
}
