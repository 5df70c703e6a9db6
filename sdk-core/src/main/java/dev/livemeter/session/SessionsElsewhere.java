package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.spi.SessionStore;
import java.util.List;
import java.util.Optional;

/** What other nodes meter, by what is stored. Every question may fail, where the store does not answer it. Thread-safe. */
final class SessionsElsewhere {

    private final SessionStore store;
    private final NodeLease lease;
    private final MeteredSessions here;
    private final SeenElsewhere seen;

    SessionsElsewhere(SessionParts parts, NodeLease lease, MeteredSessions here) {
        this.store = parts.store();
        this.lease = lease;
        this.here = here;
        this.seen = new SeenElsewhere(parts.time(), NodeLease.LENGTH, Opening.SAME_MOMENT);
    }

    /** Whether another node has what that user opened so. */
    boolean has(UserId payer, Opening opening) {
        if (seen.contains(opening.key(), opening.at())) {
            return true;
        }
        var found = store.open(payer).stream().anyMatch(session -> isOthers(session) && opening.isOf(session));
        if (found) {
            seen.add(opening.key(), opening.at());
        }
        return found;
    }

    /** How many sessions of a lane that user pays for. */
    int count(UserId payer, Lane lane) {
        return of(payer, lane).size();
    }

    /** What that user pays for with that key. */
    List<Session> of(UserId payer, Lane lane, StreamKeyId key) {
        return of(payer, lane).stream()
                .filter(session -> key.equals(session.streamKey()))
                .toList();
    }

    private List<Session> of(UserId payer, Lane lane) {
        // Whoever holds no lease is alone: what bears another node's name is what an earlier run left.
        return lease.isHeld()
                ? store.open(payer).stream()
                        .filter(session -> session.lane() == lane && isOthers(session))
                        .toList()
                : List.of();
    }

    /** The node that has that session now; empty where none has but this one. */
    Optional<NodeId> nodeOf(SessionId id) {
        return lease.isHeld() && !here.has(id)
                ? store.find(id)
                        .filter(session -> !session.state().isOver())
                        .filter(this::isOthers)
                        .map(Session::node)
                : Optional.empty();
    }

    private boolean isOthers(Session session) {
        return !session.node().equals(lease.node());
    }
}
