package dev.livemeter.platforms.http;

import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many requests may be sent for each of many keys, such as accounts: a token bucket a key, and a span in which nothing is sent where the platform asked for it. Keys
 * that nobody used lately are forgotten beyond some thousands. Thread-safe; time is monotonic.
 */
public final class RateBudget {

    private static final int KEPT = 10_000;

    private final TimeSource time;
    private final double burst;
    private final double nanosPerCall;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > KEPT;
        }
    };

    /** At most {@code calls} in each span of {@code per}, all of them at once where none were sent for as long. */
    public RateBudget(TimeSource time, int calls, Duration per) {
        if (calls < 1 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException("A rate budget of " + calls + " calls in " + per
                    + " lets nothing pass; expected at least one in some time.");
        }
        this.time = time;
        this.burst = calls;
        this.nanosPerCall = (double) per.toNanos() / calls;
    }

    /** Takes one call for that key where it may be sent now; else says how long to wait, and takes none. */
    synchronized Duration take(String key) {
        var now = time.nanoTime();
        var bucket = buckets.computeIfAbsent(key, any -> new Bucket(burst, now));
        bucket.calls = Math.min(burst, bucket.calls + (now - bucket.at) / nanosPerCall);
        bucket.at = now;
        if (bucket.closed && bucket.closedUntil - now > 0) {
            return Duration.ofNanos(bucket.closedUntil - now);
        }
        bucket.closed = false;
        if (bucket.calls < 1) {
            return Duration.ofNanos((long) Math.ceil((1 - bucket.calls) * nanosPerCall));
        }
        bucket.calls -= 1;
        return Duration.ZERO;
    }

    /** Nothing is sent for that key for as long. A shorter span than one that runs changes nothing. */
    synchronized void standOff(String key, Duration span) {
        var now = time.nanoTime();
        var bucket = buckets.computeIfAbsent(key, any -> new Bucket(burst, now));
        var until = now + span.toNanos();
        if (!bucket.closed || until - bucket.closedUntil > 0) {
            bucket.closed = true;
            bucket.closedUntil = until;
        }
    }

    private static final class Bucket {

        private double calls;
        private long at;
        private boolean closed;
        private long closedUntil;

        private Bucket(double calls, long at) {
            this.calls = calls;
            this.at = at;
        }
    }
}
