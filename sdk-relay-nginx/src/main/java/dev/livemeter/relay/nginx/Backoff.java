package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waiting times that double from {@code first} to {@code most}, each a quarter more or less at random, so that many who
 * failed together do not come back together.
 */
record Backoff(Duration first, Duration most) {

    /**
     * @param failures how many came before without a success between them; 0 for none
     */
    Duration after(int failures, RandomGenerator random) {
        var doubled = first.multipliedBy(1L << Math.min(failures, 20));
        var whole = doubled.compareTo(most) > 0 ? most : doubled;
        var quarter = whole.toMillis() / 4;
        return whole.plusMillis(quarter == 0 ? 0 : random.nextLong(-quarter, quarter + 1));
    }
}
