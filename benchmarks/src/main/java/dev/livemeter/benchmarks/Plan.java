package dev.livemeter.benchmarks;

import java.time.Duration;

/**
 * How long and how large the runs are.
 *
 * @param rounds of each contest; the table tells their median
 * @param turn how long each contestant has in a round
 * @param sessions how many are settled in batches, and how many wallets a naive peer charges
 * @param scale of pgbench
 * @param meters how many sessions run in each of the loads
 * @param streams how many streams are relayed, begun and live
 * @param window how long a load is looked at
 * @param seed of everything random
 */
record Plan(
        int rounds,
        Duration turn,
        int sessions,
        int scale,
        Meters meters,
        Streams streams,
        Duration window,
        long seed) {

    /**
     * Sizes of the loads of running sessions.
     *
     * @param small for comparison
     * @param usual the size that each second is persisted of
     * @param large the size that half a minute is persisted of
     */
    record Meters(int small, int usual, int large) {}

    /**
     * Sizes of the loads of relayed streams.
     *
     * @param relayed real streams at one time
     * @param starts how many streams are begun one after the other
     * @param live streams at one time of which nginx tells the application
     */
    record Streams(int relayed, int starts, int live) {}

    /** What the published figures are measured with. */
    static Plan full() {
        return new Plan(
                5,
                Duration.ofSeconds(2),
                10_000,
                10,
                new Meters(1_000, 10_000, 100_000),
                new Streams(10, 11, 2_000),
                Duration.ofSeconds(31),
                1);
    }

    /** A first look while something is worked on. */
    static Plan brief() {
        return new Plan(
                3,
                Duration.ofSeconds(1),
                5_000,
                1,
                new Meters(1_000, 10_000, 30_000),
                new Streams(5, 5, 2_000),
                Duration.ofSeconds(15),
                1);
    }

    /** Just enough to see that everything works. */
    static Plan tiny() {
        return new Plan(
                1,
                Duration.ofMillis(100),
                40,
                1,
                new Meters(10, 20, 40),
                new Streams(1, 1, 20),
                Duration.ofSeconds(2),
                1);
    }
}
