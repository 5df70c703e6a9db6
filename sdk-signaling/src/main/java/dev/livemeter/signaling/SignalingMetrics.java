package dev.livemeter.signaling;

import dev.livemeter.metrics.MetricSink;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What a server has done since it began, and how it is now. Immutable; the counts were read one after the other, while it went on.
 *
 * @param peers connected now
 * @param waitingMessages for peers that are not there, now
 * @param waitingBytes of these
 * @param joins peers that came, reconnections included
 * @param takeovers of these, reconnections while the connection before was still there
 * @param refusals wishes to connect that were not granted
 * @param lost peers that went without a word
 * @param received frames
 * @param receivedBytes of these
 * @param relayed messages that were passed on, those that had waited included
 * @param relayedBytes of these
 * @param expired messages that waited in vain, or had no room to wait
 * @param malformed frames that could not be read
 * @param refusedOffers offers that the authority did not allow
 * @param slow peers that were dropped because they did not read
 * @param violations peers that were dropped because they sent too much
 */
public record SignalingMetrics(
        int peers,
        int waitingMessages,
        long waitingBytes,
        long joins,
        long takeovers,
        long refusals,
        long lost,
        long received,
        long receivedBytes,
        long relayed,
        long relayedBytes,
        long expired,
        long malformed,
        long refusedOffers,
        long slow,
        long violations) {

    /** Names each of them, by what a server counts. */
    static void describe(Supplier<SignalingMetrics> now, MetricSink sink) {
        sink.gauge(
                "livemeter.signaling.peers",
                "peers",
                "Peers that are connected",
                () -> now.get().peers());
        sink.gauge(
                "livemeter.signaling.waiting",
                "messages",
                "Messages for peers that are not there",
                () -> now.get().waitingMessages());
        sink.gauge(
                "livemeter.signaling.waiting.size",
                "bytes",
                "What waits for peers that are not there",
                () -> now.get().waitingBytes());
        total(sink, "joins", "peers", "Peers that came, reconnections included", now, SignalingMetrics::joins);
        total(
                sink,
                "takeovers",
                "peers",
                "Reconnections while the connection before was still there",
                now,
                SignalingMetrics::takeovers);
        total(sink, "refusals", "peers", "Wishes to connect that were not granted", now, SignalingMetrics::refusals);
        total(sink, "lost", "peers", "Peers that went without a word", now, SignalingMetrics::lost);
        total(sink, "received", "messages", "Frames that came in", now, SignalingMetrics::received);
        total(sink, "received.size", "bytes", "What came in", now, SignalingMetrics::receivedBytes);
        total(sink, "relayed", "messages", "Messages that were passed on", now, SignalingMetrics::relayed);
        total(sink, "relayed.size", "bytes", "What was passed on", now, SignalingMetrics::relayedBytes);
        total(sink, "expired", "messages", "Messages that waited in vain", now, SignalingMetrics::expired);
        total(sink, "malformed", "messages", "Frames that could not be read", now, SignalingMetrics::malformed);
        total(
                sink,
                "refused.offers",
                "messages",
                "Offers that the authority did not allow",
                now,
                SignalingMetrics::refusedOffers);
        total(sink, "slow", "peers", "Peers that were dropped because they did not read", now, SignalingMetrics::slow);
        total(
                sink,
                "violations",
                "peers",
                "Peers that were dropped because they sent too much",
                now,
                SignalingMetrics::violations);
    }

    private static void total(
            MetricSink sink,
            String name,
            String unit,
            String description,
            Supplier<SignalingMetrics> now,
            ToLongFunction<SignalingMetrics> count) {
        sink.total("livemeter.signaling." + name, unit, description, () -> count.applyAsLong(now.get()));
    }
}
