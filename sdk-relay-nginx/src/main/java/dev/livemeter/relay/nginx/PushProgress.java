package dev.livemeter.relay.nginx;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a push came, as its heartbeats tell: they name the time of the stream that nginx put into its queue last, which stands still while the server takes nothing and the queue is full.
 *
 * @param mediaMillis the stream's time
 * @param sinceNanos since when it stands there; null while nothing is known
 * @param seenNanos when that was seen last
 */
record PushProgress(long mediaMillis, @Nullable Long sinceNanos, long seenNanos) {

    static final PushProgress NONE = new PushProgress(0, null, 0);

    PushProgress at(long nowMillis, long nowNanos) {
        return sinceNanos != null && nowMillis == mediaMillis
                ? new PushProgress(mediaMillis, sinceNanos, nowNanos)
                : new PushProgress(nowMillis, nowNanos, nowNanos);
    }

    /** Whether it stood still from one heartbeat to another, and the last one is not older than that. */
    boolean standsStill(long nowNanos, Duration old) {
        return sinceNanos != null && seenNanos > sinceNanos && nowNanos - seenNanos <= old.toNanos();
    }
}
