package dev.livemeter.time;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The two clocks that metering needs, given to the code so that tests can set them: wall time, which only places events in
 * a calendar, and monotonic time, which alone measures what is charged. A wall clock that jumps therefore moves no money.
 * Implementations are thread-safe.
 */
public interface TimeSource extends InstantSource {

    /** Monotonic nanoseconds from an arbitrary origin, as in {@link System#nanoTime()}. */
    long nanoTime();

    /** The machine's clocks. */
    static TimeSource system() {
        return new TimeSource() {
            @Override
            public Instant instant() {
                return Instant.now();
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
