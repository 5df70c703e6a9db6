package dev.livemeter.session;

import dev.livemeter.spi.SessionStore;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease by which the other nodes know that this one lives. It says only when they may try to take its sessions over; what they took is fenced by its version (decision record 0008).
 * Renewed by one thread at a time; all else is thread-safe.
 */
final class NodeLease {

    private static final Logger log = LoggerFactory.getLogger(NodeLease.class);

    /** How long after its last sign of life a node counts as dead. */
    static final Duration LENGTH = Duration.ofSeconds(15);

    /** How often it is to be renewed. */
    static final Duration RENEW_EVERY = Duration.ofSeconds(5);

    /** A renewal so long after the one before may have waited for a store that was away without an error. */
    private static final Duration LATE = RENEW_EVERY.multipliedBy(2);

    private final NodeId node;
    private final SessionStore store;
    private final TimeSource time;
    private volatile boolean held;
    private volatile long renewedAtNanos;
    private volatile boolean renewalFailed;

    /** Nothing is taken over before that moment, while {@code waitsForOthers}. */
    private volatile long othersRenewUntilNanos;

    private volatile boolean waitsForOthers;

    /** A lease that this node does not hold yet. */
    NodeLease(NodeId node, SessionStore store, TimeSource time) {
        this.node = node;
        this.store = store;
        this.time = time;
    }

    /** Whose lease it is. */
    NodeId node() {
        return node;
    }

    /** Whether this node has begun to hold it, as one of several, and did not end. */
    boolean isHeld() {
        return held;
    }

    /**
     * Holds it from now on.
     *
     * @throws RuntimeException if the store did not answer
     */
    void begin() {
        held = true;
        store();
    }

    /**
     * Renews it. Where this node could not, the others, who live, could not renew theirs either: they get time to do so.
     *
     * @throws RuntimeException if the store did not answer; to be tried again
     */
    void renew() {
        var before = renewedAtNanos;
        try {
            store();
        } catch (RuntimeException e) {
            renewalFailed = true;
            throw e;
        }
        if (renewalFailed || renewedAtNanos - before > LATE.toNanos()) {
            renewalFailed = false;
            othersRenewUntilNanos = renewedAtNanos + LENGTH.toNanos();
            waitsForOthers = true;
        }
    }

    private void store() {
        store.renewLease(node, time.instant().plus(LENGTH));
        renewedAtNanos = time.nanoTime();
    }

    /** Whether the others still have time to renew theirs, so that none of them counts as dead. */
    boolean isWaitingForOthers() {
        if (waitsForOthers && time.nanoTime() - othersRenewUntilNanos >= 0) {
            waitsForOthers = false;
        }
        return waitsForOthers;
    }

    /** Lets other nodes have at once what this one leaves; nothing if it was not held. */
    void end() {
        if (held) {
            held = false;
            try {
                store.endLease(node);
            } catch (RuntimeException e) {
                log.warn("The lease of this node could not be ended ({}); it ends by itself.", e.getMessage());
            }
        }
    }
}
