package dev.livemeter.time;

import java.time.Duration;

/**
 * Runs a task once, later. The deadlines of metering hang on it: a session is cut by a task that was scheduled for the
 * end of its paid time, not by a poll that happens to come by. Implementations are thread-safe and may run tasks
 * concurrently; a task may block.
 */
public interface Scheduler {

    /**
     * Runs {@code task} once after {@code delay}; at once, but never in the calling thread before this method returns, where the
     * delay is zero or negative. What the task throws is logged and lost.
     */
    Scheduled after(Duration delay, Runnable task);

    /** A task that waits. */
    interface Scheduled {

        /** Takes the task back if it has not begun. Idempotent; never interrupts a task that runs. */
        void cancel();
    }
}
