package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import java.util.List;
import java.util.Optional;

/** A publisher that was let in. Guarded by the lock of its {@link Publishers}, but for the lanes, which guard themselves. */
final class RelayedSession {

    private final SessionId id;
    private final long client;
    private final List<PushLane> lanes;
    private final Reports reports;
    private final long admittedAtNanos;

    long lastSeenNanos;
    long cutAtNanos;
    int undecidedHeartbeats;
    boolean cut;
    boolean over;

    RelayedSession(SessionId id, long client, List<PushLane> lanes, Reports reports, long nowNanos) {
        this.id = id;
        this.client = client;
        this.lanes = List.copyOf(lanes);
        this.reports = reports;
        this.admittedAtNanos = nowNanos;
        this.lastSeenNanos = nowNanos;
    }

    SessionId id() {
        return id;
    }

    long client() {
        return client;
    }

    long admittedAtNanos() {
        return admittedAtNanos;
    }

    Reports reports() {
        return reports;
    }

    /** The lane of a slot, from 1; empty where the user has fewer destinations. */
    Optional<PushLane> lane(int slot) {
        return slot <= lanes.size() ? Optional.of(lanes.get(slot - 1)) : Optional.empty();
    }

    void stopLanes() {
        lanes.forEach(PushLane::stop);
    }
}
