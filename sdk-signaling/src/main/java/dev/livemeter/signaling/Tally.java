package dev.livemeter.signaling;

import java.util.concurrent.atomic.LongAdder;

/** What is counted. Thread-safe. */
final class Tally {

    final LongAdder joins = new LongAdder();
    final LongAdder takeovers = new LongAdder();
    final LongAdder refusals = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder receivedBytes = new LongAdder();
    final LongAdder relayed = new LongAdder();
    final LongAdder relayedBytes = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder refusedOffers = new LongAdder();
    final LongAdder slow = new LongAdder();
    final LongAdder violations = new LongAdder();

    SignalingMetrics snapshot(int peers, int waitingMessages, long waitingBytes) {
        return new SignalingMetrics(
                peers,
                waitingMessages,
                waitingBytes,
                joins.sum(),
                takeovers.sum(),
                refusals.sum(),
                lost.sum(),
                received.sum(),
                receivedBytes.sum(),
                relayed.sum(),
                relayedBytes.sum(),
                expired.sum(),
                malformed.sum(),
                refusedOffers.sum(),
                slow.sum(),
                violations.sum());
    }
}
