package dev.livemeter.signaling;

/**
 * How often something may happen: so many a second in the long run, and a burst at once. Takes and gives by one number, the moment at which everything will be
 * used up again (GCRA, ITU-T I.371). Not thread-safe.
 */
final class Allowance {

    private long usedUntilNanos;

    Allowance(long nowNanos) {
        this.usedUntilNanos = nowNanos;
    }

    /** Whether it may happen once more now. */
    boolean take(long nowNanos, long nanosEach, long burst) {
        var from = usedUntilNanos - nowNanos > 0 ? usedUntilNanos : nowNanos;
        if (from - nowNanos > nanosEach * (burst - 1)) {
            return false;
        }
        usedUntilNanos = from + nanosEach;
        return true;
    }

    /** Whether nothing is used. */
    boolean isRested(long nowNanos) {
        return usedUntilNanos - nowNanos <= 0;
    }
}
