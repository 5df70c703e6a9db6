package dev.livemeter.broadcast;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How long to wait before something is tried again: twice as long each time, up to a longest, a quarter more or less; and no less than a platform wants. */
final class Distances {

    private static final Duration MOST = Duration.ofDays(1);

    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;

    Distances(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
    }

    /**
     * After so many attempts.
     *
     * @param attempts from 1
     * @param wanted how long the platform wants to be left alone; null where it did not say
     */
    Duration after(int attempts, @Nullable Duration wanted) {
        var doubled = first.multipliedBy(1L << Math.min(Math.max(attempts - 1, 0), 20));
        var whole = doubled.compareTo(longest) > 0 ? longest : doubled;
        var quarter = whole.toMillis() / 4;
        var wait = whole.plusMillis(random.nextLong(-quarter, quarter + 1));
        if (wanted == null || wanted.compareTo(wait) <= 0) {
            return wait;
        }
        // Never early, and not all at the same moment.
        var least = wanted.compareTo(MOST) > 0 ? MOST : wanted;
        return least.plusMillis(random.nextLong(Math.min(least.toMillis() / 4, quarter) + 1));
    }
}
