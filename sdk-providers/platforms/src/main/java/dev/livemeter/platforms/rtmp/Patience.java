package dev.livemeter.platforms.rtmp;

import java.time.Duration;

/**
 * How long a test waits.
 *
 * @param step for one step
 * @param publish for the probe, its clip included
 * @param whole for all of it, whatever happens
 */
public record Patience(Duration step, Duration publish, Duration whole) {

    /** So that a person who waits for it does not give up, and a platform on another continent has time. */
    public static Patience usual() {
        return new Patience(Duration.ofSeconds(4), Duration.ofSeconds(7), Duration.ofSeconds(15));
    }
}
