package dev.livemeter.signaling;

import java.util.ArrayList;
import java.util.List;

/**
 * What one peer, one address and all together may use of a server. Whoever exceeds what holds for a peer is closed; what waits beyond its
 * limit is not taken, and its sender told. Immutable.
 *
 * @param messageBytes the largest message
 * @param queueBytes how much may wait for a peer that reads slowly
 * @param queueMessages how many messages may
 * @param queueBytesOfAll how much may wait for all that read slowly
 * @param waitingBytesPerPeer how much may wait for one peer that is not there, and from one that is
 * @param waitingMessagesPerPeer how many messages may
 * @param waitingBytes how much may wait for all that are not there
 * @param messagesPerSecond of one peer, in the long run
 * @param messageBurst of one peer, at once: one that enters a large room offers to all at the same time
 * @param connectionsPerAddress 0 for no limit
 * @param connectsPerMinutePerAddress 0 for no limit
 */
public record SignalingLimits(
        int messageBytes,
        int queueBytes,
        int queueMessages,
        long queueBytesOfAll,
        int waitingBytesPerPeer,
        int waitingMessagesPerPeer,
        long waitingBytes,
        int messagesPerSecond,
        int messageBurst,
        int connectionsPerAddress,
        int connectsPerMinutePerAddress) {

    private static final int KIB = 1024;

    /** The limits where nothing is given; those by address are off, as behind a proxy that is not trusted all clients have one. */
    public static SignalingLimits defaults() {
        return new SignalingLimits(
                1024 * KIB, 2048 * KIB, 4_000, 64L * 1024 * KIB, 512 * KIB, 1_000, 64L * 1024 * KIB, 200, 2_000, 0, 0);
    }

    /** The same with another largest message; the queue grows with it where it must. */
    public SignalingLimits withMessageBytes(int bytes) {
        return new SignalingLimits(
                bytes,
                Math.max(queueBytes, bytes < Integer.MAX_VALUE / 2 ? 2 * bytes : bytes),
                queueMessages,
                queueBytesOfAll,
                waitingBytesPerPeer,
                waitingMessagesPerPeer,
                waitingBytes,
                messagesPerSecond,
                messageBurst,
                connectionsPerAddress,
                connectsPerMinutePerAddress);
    }

    /** The same with another queue for peers that read slowly. */
    public SignalingLimits withQueue(int bytes, int messages, long bytesOfAll) {
        return new SignalingLimits(
                messageBytes,
                bytes,
                messages,
                bytesOfAll,
                waitingBytesPerPeer,
                waitingMessagesPerPeer,
                waitingBytes,
                messagesPerSecond,
                messageBurst,
                connectionsPerAddress,
                connectsPerMinutePerAddress);
    }

    /** The same with other limits of what waits for peers that are not there. */
    public SignalingLimits withWaiting(int bytesPerPeer, int messagesPerPeer, long bytes) {
        return new SignalingLimits(
                messageBytes,
                queueBytes,
                queueMessages,
                queueBytesOfAll,
                bytesPerPeer,
                messagesPerPeer,
                bytes,
                messagesPerSecond,
                messageBurst,
                connectionsPerAddress,
                connectsPerMinutePerAddress);
    }

    /** The same with another rate of messages. */
    public SignalingLimits withMessageRate(int perSecond, int burst) {
        return new SignalingLimits(
                messageBytes,
                queueBytes,
                queueMessages,
                queueBytesOfAll,
                waitingBytesPerPeer,
                waitingMessagesPerPeer,
                waitingBytes,
                perSecond,
                burst,
                connectionsPerAddress,
                connectsPerMinutePerAddress);
    }

    /** The same with other limits for each address; 0 for none. */
    public SignalingLimits withAddresses(int connections, int connectsPerMinute) {
        return new SignalingLimits(
                messageBytes,
                queueBytes,
                queueMessages,
                queueBytesOfAll,
                waitingBytesPerPeer,
                waitingMessagesPerPeer,
                waitingBytes,
                messagesPerSecond,
                messageBurst,
                connections,
                connectsPerMinute);
    }

    /** What is wrong, a sentence for each. */
    List<String> faults() {
        var faults = new ArrayList<String>();
        positive(faults, "messageBytes", messageBytes);
        SignalingOptions.check(
                faults,
                queueBytes >= messageBytes,
                "queueBytes",
                queueBytes,
                "at least messageBytes, which is " + messageBytes + ", or no large message could be passed on");
        positive(faults, "queueMessages", queueMessages);
        positive(faults, "queueBytesOfAll", queueBytesOfAll);
        positive(faults, "waitingBytesPerPeer", waitingBytesPerPeer);
        positive(faults, "waitingMessagesPerPeer", waitingMessagesPerPeer);
        positive(faults, "waitingBytes", waitingBytes);
        positive(faults, "messagesPerSecond", messagesPerSecond);
        positive(faults, "messageBurst", messageBurst);
        SignalingOptions.check(
                faults, connectionsPerAddress >= 0, "connectionsPerAddress", connectionsPerAddress, "0 or more");
        SignalingOptions.check(
                faults,
                connectsPerMinutePerAddress >= 0,
                "connectsPerMinutePerAddress",
                connectsPerMinutePerAddress,
                "0 or more");
        return faults;
    }

    private static void positive(List<String> faults, String name, long given) {
        SignalingOptions.check(faults, given > 0, name, given, "1 or more");
    }
}
