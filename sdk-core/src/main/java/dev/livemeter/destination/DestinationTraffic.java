package dev.livemeter.destination;

import org.jspecify.annotations.Nullable;

/**
 * What a relay sent to one destination, for people; never for money.
 *
 * @param bytes sent since the present connection began
 * @param bitsPerSecond lately; null where there is nothing to compare with yet
 */
public record DestinationTraffic(
        DestinationId destination, long bytes, @Nullable Long bitsPerSecond) {}
