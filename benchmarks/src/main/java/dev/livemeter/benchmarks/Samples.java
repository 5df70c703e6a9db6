package dev.livemeter.benchmarks;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Measured values, sorted. Immutable. */
final class Samples {

    private final double[] sorted;

    private Samples(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("No value was measured; expected one or more.");
        }
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    static Samples of(double... values) {
        return new Samples(values);
    }

    static Samples of(DoubleStream values) {
        return new Samples(values.toArray());
    }

    /** The value that {@code percent} of all values do not exceed; by nearest rank. */
    double percentile(double percent) {
        var rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(rank, 1) - 1];
    }

    double median() {
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double min() {
        return sorted[0];
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    int count() {
        return sorted.length;
    }
}
