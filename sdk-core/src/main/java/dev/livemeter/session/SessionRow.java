package dev.livemeter.session;

import dev.livemeter.spi.SessionStore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The row of one session: its present state, and the way of the next one into the store. A change whose answer was lost is looked up before
 * the next is written, so that a session does not take its own change for another's. Not thread-safe.
 */
final class SessionRow {

    private final SessionStore store;
    private Session session;
    private @Nullable Session unanswered;
    private boolean ahead;

    SessionRow(SessionStore store, Session session) {
        this.store = store;
        this.session = session;
    }

    Session session() {
        return session;
    }

    void insert() {
        store.insert(session);
    }

    void discard() {
        store.discard(session.id());
    }

    /** Takes the next state; it is stored with the next {@link #save}. */
    void change(Session next) {
        session = next;
        ahead = true;
    }

    /** Takes and stores the next state. */
    void store(Session next) {
        var lost = unanswered;
        if (lost != null) {
            var committed = lost.withVersion(lost.version() + 1);
            if (store.find(session.id()).filter(committed::equals).isPresent()) {
                session = session.withVersion(committed.version());
            }
        }
        var attempt = next.withVersion(session.version());
        unanswered = attempt;
        session = store.update(attempt);
        unanswered = null;
        ahead = false;
    }

    /** Stores the proof of life and what was used and charged, unless the store has them. */
    void save(Instant seenAt, Metering metering) {
        if (ahead || !metering.equals(session.metering()) || !seenAt.equals(session.seenAt())) {
            store(session.seen(seenAt, metering));
        }
    }
}
