package dev.livemeter.broadcast.chat;

import java.time.Duration;

/**
 * So many at once, and then one more each time that a part of the span has passed; by the virtual scheduling of a generic cell rate algorithm (ITU-T I.371). Thread-safe.
 */
final class Allowance {

    private final long nanosForOne;
    private final long ahead;
    private long expected;
    private boolean used;

    Allowance(int atOnce, Duration within) {
        this.nanosForOne = within.toNanos() / atOnce;
        this.ahead = nanosForOne * (atOnce - 1L);
    }

    /** Zero if one was taken; else none was, and so long is to be waited. */
    synchronized Duration take(long now) {
        var due = used && expected - now > 0 ? expected : now;
        var wait = due - now - ahead;
        if (wait > 0) {
            return Duration.ofNanos(wait);
        }
        expected = due + nanosForOne;
        used = true;
        return Duration.ZERO;
    }
}
