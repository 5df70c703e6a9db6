package dev.livemeter.time;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Scheduler} on one daemon thread that only keeps time and hands each task to an executor when it is due, so that a
 * task that blocks delays no other.
 */
public final class SystemScheduler implements Scheduler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SystemScheduler.class);

    private final ScheduledThreadPoolExecutor timer;
    private final Executor workers;

    public SystemScheduler(Executor workers) {
        this.workers = workers;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "livemeter-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Scheduled after(Duration delay, Runnable task) {
        try {
            var waiting = timer.schedule(() -> handOver(task), Math.max(delay.toNanos(), 0), TimeUnit.NANOSECONDS);
            return () -> waiting.cancel(false);
        } catch (RejectedExecutionException closed) {
            log.debug("The scheduler is closed; a task was not accepted.");
            return () -> {};
        }
    }

    private void handOver(Runnable task) {
        try {
            workers.execute(() -> run(task));
        } catch (RejectedExecutionException refused) {
            if (timer.isShutdown()) {
                // Who closes a scheduler closes its executor next, and a task may be on the way from one to the other.
                log.debug("The scheduler was closed; a task that had come due did not run.");
            } else {
                log.error("A scheduled task was refused by its executor and did not run.", refused);
            }
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("A scheduled task failed.", e);
        }
    }

    /** Drops the tasks that wait; those that run go on. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
