package dev.livemeter.session;

import dev.livemeter.time.TimeSource;
import java.time.Duration;

/** How long a session was delivered and metered: monotonic, and standing still while it is restricted. Not thread-safe. */
final class MeterClock {

    private static final long NOT_RUNNING = Long.MIN_VALUE;

    private final TimeSource time;
    private long startedAt;
    private long pausedAt = NOT_RUNNING;
    private boolean started;

    MeterClock(TimeSource time) {
        this.time = time;
    }

    /** The earlier of two readings. */
    static Duration earlier(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    void start() {
        started = true;
        startedAt = time.nanoTime();
    }

    /** Goes on from a reading that it had in an earlier life. */
    void startAt(Duration reading) {
        started = true;
        startedAt = time.nanoTime() - reading.toNanos();
    }

    boolean isStarted() {
        return started;
    }

    /** Stops at that reading, although it is a moment later already. */
    void pauseAt(Duration reading) {
        pausedAt = startedAt + reading.toNanos();
    }

    boolean isPaused() {
        return pausedAt != NOT_RUNNING;
    }

    void resume() {
        startedAt += time.nanoTime() - pausedAt;
        pausedAt = NOT_RUNNING;
    }

    /** Goes back by so much: that time does not count. */
    void skip(Duration span) {
        startedAt += span.toNanos();
    }

    Duration elapsed() {
        return Duration.ofNanos(elapsedNanos());
    }

    /** As {@link #elapsed}. */
    long elapsedNanos() {
        return started ? (isPaused() ? pausedAt : time.nanoTime()) - startedAt : 0;
    }

    /** When it will show that reading, as the monotonic clock counts; never where that is beyond what it can count. */
    long nanoTimeAt(Duration reading) {
        return startedAt + reading.toNanos();
    }
}
