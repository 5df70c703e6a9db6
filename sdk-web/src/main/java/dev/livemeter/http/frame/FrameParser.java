package dev.livemeter.http.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads what a client sends as frames of RFC 6455 and puts messages together. Between two reads it keeps no more than what a frame that has not come
 * whole has sent so far: who only announces much gets no memory for it. Not thread-safe.
 */
public final class FrameParser {

    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    public static final int PROTOCOL_ERROR = 1002;
    public static final int TOO_LARGE = 1009;

    private static final int MOST_HEADER = 14;
    private static final int MOST_CONTROL = 125;

    /** So many times what has come of a frame may be kept free for the rest of it. */
    private static final int MOST_ROOM = 4;

    private static final byte[] NOTHING = {};
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private final int mostBytes;
    private byte[] rest = NOTHING;
    private int restLength;
    private int wanted;
    private byte[] message = NOTHING;
    private int messageLength = -1;

    /** What is found. */
    public interface Sink {

        /** A whole message; the bytes are good for the time of the call. */
        void message(byte[] buffer, int offset, int length);

        /** A ping, pong or close. */
        void control(int opcode, byte[] payload);

        /** The client broke the protocol or a limit; nothing is parsed any more. */
        void violation(int code, String sentence);
    }

    /** A parser for one connection. */
    public FrameParser(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** How many bytes of a frame that is not whole are kept. */
    public int kept() {
        return restLength;
    }

    /** Gives back what is kept, into a buffer that has the room. */
    public void putKept(byte[] buffer) {
        System.arraycopy(rest, 0, buffer, 0, restLength);
        rest = NOTHING;
        restLength = 0;
    }

    /** Keeps more of a frame that is larger than the buffers are. */
    public void keep(byte[] buffer, int from, int to) {
        var length = restLength + to - from;
        if (length > rest.length) {
            // What was announced, so that a large frame is copied once; but not much more than what has come of it. A
            // smaller rest goes back into a buffer soon.
            var room = wanted > length && length > FrameTransport.BUFFER / 2
                    ? Math.min(wanted, (long) MOST_ROOM * length)
                    : Math.min(2L * rest.length, mostBytes + (long) MOST_HEADER);
            rest = Arrays.copyOf(rest, (int) Math.max(length, room));
        }
        System.arraycopy(buffer, from, rest, restLength, to - from);
        restLength = length;
    }

    /** Parses what is kept, where it has grown beyond the buffers. */
    public boolean parseKept(Sink sink) {
        if (restLength < wanted) {
            // Who sends byte by byte must not make everything be looked at each time.
            return true;
        }
        var all = rest;
        var length = restLength;
        rest = NOTHING;
        restLength = 0;
        return parse(all, 0, length, sink);
    }

    /**
     * Parses; what is left over is kept.
     *
     * @return false once nothing more is to be read: after a close or a violation
     */
    public boolean parse(byte[] buffer, int from, int to, Sink sink) {
        var at = from;
        wanted = 0;
        while (to - at >= 2) {
            var first = buffer[at] & 0xff;
            var second = buffer[at + 1] & 0xff;
            var opcode = first & 0x0f;
            var isFinal = (first & 0x80) != 0;
            var isControl = opcode >= CLOSE;
            if ((first & 0x70) != 0 || (second & 0x80) == 0 || !isKnown(opcode, isFinal, second & 0x7f)) {
                return violated(sink, PROTOCOL_ERROR, "The frame does not follow RFC 6455.");
            }
            var shortLength = second & 0x7f;
            var header = shortLength == 127 ? 14 : shortLength == 126 ? 8 : 6;
            if (to - at < header) {
                break;
            }
            var length = shortLength < 126
                    ? shortLength
                    : shortLength == 126 ? (short) SHORT.get(buffer, at + 2) & 0xffff : (long) LONG.get(buffer, at + 2);
            var before = isControl ? 0 : Math.max(messageLength, 0);
            if (length < 0 || length > mostBytes - before) {
                return violated(
                        sink, TOO_LARGE, "The message is too large; at most " + mostBytes + " bytes are taken.");
            }
            if (to - at - header < length) {
                wanted = header + (int) length;
                break;
            }
            var payload = at + header;
            unmask(buffer, payload, (int) length, (int) INT.get(buffer, payload - 4));
            at = payload + (int) length;
            if (!frame(opcode, isFinal, buffer, payload, (int) length, sink)) {
                return false;
            }
        }
        if (at < to) {
            keep(buffer, at, to);
        }
        return true;
    }

    private boolean isKnown(int opcode, boolean isFinal, int shortLength) {
        return switch (opcode) {
            // the next piece of a message, and only of one that has begun
            case 0 -> messageLength >= 0;
            case TEXT, BINARY -> messageLength < 0;
            case CLOSE, PING, PONG -> isFinal && shortLength <= MOST_CONTROL;
            default -> false;
        };
    }

    private boolean frame(int opcode, boolean isFinal, byte[] buffer, int offset, int length, Sink sink) {
        if (opcode >= CLOSE) {
            if (opcode == CLOSE && length == 1) {
                return violated(sink, PROTOCOL_ERROR, "The close frame has half a code.");
            }
            sink.control(opcode, Arrays.copyOfRange(buffer, offset, offset + length));
            return opcode != CLOSE;
        }
        if (opcode != 0 && isFinal) {
            sink.message(buffer, offset, length);
            return true;
        }
        var before = Math.max(messageLength, 0);
        if (before + length > message.length) {
            message = Arrays.copyOf(message, Math.max(before + length, Math.min(2 * message.length, mostBytes)));
        }
        System.arraycopy(buffer, offset, message, before, length);
        messageLength = before + length;
        if (isFinal) {
            var whole = message;
            var size = messageLength;
            message = NOTHING;
            messageLength = -1;
            sink.message(whole, 0, size);
        }
        return true;
    }

    private boolean violated(Sink sink, int code, String sentence) {
        rest = NOTHING;
        restLength = 0;
        message = NOTHING;
        sink.violation(code, sentence);
        return false;
    }

    private static void unmask(byte[] buffer, int offset, int length, int mask) {
        var wide = ((long) mask << 32) | (mask & 0xffffffffL);
        var at = offset;
        var end = offset + length;
        for (; end - at >= 8; at += 8) {
            LONG.set(buffer, at, (long) LONG.get(buffer, at) ^ wide);
        }
        for (var shift = 24; at < end; at++, shift -= 8) {
            buffer[at] ^= (byte) (mask >> (shift & 31));
        }
    }
}
