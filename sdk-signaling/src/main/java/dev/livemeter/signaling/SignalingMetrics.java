package dev.livemeter.signaling;

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
        long violations) {}
