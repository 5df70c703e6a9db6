package dev.livemeter.rtmp;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the values of a command. What a server sends is bounded in depth and number, so that none can keep us busy or fill the memory. */
public final class AmfReader {

    private static final int OBJECT = 3;
    private static final int OBJECT_END = 9;
    private static final int DEEPEST = 8;
    private static final int MOST_VALUES = 512;

    private final ByteBuffer bytes;
    private int values;

    /** One that reads value by value, from there on. */
    AmfReader(byte[] body, int from) {
        bytes = ByteBuffer.wrap(body).position(Math.min(from, body.length));
    }

    /** Is told of what an object has. */
    interface MemberReader {

        /**
         * A member was read.
         *
         * @param from where its value begins
         */
        void member(String name, Amf value, int from);
    }

    /** All values of a message, in order. */
    public static List<Amf> read(byte[] body) throws RtmpFault {
        var reader = new AmfReader(body, 0);
        var all = new ArrayList<Amf>();
        try {
            while (reader.bytes.hasRemaining()) {
                all.add(reader.value(0));
            }
        } catch (BufferUnderflowException e) {
            throw broken();
        }
        return all;
    }

    /** Where the next value begins. */
    int at() {
        return bytes.position();
    }

    /** The next value. */
    Amf next() throws RtmpFault {
        try {
            return value(0);
        } catch (BufferUnderflowException e) {
            throw broken();
        }
    }

    /** Reads the next value, an object, member by member; one that is none has no members. */
    void eachMember(MemberReader told) throws RtmpFault {
        try {
            if (!bytes.hasRemaining() || bytes.get(bytes.position()) != OBJECT) {
                next();
                return;
            }
            bytes.get();
            eachMember(0, told);
        } catch (BufferUnderflowException e) {
            throw broken();
        }
    }

    private Amf value(int depth) throws RtmpFault {
        values++;
        if (depth > DEEPEST || values > MOST_VALUES) {
            throw broken();
        }
        return switch (bytes.get()) {
            case 0 -> new Amf.Numeric(bytes.getDouble());
            case 1 -> new Amf.Truth(bytes.get() != 0);
            case 2 -> new Amf.Text(text(Short.toUnsignedInt(bytes.getShort())));
            case OBJECT -> members(depth);
            case 5, 6 -> new Amf.Nothing();
            case 7 -> {
                bytes.getShort();
                yield new Amf.Nothing();
            }
            case 8 -> {
                bytes.getInt();
                yield members(depth);
            }
            case 10 -> list(depth);
            case 11 -> {
                bytes.getDouble();
                bytes.getShort();
                yield new Amf.Nothing();
            }
            case 12 -> new Amf.Text(text(bytes.getInt()));
            default -> throw broken();
        };
    }

    private Amf members(int depth) throws RtmpFault {
        Map<String, Amf> members = new LinkedHashMap<>();
        eachMember(depth, (name, value, from) -> members.put(name, value));
        return new Amf.Members(members);
    }

    private void eachMember(int depth, MemberReader told) throws RtmpFault {
        while (true) {
            var name = text(Short.toUnsignedInt(bytes.getShort()));
            if (name.isEmpty() && bytes.hasRemaining() && bytes.get(bytes.position()) == OBJECT_END) {
                bytes.get();
                return;
            }
            var from = bytes.position();
            told.member(name, value(depth + 1), from);
        }
    }

    private Amf list(int depth) throws RtmpFault {
        var count = bytes.getInt();
        if (count < 0 || count > MOST_VALUES) {
            throw broken();
        }
        for (var i = 0; i < count; i++) {
            value(depth + 1);
        }
        return new Amf.Nothing();
    }

    private String text(int length) throws RtmpFault {
        if (length < 0 || length > bytes.remaining()) {
            throw broken();
        }
        var text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static RtmpFault broken() {
        return new RtmpFault("The server sent a command that is not well-formed; it may be no RTMP server.");
    }
}
