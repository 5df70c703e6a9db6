package dev.livemeter.metrics;

/** A part that counts what it does. */
@FunctionalInterface
public interface MetricSource {

    /** Names what it counts, once; the values are read whenever somebody looks, by any thread, and must not wait for anything. */
    void describe(MetricSink sink);
}
