package dev.livemeter.spi;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
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

    /** Those of a payer that are not over, the oldest first: what counts where a number of them is limited for all nodes together. */
    List<Session> open(UserId payer);

    /**
     * What a user paid for, the newest first: by {@code openedAt}, then id.
     *
     * @param before only those older than that session; null for the newest
     * @param limit at most so many, 1 to 500
     */
    List<Session> history(UserId payer, int limit, @Nullable SessionId before);

    /**
     * What a payer has used of a month, by what is stored: the sum of {@link dev.livemeter.money.Rating#usedIn} over their sessions.
     *
     * @param except left out; null for none
     */
    Duration usedIn(UserId payer, YearMonth month, @Nullable SessionId except);

    /**
     * Renews the lease of a node: until then, nobody takes its sessions over. Idempotent; never shortens a lease.
     */
    void renewLease(NodeId node, Instant until);

    /** Ends the lease of a node at once. Idempotent. */
    void endLease(NodeId node);

    /**
     * Takes over sessions that are not over and whose node has no lease any more, the oldest first. Of two nodes that try, one gets a session. Each
     * gets the next version, so that its former node is refused from then on.
     *
     * @param by whose sessions they are from now on; its own are not among them
     * @param now a lease that ends at this moment or before is over; {@link Instant#MAX} takes over from every other node
     * @param limit at most so many, 1 to 500
     * @return them, as they are stored now
     */
    List<Session> takeOver(NodeId by, Instant now, int limit);
}
