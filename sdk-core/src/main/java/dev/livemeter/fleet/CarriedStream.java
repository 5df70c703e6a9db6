package dev.livemeter.fleet;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import org.jspecify.annotations.Nullable;

/** A stream and the host that carries it. What it takes of the uplink is guarded by the host. */
final class CarriedStream {

    private final SessionId session;
    private final FleetHost host;
    private final @Nullable UserId user;
    private int destinations;
    private long bitsPerSecond;
    private boolean over;

    CarriedStream(SessionId session, FleetHost host, @Nullable UserId user, int destinations, long bitsPerSecond) {
        this.session = session;
        this.host = host;
        this.user = user;
        this.destinations = destinations;
        this.bitsPerSecond = bitsPerSecond;
    }

    SessionId session() {
        return session;
    }

    FleetHost host() {
        return host;
    }

    boolean isOf(UserId somebody) {
        return somebody.equals(user);
    }

    int destinations() {
        return destinations;
    }

    void destinations(int number) {
        destinations = number;
    }

    void bitsPerSecond(long measured) {
        bitsPerSecond = measured;
    }

    /** What it takes of the uplink. */
    long load() {
        return destinations * bitsPerSecond;
    }

    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }
}
