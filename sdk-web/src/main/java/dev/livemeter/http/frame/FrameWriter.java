package dev.livemeter.http.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes what a server sends as frames of RFC 6455: whole and unmasked. */
public final class FrameWriter {

    private static final int FINAL = 0x80;
    private static final int MOST_REASON = 120;

    private FrameWriter() {}

    /** A frame in bytes of its own. */
    public static byte[] encoded(int opcode, byte[] payload) {
        var buffer =
                ByteBuffer.allocate(payload.length + (payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10));
        putHeader(buffer, opcode, payload.length);
        return buffer.put(payload).array();
    }

    /** What stands before a payload of that length. */
    public static void putHeader(ByteBuffer buffer, int opcode, int length) {
        buffer.put((byte) (FINAL | opcode));
        if (length < 126) {
            buffer.put((byte) length);
        } else if (length < 65_536) {
            buffer.put((byte) 126).putShort((short) length);
        } else {
            buffer.put((byte) 127).putLong(length);
        }
    }

    /**
     * What a close frame carries.
     *
     * @param code 0 for none, and then no sentence either
     * @param sentence at most 120 bytes of it are sent
     */
    public static byte[] closePayload(int code, String sentence) {
        if (code == 0) {
            return new byte[0];
        }
        var text = sentence.getBytes(StandardCharsets.UTF_8);
        var length = Math.min(text.length, MOST_REASON);
        // not within a character
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--;
        }
        return ByteBuffer.allocate(2 + length)
                .putShort((short) code)
                .put(text, 0, length)
                .array();
    }
}
