package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.PushLane.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.function.BiConsumer;

/**
 * Finds publishers who fell silent: nginx can stop to send heartbeats without a word (decision record 0004), and a lost machine sends none. One task looks for all: a timer for each would be set
 * anew with every heartbeat or two. Shares the lock of those whom it watches.
 */
final class Silence {

    /** Among thousands somebody is due all the time; then those who went silent are found so much later. */
    private static final long LOOK_APART_NANOS = 250_000_000L;

    private final Object lock;
    private final Collection<RelayedSession> watched;
    private final Surroundings around;
    private final Duration longestUnheard;
    private final Contact contact;
    private final BiConsumer<RelayedSession, Duration> lost;
    private boolean watching;

    /**
     * @param lock guards those who are watched
     * @param watched a view of who is there
     * @param longestUnheard how long somebody may go on while nothing can be heard
     * @param contact whether a silence says something
     * @param lost is told who fell silent and for how long, without the lock
     */
    Silence(
            Object lock,
            Collection<RelayedSession> watched,
            Surroundings around,
            Duration longestUnheard,
            Contact contact,
            BiConsumer<RelayedSession, Duration> lost) {
        this.lock = lock;
        this.watched = watched;
        this.around = around;
        this.longestUnheard = longestUnheard;
        this.contact = contact;
        this.lost = lost;
    }

    /** Somebody came who is to be watched. Called with the lock. */
    void watch() {
        if (!watching) {
            watching = true;
            around.scheduler().after(around.pace().lost(), this::look);
        }
    }

    private void look() {
        var due = new ArrayList<RelayedSession>();
        synchronized (lock) {
            // In steps, as the contact may come and go meanwhile.
            var next = around.pace().lost().toNanos();
            for (var session : watched) {
                var left = patienceNanos() - silentNanos(session);
                if (left > 0) {
                    next = Math.min(next, left);
                } else {
                    due.add(session);
                }
            }
            watching = !watched.isEmpty();
            if (watching) {
                around.scheduler().after(Duration.ofNanos(Math.max(next, LOOK_APART_NANOS)), this::look);
            }
        }
        for (var session : due) {
            final long silent;
            synchronized (lock) {
                silent = silentNanos(session);
                if (session.over || silent < patienceNanos()) {
                    continue;
                }
            }
            lost.accept(session, Duration.ofNanos(silent));
        }
    }

    /** While nothing can be heard the gate answers in our place, no longer than it was allowed to; and so it may be where it is not known yet. */
    private long patienceNanos() {
        var patience = around.pace().lost();
        return (contact.isLost() || contact.isQuiet() ? patience.plus(longestUnheard) : patience).toNanos();
    }

    private long silentNanos(RelayedSession session) {
        return around.time().nanoTime()
                - (contact.isLost() ? session.lastSeenNanos : contact.notBefore(session.lastSeenNanos));
    }
}
