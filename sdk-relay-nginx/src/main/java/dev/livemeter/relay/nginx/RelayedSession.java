package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import java.time.Duration;

/** A publisher that was let in. Guarded by the lock of its {@link Publishers}, but for what guards itself. */
final class RelayedSession {

    private final SessionId id;
    private final long client;
    private final LaneTable lanes;
    private final Reports reports;
    private final long admittedAtNanos;
    private final Incoming incoming;

    long lastSeenNanos;
    long cutAtNanos;
    int undecidedHeartbeats;
    boolean up;
    boolean cut;
    boolean over;

    RelayedSession(SessionId id, long client, LaneTable lanes, Reports reports, Duration idle, long nowNanos) {
        this.id = id;
        this.client = client;
        this.lanes = lanes;
        this.reports = reports;
        this.incoming = new Incoming(idle);
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

    Incoming incoming() {
        return incoming;
    }

    Reports reports() {
        return reports;
    }

    LaneTable lanes() {
        return lanes;
    }
}
