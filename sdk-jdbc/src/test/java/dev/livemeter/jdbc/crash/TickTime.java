package dev.livemeter.jdbc.crash;

import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Monotonic time that passes in steps, with tasks that run on many threads: so it is known to the second what was delivered, and the
 * settlements are as crowded as they would be. The wall clock is the machine's, ahead by some time. Thread-safe.
 */
final class TickTime implements TimeSource, Scheduler {

    private final PriorityQueue<Task> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
    private final Executor workers;
    private final Duration ahead;
    private long nanos;
    private long tasks;

    TickTime(Executor workers, Duration ahead) {
        this.workers = workers;
        this.ahead = ahead;
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead);
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    /** How much has passed. */
    synchronized long seconds() {
        return Duration.ofNanos(nanos).toSeconds();
    }

    @Override
    public synchronized Scheduled after(Duration delay, Runnable run) {
        var task = new Task(nanos + Math.max(delay.toNanos(), 0), tasks++, run);
        waiting.add(task);
        return () -> remove(task);
    }

    private synchronized void remove(Task task) {
        waiting.remove(task);
    }

    /** A second passes; nothing happens yet. */
    synchronized void tick() {
        nanos += Duration.ofSeconds(1).toNanos();
    }

    /** Runs all that is due, and what that makes due, and waits for it. */
    void work() {
        for (var due = due(); !due.isEmpty(); due = due()) {
            CompletableFuture.allOf(due.stream()
                            .map(task -> CompletableFuture.runAsync(task.run(), workers))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
    }

    private synchronized List<Task> due() {
        var due = new ArrayList<Task>();
        for (var next = waiting.peek(); next != null && next.dueNanos() <= nanos; next = waiting.peek()) {
            due.add(waiting.remove());
        }
        return due;
    }

    private record Task(long dueNanos, long number, Runnable run) {}
}
