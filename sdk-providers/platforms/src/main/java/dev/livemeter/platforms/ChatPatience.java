package dev.livemeter.platforms;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long the chat of a platform is waited for, and how long before it is joined again.
 *
 * @param answer for the beginning of an answer, and for a welcome
 * @param firstPause before the first try after a break; it doubles with each
 * @param longestPause of those; a platform that asks for more is obeyed
 * @param random spreads them, so that all who were cut in one moment do not come again in one moment
 */
record ChatPatience(Duration answer, Duration firstPause, Duration longestPause, RandomGenerator random) {

    static ChatPatience standard(RandomGenerator random) {
        return new ChatPatience(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(1), random);
    }

    /**
     * The pause before a try: half of it for certain.
     *
     * @param failures in a row so far, from 1 on
     * @param asked what the platform asked for
     */
    Duration pause(int failures, @Nullable Duration asked) {
        var doubled = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
        var most = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
        var pause = Duration.ofNanos((long) (most.toNanos() * (0.5 + random.nextDouble() / 2)));
        return asked != null && asked.compareTo(pause) > 0 ? asked : pause;
    }
}
