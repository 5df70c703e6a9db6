package dev.livemeter.platforms;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what is posted one after the other, on threads of others, and holds none while there is nothing. Thread-safe. */
final class Mailbox {

    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

    private final Executor workers;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    Mailbox(Executor workers) {
        this.workers = workers;
    }

    /**
     * Runs it after all that was posted before; never in the calling thread before this returns.
     *
     * @return whether it will run; it will not where the workers take nothing more
     */
    boolean post(Runnable task) {
        if (begins(task)) {
            return true;
        }
        synchronized (waiting) {
            waiting.clear();
            running = false;
        }
        return false;
    }

    /** Runs what gives everything back, and must not be lost: in the calling thread where the workers take nothing more. To be short. */
    void postLast(Runnable task) {
        if (!begins(task)) {
            run();
        }
    }

    /** Whether somebody runs it. */
    private boolean begins(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            if (running) {
                return true;
            }
            running = true;
        }
        try {
            workers.execute(this::run);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private void run() {
        for (var task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (Throwable e) {
                // An Error too: what comes after it would wait for ever.
                log.error("A step of a chat failed.", e);
            }
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            var next = waiting.poll();
            running = next != null;
            return next;
        }
    }
}
