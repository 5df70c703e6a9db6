package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier processes and dead nodes left open. This node takes it over, and closes it at its last sign of life; where its delivery may go on without a node, it first gets time to show that it does.
 * Thread-safe.
 */
final class LeftSessions {

    private static final Logger log = LoggerFactory.getLogger(LeftSessions.class);

    private static final int MOST_AT_ONCE = 500;

    private final SessionParts parts;
    private final MeteredLanes lanes;
    private final NodeLease lease;
    private final MeteredSessions here;
    private final SessionsElsewhere elsewhere;

    /** What is to show that it is still delivered. */
    private final Map<SessionId, MeteredSession> waiting = new ConcurrentHashMap<>();

    /** Whether the store may know of sessions of this node that it does not know itself, as it was not answered. */
    private volatile boolean unanswered;

    LeftSessions(
            SessionParts parts,
            MeteredLanes lanes,
            NodeLease lease,
            MeteredSessions here,
            SessionsElsewhere elsewhere) {
        this.parts = parts;
        this.lanes = lanes;
        this.lease = lease;
        this.here = here;
        this.elsewhere = elsewhere;
    }

    // Looking for them

    /** As {@link Meter#start}. */
    int start(boolean exclusive) {
        if (exclusive) {
            return takeOver(Instant.MAX);
        }
        lease.begin();
        var found = takeOver(parts.time().instant());
        parts.scheduler().after(NodeLease.RENEW_EVERY, this::look);
        return found;
    }

    private void look() {
        if (!lease.isHeld()) {
            return;
        }
        try {
            lease.renew();
            if (unanswered) {
                closeUnknown();
                unanswered = false;
            }
            if (!lease.isWaitingForOthers()) {
                takeOver(parts.time().instant());
            }
        } catch (RuntimeException e) {
            unanswered = true;
            log.warn("The lease of this node could not be renewed ({}); trying again.", e.getMessage());
        }
        parts.scheduler().after(NodeLease.RENEW_EVERY, this::look);
    }

    private int takeOver(Instant deadSince) {
        var found = 0;
        while (true) {
            var left = parts.store().takeOver(lease.node(), deadSince, MOST_AT_ONCE);
            for (var session : left) {
                pickUp(session);
            }
            found += left.size();
            if (left.size() < MOST_AT_ONCE) {
                return found;
            }
        }
    }

    /** A session that opened here was not answered. It is given back as soon as that is possible, and looked for once more: its unit may end after that. */
    void lookFor(SessionId id) {
        here.givingBack(id);
        unanswered = true;
    }

    /** Those that were taken over by a call whose answer was lost: they are this node's, and it does not know them. */
    private void closeUnknown() {
        for (var session : parts.store().open()) {
            if (isUnknown(session)) {
                // Read again: it may have ended between the two looks.
                parts.store().find(session.id()).filter(this::isUnknown).ifPresent(this::close);
            }
        }
    }

    private boolean isUnknown(Session stored) {
        return stored.node().equals(lease.node())
                && !stored.state().isOver()
                && !here.isInHand(stored.id())
                && !waiting.containsKey(stored.id());
    }

    // What becomes of them

    private void pickUp(Session left) {
        var patience = lanes.delivery(left.lane()).resumesWithin();
        var goesOn = left.state() == SessionState.AUTHORIZED || left.state() == SessionState.LIVE;
        if (patience.isZero() || !goesOn || here.has(left.id())) {
            log.info("Session {} of {} was left open; closing it at its last sign of life.", left.id(), left.payer());
            close(left);
            return;
        }
        log.info(
                "Session {} of {} was left open; it has {} ms to show that it is still delivered.",
                left.id(),
                left.payer(),
                patience.toMillis());
        waiting.put(left.id(), metered(left));
        parts.scheduler().after(patience, () -> giveUp(left.id()));
    }

    private void giveUp(SessionId id) {
        var waited = waiting.get(id);
        var later = waited == null
                ? Duration.ZERO
                : lanes.delivery(waited.session().lane()).resumesLater();
        if (!later.isZero()) {
            // Nobody could hear of it, so its silence says nothing.
            parts.scheduler().after(later, () -> giveUp(id));
            return;
        }
        var session = waiting.remove(id);
        if (session != null) {
            log.info("Session {} is not delivered any more; closing it at its last sign of life.", id);
            reconcile(session);
        }
    }

    private void close(Session left) {
        var mine = here.find(left.id());
        if (mine != null) {
            // Another node took it, died, and it comes back: what runs here knows an older row.
            mine.takenOver();
        }
        lanes.delivery(left.lane()).cut(left.id());
        reconcile(metered(left));
    }

    private MeteredSession metered(Session left) {
        return MeteredSession.leftOpen(
                lanes.parts(left.lane()), lanes.delivery(left.lane()), () -> here.over(left.id()), left);
    }

    private void reconcile(MeteredSession session) {
        here.closing(session.id());
        session.reconcile();
    }

    // What lanes say of them

    /**
     * What waits for a sign of life since its node went away, and was opened so.
     *
     * @throws LivemeterException {@code session.elsewhere}, with retryable set, where another node may still have it
     */
    Optional<Session> find(UserId payer, Opening opening) {
        var found = opening.nearest(waiting.values());
        if (found.isEmpty() && elsewhere.has(payer, opening)) {
            throw new LivemeterException(
                    "session.elsewhere",
                    "The session of this publisher belongs to another node, whose lease is not over yet; ask again.",
                    true,
                    null);
        }
        return found;
    }

    /** What waits for a sign of life with that key is not waited for any more: it is closed at its last one. */
    void abandon(StreamKeyId key) {
        for (var session : List.copyOf(waiting.values())) {
            if (key.equals(session.session().streamKey()) && waiting.remove(session.id(), session)) {
                log.info("Session {} is closed at its last sign of life: its key streams anew.", session.id());
                reconcile(session);
            }
        }
    }

    /**
     * A session that waited for a sign of life goes on here.
     *
     * @param age since it was opened, by the clock of what delivers it, cut to whole seconds
     * @return whether it waited
     * @throws RuntimeException if the wallet did not answer; it waits on
     */
    boolean resume(SessionId id, Duration age) {
        var session = waiting.remove(id);
        if (session == null) {
            return false;
        }
        here.add(session);
        try {
            session.resume(age);
            return true;
        } catch (RuntimeException e) {
            here.remove(id);
            waiting.put(id, session);
            parts.scheduler().after(lanes.delivery(session.session().lane()).resumesWithin(), () -> giveUp(id));
            throw e;
        }
    }
}
