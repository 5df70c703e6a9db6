package dev.livemeter.metrics;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Takes in what parts count. Names are words with dots between, such as {@code livemeter.signaling.peers}; a registry writes them as it is used to. Units are
 * {@code bytes}, {@code seconds}, or the plural of what is counted.
 */
public interface MetricSink {

    /** Something that goes up and down. */
    void gauge(String name, String unit, String description, DoubleSupplier value);

    /** Something that only grows, from zero at the start of the process. */
    void total(String name, String unit, String description, LongSupplier total);
}
