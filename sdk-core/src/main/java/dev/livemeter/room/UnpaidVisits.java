package dev.livemeter.room;

import dev.livemeter.identity.UserId;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Viewers who left a broadcaster's room with seconds that they saw and did not pay, and how long they wait before they come again. The first time costs nothing, since a network may break. In the
 * memory of this node. Thread-safe.
 */
final class UnpaidVisits {

    /** A visit is fair where what was paid is so many times what was not. */
    private static final int FAIR = 10;

    private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** So long after the last wait all is forgotten; and after a visit with so much that was paid. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(30);

    private static final Duration PAID_ENOUGH = Duration.ofMinutes(1);

    /** Above this, what is forgotten is cleared away before more is noted. */
    private static final int MANY = 1_000;

    private final TimeSource time;
    private final Map<Pair, Owed> owed = new ConcurrentHashMap<>();

    UnpaidVisits(TimeSource time) {
        this.time = time;
    }

    private record Pair(UserId viewer, UserId broadcaster) {}

    /**
     * What somebody did.
     *
     * @param times how often
     * @param until when the wait is over, in nanoseconds of the monotonic clock
     */
    private record Owed(int times, long until) {}

    /** A visit that the viewer ended, or that ended by their silence. */
    void ended(UserId viewer, UserId broadcaster, Duration unpaid, Duration paid) {
        var pair = new Pair(viewer, broadcaster);
        if (unpaid.multipliedBy(FAIR).compareTo(paid) <= 0) {
            if (paid.compareTo(PAID_ENOUGH) >= 0) {
                owed.remove(pair);
            }
            return;
        }
        var now = time.nanoTime();
        if (owed.size() >= MANY) {
            owed.values().removeIf(one -> isForgotten(one, now));
        }
        owed.compute(pair, (key, known) -> {
            var times = known == null || isForgotten(known, now) ? 1 : known.times() + 1;
            return new Owed(times, now + waitAfter(times).toNanos());
        });
    }

    private static boolean isForgotten(Owed one, long now) {
        return now - one.until() >= FORGOTTEN_AFTER.toNanos();
    }

    private static Duration waitAfter(int times) {
        if (times < 2) {
            return Duration.ZERO;
        }
        var wait = FIRST_WAIT.multipliedBy(1L << Math.min(times - 2, 10));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    /** How long a viewer still has to wait; zero where they need not. */
    Duration waitOf(UserId viewer, UserId broadcaster) {
        var known = owed.get(new Pair(viewer, broadcaster));
        var left = known == null ? 0 : known.until() - time.nanoTime();
        return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    static String sentence(Duration wait) {
        return "You left this broadcaster's rooms more than once with seconds that you saw and did not pay; come in again in "
                + wait.plusNanos(999_999_999).toSeconds() + " s.";
    }
}
