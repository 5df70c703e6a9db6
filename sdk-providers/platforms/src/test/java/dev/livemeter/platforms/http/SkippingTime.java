package dev.livemeter.platforms.http;

import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Time that runs as the machine's does, from a moment of the test's choosing, and skips pauses instead of sleeping. */
public final class SkippingTime implements TimeSource {

    private final Instant start;
    private final long origin = System.nanoTime();
    private final AtomicLong skipped = new AtomicLong();
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();

    public SkippingTime(Instant start) {
        this.start = start;
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanoTime());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() - origin + skipped.get();
    }

    public void skip(Duration span) {
        skipped.addAndGet(span.toNanos());
    }

    /** What was paused so far. */
    public List<Duration> pauses() {
        return List.copyOf(pauses);
    }

    public Surroundings surroundings(RandomGenerator random) {
        return new Surroundings(
                this,
                random,
                span -> {
                    pauses.add(span);
                    skip(span);
                },
                task -> {
                    var thread = new Thread(task, "platform-http-test");
                    thread.setDaemon(true);
                    thread.start();
                });
    }
}
