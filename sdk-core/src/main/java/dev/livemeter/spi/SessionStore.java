package dev.livemeter.spi;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps sessions. Thread-safe; each call is atomic and durable when it returns. */
public interface SessionStore {

    /**
     * Adds a session, at version 0.
     *
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if the id is known
     */
    void insert(Session session);

    /**
     * Replaces a session, if its version is still the one stored: of two that change the same version, one wins.
     *
     * @return the session with its new version
     * @throws dev.livemeter.LivemeterException {@code session.stale} if the version is another or the session unknown; nothing changed
     */
    Session update(Session session);

    /** Takes back a session whose wallet declined. Idempotent; touches it only in the state AUTHORIZING. */
    void discard(SessionId id);

    Optional<Session> find(SessionId id);

    /** All that are not over, the oldest first: after a crash, those to reconcile. */
    List<Session> open();

    /**
     * What a user paid for, the newest first: by {@code openedAt}, then id.
     *
     * @param before only those older than that session; null for the newest
     * @param limit at most so many, 1 to 500
     */
    List<Session> history(UserId payer, int limit, @Nullable SessionId before);
}
