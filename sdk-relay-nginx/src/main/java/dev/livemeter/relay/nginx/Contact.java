package dev.livemeter.relay.nginx;

import dev.livemeter.time.TimeSource;
import java.time.Duration;

/** Whether nginx can be heard at all: one on another machine cannot while the connection is gone, and its silence says nothing then. Thread-safe. */
final class Contact {

    /** Signs come once a second. Without them nobody knows yet whether the connection is gone, and it takes some seconds more until that is certain. */
    private static final long QUIET_NANOS = Duration.ofMillis(2_500).toNanos();

    private final TimeSource time;
    private volatile boolean lost;
    private volatile boolean everLost;
    private volatile long lostAtNanos;
    private volatile long regainedAtNanos;
    private volatile long signAtNanos;
    private volatile boolean givesSigns;
    private volatile long resumedAtNanos;
    private volatile boolean everQuiet;
    private volatile Runnable onRegained = () -> {};

    Contact(TimeSource time) {
        this.time = time;
    }

    /** A sign of the other machine. Where it gives any, what is behind them is not called silent while they do not come. */
    void sign() {
        var now = time.nanoTime();
        if (isQuiet()) {
            resumedAtNanos = now;
            everQuiet = true;
        }
        signAtNanos = now;
        givesSigns = true;
    }

    /** No sign came for a while, and it is not known yet why. */
    boolean isQuiet() {
        return givesSigns && !lost && time.nanoTime() - signAtNanos > QUIET_NANOS;
    }

    /** Nothing is heard from now on. */
    void lose() {
        if (!lost) {
            lostAtNanos = time.nanoTime();
        }
        everLost = true;
        lost = true;
    }

    /** What nginx says is heard again. */
    void regain() {
        regainedAtNanos = time.nanoTime();
        signAtNanos = regainedAtNanos;
        lost = false;
        onRegained.run();
    }

    boolean isLost() {
        return lost;
    }

    /** Whether everything was heard for that long at least. */
    boolean isSettled(Duration span) {
        return !lost && (!everLost || time.nanoTime() - regainedAtNanos >= span.toNanos());
    }

    /** Since when something could be heard, where that is later than a moment; else that moment. */
    long notBefore(long nanos) {
        var since = later(everLost, regainedAtNanos, nanos);
        return later(everQuiet, resumedAtNanos, since);
    }

    private static long later(boolean ever, long moment, long than) {
        return ever && moment - than > 0 ? moment : than;
    }

    /** When what nginx says was heard no more, the last time. */
    long lostAtNanos() {
        return lostAtNanos;
    }

    /**
     * How much longer than usual something is to be waited for that shows within a span: for all of it while nothing is heard, and for what is left of it since all is heard again; zero where
     * everything was heard, or nothing for so long that it cannot go on.
     *
     * @param longest how long something may go on unheard
     */
    Duration longerFor(Duration span, Duration longest) {
        if (lost) {
            return time.nanoTime() - lostAtNanos < longest.toNanos() ? span : Duration.ZERO;
        }
        var left = everLost ? span.minusNanos(time.nanoTime() - regainedAtNanos) : Duration.ZERO;
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** That is done whenever it is heard again, in place of what was before. */
    void whenRegained(Runnable then) {
        onRegained = then;
    }
}
