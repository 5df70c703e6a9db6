package dev.livemeter.testing;

import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Time that stands still until a test moves it. {@link #advance} runs every task that falls due on the way, in order and in the calling thread, each at
 * exactly its moment; so a whole stream passes in microseconds, the same way each time. Thread-safe.
 */
public final class ManualTime implements TimeSource, Scheduler {

    private final PriorityQueue<Task> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
    private Instant wall;
    private long nanos;
    private long tasks;

    private ManualTime(Instant start) {
        this.wall = start;
    }

    /** Time that begins at that moment. */
    public static ManualTime startingAt(Instant start) {
        return new ManualTime(start);
    }

    /** Time that begins at some fixed moment. */
    public static ManualTime create() {
        return new ManualTime(Instant.parse("2026-01-01T12:00:00Z"));
    }

    @Override
    public synchronized Instant instant() {
        return wall;
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized Scheduled after(Duration delay, Runnable run) {
        var task = new Task(nanos + Math.max(delay.toNanos(), 0), tasks++, run);
        waiting.add(task);
        return () -> remove(task);
    }

    /** Lets that much time pass; tasks that fall due, and those that they schedule in turn, run on the way. */
    public void advance(Duration span) {
        final long end;
        synchronized (this) {
            end = nanos + span.toNanos();
        }
        for (var task = nextDue(end); task != null; task = nextDue(end)) {
            task.run().run();
        }
        synchronized (this) {
            moveTo(end);
        }
    }

    /** Runs what is due now. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Forgets every task that waits, as the end of a process would. */
    public synchronized void dropTasks() {
        waiting.clear();
    }

    /** Sets the wall clock alone, as an administrator or a time server would; monotonic time does not notice. */
    public synchronized void setWall(Instant instant) {
        wall = instant;
    }

    private synchronized @org.jspecify.annotations.Nullable Task nextDue(long end) {
        var next = waiting.peek();
        if (next == null || next.dueNanos() > end) {
            return null;
        }
        waiting.remove();
        moveTo(next.dueNanos());
        return next;
    }

    private void moveTo(long target) {
        if (target > nanos) {
            wall = wall.plusNanos(target - nanos);
            nanos = target;
        }
    }

    private synchronized void remove(Task task) {
        waiting.remove(task);
    }

    private record Task(long dueNanos, long number, Runnable run) {}
}
