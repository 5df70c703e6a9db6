package dev.livemeter.signaling;

import java.nio.charset.StandardCharsets;

/** What clients say to the server and, but for the heartbeat, to each other through it. */
@SuppressWarnings("ImmutableEnumChecker") // the bytes leave this package as copies only
enum MessageType {
    HEARTBEAT,
    OFFER,
    ANSWER,
    CANDIDATE,
    LEAVE,
    EXPIRE,
    /** Everything else: dropped without a word, as the reference does. */
    OTHER;

    /** All that stands before the sender. */
    final byte[] opening = ("{\"type\":\"" + name() + "\",\"src\":\"").getBytes(StandardCharsets.US_ASCII);

    private final byte[] word = name().getBytes(StandardCharsets.US_ASCII);

    /** Whether a message for somebody who is not there waits for them. */
    boolean waits() {
        return this == OFFER || this == ANSWER || this == CANDIDATE;
    }

    static MessageType of(byte[] bytes, int from, int to) {
        return switch (to > from ? bytes[from] : 0) {
            case 'O' -> OFFER.orOther(bytes, from, to);
            case 'A' -> ANSWER.orOther(bytes, from, to);
            case 'C' -> CANDIDATE.orOther(bytes, from, to);
            case 'H' -> HEARTBEAT.orOther(bytes, from, to);
            case 'L' -> LEAVE.orOther(bytes, from, to);
            case 'E' -> EXPIRE.orOther(bytes, from, to);
            default -> OTHER;
        };
    }

    private MessageType orOther(byte[] bytes, int from, int to) {
        return java.util.Arrays.equals(word, 0, word.length, bytes, from, to) ? this : OTHER;
    }
}
