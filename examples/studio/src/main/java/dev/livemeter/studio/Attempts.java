package dev.livemeter.studio;

import dev.livemeter.time.TimeSource;
import java.time.Duration;

/** Slows down those who guess: after some failures in a row everybody waits, whatever address they come from. Thread-safe. */
final class Attempts {

    private static final int FREE = 5;
    private static final long PAUSE = Duration.ofSeconds(30).toNanos();

    private final TimeSource time;
    private int failures;
    private long lastFailure;

    Attempts(TimeSource time) {
        this.time = time;
    }

    /** How long the next attempt has to wait; zero for not at all. */
    synchronized long secondsToWait() {
        if (failures < FREE) {
            return 0;
        }
        var left = PAUSE - (time.nanoTime() - lastFailure);
        if (left <= 0) {
            // One more try for each pause, not five.
            failures = FREE - 1;
            return 0;
        }
        return (left + 999_999_999) / 1_000_000_000;
    }

    synchronized void failed() {
        failures++;
        lastFailure = time.nanoTime();
    }

    synchronized void succeeded() {
        failures = 0;
    }
}
