package dev.livemeter.session;

import dev.livemeter.money.Tariff;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.Scheduler.Scheduled;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The two timers of a session: the next look at it, and the deadline at which it is cut. The deadline can be read without the session's lock, so
 * that the cut waits for nobody; everything else is not thread-safe.
 */
final class SessionTimers {

    private final Scheduler scheduler;
    private final LookGrid looks;
    private final TimeSource time;
    private final MeterClock clock;
    private final Runnable deadline;
    private @Nullable Scheduled look;
    private @Nullable Scheduled cut;
    private long lookAtNanos;
    private long cutPlannedAtNanos;
    private volatile long cutAtNanos = Long.MAX_VALUE;
    private volatile SessionEnd endOfTime = new SessionEnd.FundsExhausted();

    /**
     * Timers that wait for nothing yet.
     *
     * @param deadline is run when the deadline has come, perhaps a little early where it was moved
     */
    SessionTimers(Scheduler scheduler, LookGrid looks, TimeSource time, MeterClock clock, Runnable deadline) {
        this.scheduler = scheduler;
        this.looks = looks;
        this.time = time;
        this.clock = clock;
        this.deadline = deadline;
    }

    /** Looks after that time, and not when it was planned before. */
    void lookAfter(Duration delay, Runnable action) {
        if (look != null) {
            look.cancel();
        }
        look = scheduler.after(delay, action);
    }

    /** Looks together with others, at that moment as {@link TimeSource#nanoTime} counts, and not when it was planned before. */
    void lookAt(long momentNanos, Runnable action) {
        if (look != null) {
            look.cancel();
        }
        lookAtNanos = momentNanos;
        look = looks.at(momentNanos, action);
    }

    /** Moves the end to that reading of the clock; {@link #planCut} makes a task of it. */
    void endAt(Duration reading, SessionEnd why) {
        endOfTime = why;
        cutAtNanos = reading.compareTo(Tariff.UNLIMITED) >= 0 ? Long.MAX_VALUE : clock.nanoTimeAt(reading);
    }

    /** Why it ends at the deadline. */
    SessionEnd endOfTime() {
        return endOfTime;
    }

    /** Whether the deadline has come. Thread-safe. */
    boolean isTimeOver() {
        return cutAtNanos != Long.MAX_VALUE && time.nanoTime() - cutAtNanos >= 0;
    }

    /**
     * A deadline that was planned too early stays as long as another look comes before it, and plans itself again if it comes all the same. One that would come
     * before that look is planned anew, which costs less than to wake a thread in vain; so is one that is too late.
     */
    void planCut() {
        if (cutAtNanos == Long.MAX_VALUE) {
            return;
        }
        var now = time.nanoTime();
        if (cut != null && cutPlannedAtNanos - now > 0 && isSoonEnough() && !isInVain()) {
            return;
        }
        if (cut != null) {
            cut.cancel();
        }
        cutPlannedAtNanos = cutAtNanos;
        cut = scheduler.after(Duration.ofNanos(cutAtNanos - now), deadline);
    }

    private boolean isSoonEnough() {
        return cutPlannedAtNanos - cutAtNanos <= 0;
    }

    private boolean isInVain() {
        return cutPlannedAtNanos != cutAtNanos && cutPlannedAtNanos - lookAtNanos < 0;
    }

    void cancel() {
        if (look != null) {
            look.cancel();
        }
        if (cut != null) {
            cut.cancel();
            cut = null;
        }
    }
}
