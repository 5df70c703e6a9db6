package dev.livemeter.broadcast;

import java.time.Duration;

/**
 * How many watched.
 *
 * @param peak the most at any one time
 * @param watched the time of all of them together: two viewers for a minute are two minutes
 * @param counted for how long they were counted
 */
public record Viewers(long peak, Duration watched, Duration counted) {

    /** How many on average while they were counted, rounded to the nearest; the peak where they were counted only once. */
    public long average() {
        var millis = counted.toMillis();
        return millis == 0 ? peak : (watched.toMillis() + millis / 2) / millis;
    }
}
