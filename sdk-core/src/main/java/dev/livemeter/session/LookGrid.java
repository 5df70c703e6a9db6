package dev.livemeter.session;

import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets all looks at sessions that are due at about the same time happen at the same moment, one after the other, and what they queued be settled
 * in one batch afterwards. Ten thousand sessions that are looked at whenever it is their turn would make a transaction for every few of them, and a
 * timer for each. Thread-safe.
 */
final class LookGrid {

    /** Between one moment and the next, at least. Short against any interval that a policy allows, and long enough for thousands to come together. */
    static final Duration STEP = Duration.ofMillis(100);

    /** The part of its interval by which a look may come early. */
    private static final int PARTS = 100;

    private static final Logger log = LoggerFactory.getLogger(LookGrid.class);

    private final TimeSource time;
    private final Scheduler scheduler;
    private final Runnable afterwards;
    private final Map<Long, List<Look>> waiting = new HashMap<>();

    /**
     * A grid without looks yet.
     *
     * @param afterwards is done after the looks of a moment, without any lock
     */
    LookGrid(TimeSource time, Scheduler scheduler, Runnable afterwards) {
        this.time = time;
        this.scheduler = scheduler;
        this.afterwards = afterwards;
    }

    /** Between one moment and the next for what is looked at that often: a hundred thousand that have half a minute come together in larger steps. */
    static Duration stepFor(Duration interval) {
        var part = Duration.ofMillis(interval.toMillis() / PARTS);
        return part.compareTo(STEP) > 0 ? part : STEP;
    }

    /** The last moment that is not after, as {@link TimeSource#nanoTime} counts: less than a step early. */
    static long preceding(long dueAtNanos, Duration step) {
        return Math.floorDiv(dueAtNanos, step.toNanos()) * step.toNanos();
    }

    /** The first moment that is not before. */
    static long following(long dueAtNanos, Duration step) {
        return -Math.floorDiv(-dueAtNanos, step.toNanos()) * step.toNanos();
    }

    /**
     * Looks at a moment of the grid, or at once where that has passed.
     *
     * @param look does not wait for anything but its session
     */
    Scheduler.Scheduled at(long moment, Runnable look) {
        var one = new Look(look);
        var first = false;
        synchronized (waiting) {
            var together = waiting.get(moment);
            if (together == null) {
                together = new ArrayList<>();
                waiting.put(moment, together);
                first = true;
            }
            together.add(one);
        }
        if (first) {
            scheduler.after(Duration.ofNanos(moment - time.nanoTime()), () -> look(moment));
        }
        return one;
    }

    private void look(long moment) {
        final List<Look> due;
        synchronized (waiting) {
            due = waiting.remove(moment);
        }
        if (due == null) {
            return;
        }
        for (var one : due) {
            try {
                one.run();
            } catch (RuntimeException e) {
                log.error("A look at a session failed.", e);
            }
        }
        afterwards.run();
    }

    /** A look that waits. */
    private static final class Look implements Scheduler.Scheduled {

        private volatile @Nullable Runnable task;

        Look(Runnable task) {
            this.task = task;
        }

        void run() {
            var still = task;
            if (still != null) {
                still.run();
            }
        }

        @Override
        public void cancel() {
            // The session is let go of at once, although its place in the list stays until the moment comes.
            task = null;
        }
    }
}
