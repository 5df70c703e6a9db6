package dev.livemeter.signaling;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the server says, as bytes. */
final class Frames {

    private static final byte[] OPEN = ascii("{\"type\":\"OPEN\"}");
    private static final byte[] ID_TAKEN = ascii("{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}");
    private static final byte[] HEARTBEAT = ascii("{\"type\":\"HEARTBEAT\"}");
    private static final byte[] TO = ascii("\",\"dst\":\"");
    private static final byte[] WITH = ascii("\",\"payload\":");
    private static final byte[] END = ascii("\"}");

    private Frames() {}

    /** The first that a client hears. */
    static byte[] open() {
        return OPEN;
    }

    static byte[] idTaken() {
        return ID_TAKEN;
    }

    /** A refusal. A client that was not open yet gives up on it, one that was open only disconnects. */
    static byte[] error(String sentence) {
        return ("{\"type\":\"ERROR\",\"payload\":{\"msg\":" + JsonText.quote(sentence) + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Tells {@code to} that {@code from} cannot be reached. */
    static byte[] expire(String from, String to) {
        return ("{\"type\":\"EXPIRE\",\"src\":" + JsonText.quote(from) + ",\"dst\":" + JsonText.quote(to) + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Tells {@code to} that {@code from} left: its client closes every connection between them. */
    static byte[] leave(String from, String to) {
        return relayed(MessageType.LEAVE, ascii(from), ascii(to), new byte[0], -1, -1);
    }

    /** Whether a frame is a heartbeat as the client writes it; others are found by reading them. */
    static boolean isHeartbeat(byte[] buffer, int offset, int length) {
        return length == HEARTBEAT.length && Arrays.equals(HEARTBEAT, 0, length, buffer, offset, offset + length);
    }

    /**
     * A message as it is passed on: type, sender, receiver, and the payload as it came.
     *
     * @param from an id, which needs no escaping
     * @param payloadFrom -1 for none
     */
    static byte[] relayed(MessageType type, byte[] from, byte[] to, byte[] buffer, int payloadFrom, int payloadTo) {
        var payload = payloadFrom < 0 ? 0 : payloadTo - payloadFrom;
        var frame = new byte
                [type.opening.length
                        + from.length
                        + TO.length
                        + to.length
                        + (payloadFrom < 0 ? END.length : WITH.length + payload + 1)];
        var at = put(type.opening, frame, 0);
        at = put(from, frame, at);
        at = put(TO, frame, at);
        at = put(to, frame, at);
        if (payloadFrom < 0) {
            put(END, frame, at);
        } else {
            at = put(WITH, frame, at);
            System.arraycopy(buffer, payloadFrom, frame, at, payload);
            frame[at + payload] = '}';
        }
        return frame;
    }

    private static int put(byte[] part, byte[] frame, int at) {
        System.arraycopy(part, 0, frame, at, part.length);
        return at + part.length;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
