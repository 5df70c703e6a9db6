package dev.livemeter.signaling;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What nodes say to each other.
 *
 * @param type of a message; {@link MessageType#OTHER} else
 * @param route the attempt that it belongs to
 * @param number the sending node's; 0 for what is neither acknowledged nor repeated
 * @param after the number of what was sent before it to the same receiver and not acknowledged; 0 for none
 * @param millisLeft until it waits no more
 * @param sender the peer that says it; empty for none
 * @param receiver the peer that it is for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NodeMessage(
        Kind kind,
        MessageType type,
        long route,
        long number,
        long after,
        int millisLeft,
        String sender,
        String receiver,
        byte[] content) {

    private static final byte[] NOTHING = {};
    private static final long SAID_TO_ALL = 1;

    /** What it is; the letters are what is written. */
    enum Kind {
        MESSAGE('m'),
        HANG_UP('h'),
        DISMISS('d'),
        /** Passed on if the receiver is there; never repeated. */
        TELL('t'),
        /** It has arrived. */
        HAD('y'),
        /** All of those have arrived, each a number and a receiver; see {@link Acknowledgements}. */
        HAD_ALL('Y'),
        /** The receiver is not there. */
        ABSENT('n'),
        /** What comes before it has not arrived. */
        GAP('g'),
        /** There is no room for it to wait. */
        NO_ROOM('r'),
        /** A question of an {@link Exchange}. */
        ASK('q'),
        ANSWER('a'),
        NEWS('w');

        private final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }

        private static @Nullable Kind of(byte letter) {
            for (var kind : values()) {
                if (kind.letter == letter) {
                    return kind;
                }
            }
            return null;
        }
    }

    private static byte letter(MessageType type) {
        return (byte)
                switch (type) {
                    case OFFER -> 'o';
                    case ANSWER -> 'a';
                    case CANDIDATE -> 'c';
                    case LEAVE -> 'l';
                    case EXPIRE, HEARTBEAT, OTHER -> '-';
                };
    }

    private static MessageType type(byte letter) {
        return switch (letter) {
            case 'o' -> MessageType.OFFER;
            case 'a' -> MessageType.ANSWER;
            case 'c' -> MessageType.CANDIDATE;
            case 'l' -> MessageType.LEAVE;
            default -> MessageType.OTHER;
        };
    }

    /** What a node says of a message that it got. */
    static NodeMessage answer(Kind kind, NodeMessage to) {
        return new NodeMessage(kind, MessageType.OTHER, to.route, to.number, 0, 0, "", to.receiver, NOTHING);
    }

    /** Bytes for a receiver that is there, or nobody. */
    static NodeMessage tell(String receiver, byte[] frame) {
        return new NodeMessage(Kind.TELL, MessageType.OTHER, 0, 0, 0, 0, "", receiver, frame);
    }

    /** The same, said to all nodes, of which nobody passes it on to yet another one. */
    static NodeMessage tellAll(String receiver, byte[] frame) {
        return new NodeMessage(Kind.TELL, MessageType.OTHER, SAID_TO_ALL, 0, 0, 0, "", receiver, frame);
    }

    /** Whether a {@link Kind#TELL} went to all nodes. */
    boolean isSaidToAll() {
        return route == SAID_TO_ALL;
    }

    /** What has arrived, in short. */
    static NodeMessage hadAll(byte[] written) {
        return new NodeMessage(Kind.HAD_ALL, MessageType.OTHER, 0, 0, 0, 0, "", "", written);
    }

    /** What an {@link Exchange} carries. */
    static NodeMessage exchanged(Kind kind, long number, byte[] content) {
        return new NodeMessage(kind, MessageType.OTHER, 0, number, 0, 0, "", "", content);
    }

    byte[] bytes() {
        var from = sender.getBytes(StandardCharsets.US_ASCII);
        var to = receiver.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 + 3 * 8 + 4 + 2 + from.length + to.length + content.length)
                .put(kind.letter)
                .put(letter(type))
                .putLong(route)
                .putLong(number)
                .putLong(after)
                .putInt(millisLeft)
                .put((byte) from.length)
                .put(from)
                .put((byte) to.length)
                .put(to)
                .put(content)
                .array();
    }

    /** Reads one; null where another version of this program has written something else. */
    static @Nullable NodeMessage read(byte[] bytes) {
        try {
            var in = ByteBuffer.wrap(bytes);
            var kind = Kind.of(in.get());
            if (kind == null) {
                return null;
            }
            var type = type(in.get());
            var route = in.getLong();
            var number = in.getLong();
            var after = in.getLong();
            var millisLeft = in.getInt();
            var sender = text(in);
            var receiver = text(in);
            var content = new byte[in.remaining()];
            in.get(content);
            return new NodeMessage(kind, type, route, number, after, millisLeft, sender, receiver, content);
        } catch (BufferUnderflowException cutOff) {
            return null;
        }
    }

    private static String text(ByteBuffer in) {
        var bytes = new byte[Byte.toUnsignedInt(in.get())];
        in.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
