package dev.livemeter.http;

import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A token bucket for each caller. Thread-safe. */
final class RateLimiter {

    /** Callers that are remembered; the one silent for longest is forgotten first, and then has a full bucket again. */
    private static final int CALLERS = 10_000;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final RateLimit limit;
    private final TimeSource time;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > CALLERS;
        }
    };

    RateLimiter(RateLimit limit, TimeSource time) {
        this.limit = limit;
        this.time = time;
    }

    /**
     * Takes one token of a caller.
     *
     * @throws ProblemException 429 if there is none
     */
    void take(String caller) {
        final long wait;
        synchronized (buckets) {
            wait = buckets.computeIfAbsent(caller, name -> new Bucket(limit.burst(), time.nanoTime()))
                    .take(time.nanoTime());
        }
        if (wait > 0) {
            var seconds = Math.max(1, Math.floorDiv(wait + 999_999_999, 1_000_000_000));
            throw new ProblemException(Problem.of(
                            429,
                            "request.too_many",
                            "More than " + limit.perMinute() + " requests a minute came from you; ask again in "
                                    + seconds + " s.")
                    .with("Retry-After", Long.toString(seconds)));
        }
    }

    private final class Bucket {

        private double tokens;
        private long seen;

        Bucket(double tokens, long now) {
            this.tokens = tokens;
            this.seen = now;
        }

        /** Zero if a token was taken, else the nanoseconds until there is one. */
        long take(long now) {
            tokens = Math.min(limit.burst(), tokens + (double) (now - seen) * limit.perMinute() / MINUTE);
            seen = now;
            if (tokens >= 1) {
                tokens -= 1;
                return 0;
            }
            return (long) Math.ceil((1 - tokens) * MINUTE / limit.perMinute());
        }
    }
}
