package dev.livemeter.signaling;

/** A message that waits, or an order that has to reach another node. Whoever reads or changes where it stands holds the lock of its receiver's id. */
final class Parked {

    /** What is done with it where its receiver is. */
    enum Kind {
        /** It is passed on; its sender hears if it cannot be. */
        MESSAGE,
        /** The receiver is told that the sender left, and what waits from the receiver for the sender is dropped. */
        HANG_UP,
        /** The receiver is sent away with this sentence. */
        DISMISS
    }

    private final Kind kind;
    private final String sender;
    private final MessageType type;
    private final byte[] frame;
    private final long dueNanos;
    private final String origin;
    private final long originNumber;
    private long number;
    private long sentNanos;

    /**
     * Something that came from another node.
     *
     * @param origin the node
     * @param originNumber that node's number of it
     */
    Parked(Kind kind, String sender, MessageType type, byte[] frame, long dueNanos, String origin, long originNumber) {
        this.kind = kind;
        this.sender = sender;
        this.type = type;
        this.frame = frame;
        this.dueNanos = dueNanos;
        this.origin = origin;
        this.originNumber = originNumber;
    }

    /** A message from a peer here. */
    Parked(String sender, MessageType type, byte[] frame, long dueNanos) {
        this(Kind.MESSAGE, sender, type, frame, dueNanos, "", 0);
    }

    Kind kind() {
        return kind;
    }

    boolean isOrder() {
        return kind != Kind.MESSAGE;
    }

    String sender() {
        return sender;
    }

    MessageType type() {
        return type;
    }

    byte[] frame() {
        return frame;
    }

    boolean isDue(long now) {
        return now - dueNanos >= 0;
    }

    long nanosLeft(long now) {
        return dueNanos - now;
    }

    /** The node that it came from; empty for this one. */
    String origin() {
        return origin;
    }

    long originNumber() {
        return originNumber;
    }

    /** This node's number of it; greater than that of all before it. */
    long number() {
        return number;
    }

    void number(long drawn) {
        number = drawn;
    }

    long sentNanos() {
        return sentNanos;
    }

    void sent(long now) {
        sentNanos = now;
    }
}
