package dev.livemeter.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Several contestants that take turns, in another order in each round, so that what disturbs the machine for a while disturbs all of
 * them. Ratios are taken within a round. Not thread-safe.
 */
final class Contest {

    /** Measures once. */
    @FunctionalInterface
    interface Turn {

        /** What one turn came to, such as operations a second. */
        double take() throws Exception;
    }

    private final Map<String, Turn> contestants = new LinkedHashMap<>();
    private final Map<String, List<Double>> results = new LinkedHashMap<>();
    private final Map<String, List<Double>> processor = new LinkedHashMap<>();
    private final Supplier<Duration> cpu;

    /**
     * A contest without contestants yet.
     *
     * @param cpu what the processor has done so far, for all that take part
     */
    Contest(Supplier<Duration> cpu) {
        this.cpu = cpu;
    }

    void enter(String name, Turn turn) {
        contestants.put(name, turn);
    }

    /** All rounds, after one that does not count, in which code and caches become warm. */
    void run(int rounds, long seed, Report report) throws Exception {
        var random = new Random(seed);
        for (var round = 0; round <= rounds; round++) {
            var order = new ArrayList<>(contestants.keySet());
            Collections.shuffle(order, random);
            for (var name : order) {
                var before = cpu.get();
                var value = Objects.requireNonNull(contestants.get(name)).take();
                if (round > 0) {
                    results.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
                    processor
                            .computeIfAbsent(name, any -> new ArrayList<>())
                            .add(cpu.get().minus(before).toNanos() / 1e3);
                }
            }
            report.progress(round == 0 ? "warmed up" : "round " + round + " of " + rounds);
        }
    }

    /** All contestants, as they entered. */
    List<String> names() {
        return List.copyOf(contestants.keySet());
    }

    /** What a contestant came to in each round. */
    Samples of(String name) {
        return Samples.of(values(name).stream().mapToDouble(value -> value));
    }

    /** Microseconds of processor in each turn, for each of the operations that it did in {@code length}. */
    Samples processor(String name, Duration length) {
        var micros = Objects.requireNonNull(processor.get(name), name);
        var done = values(name);
        return Samples.of(IntStream.range(0, done.size())
                .mapToDouble(round -> micros.get(round) / (done.get(round) * length.toNanos() / 1e9)));
    }

    /** One contestant by another, round by round. */
    Samples ratio(String name, String by) {
        var above = values(name);
        var below = values(by);
        var ratios = new double[above.size()];
        for (var round = 0; round < ratios.length; round++) {
            ratios[round] = above.get(round) / below.get(round);
        }
        return Samples.of(ratios);
    }

    private List<Double> values(String name) {
        return Objects.requireNonNull(results.get(name), name);
    }
}
