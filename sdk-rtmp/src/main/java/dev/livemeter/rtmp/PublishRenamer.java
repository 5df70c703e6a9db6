package dev.livemeter.rtmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher sends after its handshake, with other names in its commands: application, address and stream are replaced until it publishes, all else passes chunk by
 * chunk as it came. A header that leans on an earlier one which had another length is written out. From when nothing leans on anything that was changed, the rest passes
 * unseen. Until it publishes a publisher may send little. Not thread-safe.
 */
public final class PublishRenamer {

    /** All that may come before a publisher publishes. */
    public static final int MOST_BEFORE = 1 << 16;

    private static final int MOST_STREAMS = 64;
    private static final int LONGEST_CHUNK = 0xFFFFFF;
    private static final int NO_TIME = 0xFFFFFF;
    private static final int LONGEST_HEADER = 18;
    private static final int CONTROL_LENGTH = 4;

    /** Bytes of a header behind its number, by format. */
    private static final int[] HEADER = {11, 7, 3, 0};

    /** Knows the names. */
    @FunctionalInterface
    public interface Guide {

        /**
         * A publisher asks for that application; asked once. Nothing of what it sent is passed on before the answer.
         *
         * @throws IOException if it is to be left
         */
        PublishNames to(String application) throws IOException;
    }

    private final Guide guide;
    private final Map<Integer, Lane> lanes = new HashMap<>();
    private final byte[] head = new byte[LONGEST_HEADER];
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int headLength;
    private int left;
    private int chunkSize = 128;
    private long before;
    private boolean published;
    private @Nullable Lane current;
    private @Nullable PublishNames names;

    public PublishRenamer(Guide guide) {
        this.guide = guide;
    }

    /** What is known of a chunk stream. */
    private static final class Lane {
        private final int id;
        private int type;
        private int stream;
        private int length;
        private long time;
        private long step;
        private boolean longTime;
        private int came;
        /** The message that is being held back; null where it passes. */
        private @Nullable ByteArrayOutputStream held;
        /** Whether the held message began with a whole header. */
        private boolean whole;
        /** Whether whom we send to knows another header of it, so that nothing may lean on that. */
        private boolean changed;

        Lane(int id) {
            this.id = id;
        }

        boolean isWithin() {
            return came > 0;
        }
    }

    /** Whether it has asked to publish. */
    public boolean isPublished() {
        return published;
    }

    /** Whether everything from here on passes as it is, so that nobody needs to ask here any more. */
    public boolean isPlain() {
        return published
                && headLength == 0
                && left == 0
                && lanes.values().stream().noneMatch(lane -> lane.changed || lane.held != null);
    }

    /**
     * Takes what came, in pieces of any size.
     *
     * @return what is to be sent in its place; nothing before the names are known
     * @throws RtmpFault if it is no RTMP, or more than a publisher may send before it publishes
     * @throws IOException as the guide
     */
    public byte[] pass(byte[] bytes, int offset, int length) throws IOException {
        var end = offset + length;
        for (var at = offset; at < end; ) {
            if (left > 0) {
                var part = Math.min(left, end - at);
                take(bytes, at, part);
                at += part;
            } else if (isPlain()) {
                out.write(bytes, at, end - at);
                at = end;
            } else {
                count(1);
                head[headLength++] = bytes[at++];
                if (headLength == headerLength()) {
                    begin();
                }
            }
        }
        if (names == null) {
            return new byte[0];
        }
        var passed = out.toByteArray();
        out.reset();
        return passed;
    }

    private void count(int more) throws RtmpFault {
        if (!published) {
            before += more;
            if (before > MOST_BEFORE) {
                throw new RtmpFault("The publisher sends more than " + MOST_BEFORE
                        + " bytes before it publishes, which none does.");
            }
        }
    }

    private int basicLength() {
        var small = head[0] & 0x3F;
        return small == 0 ? 2 : small == 1 ? 3 : 1;
    }

    private int format() {
        return (head[0] & 0xFF) >> 6;
    }

    /** How long the header is, as far as it is known by now. */
    private int headerLength() {
        var basic = basicLength();
        var fields = basic + HEADER[format()];
        if (headLength < fields) {
            return fields;
        }
        if (format() < 3) {
            return fields + (three(basic) == NO_TIME ? 4 : 0);
        }
        var lane = lanes.get(id());
        return fields + (lane != null && lane.longTime ? 4 : 0);
    }

    private int id() {
        var small = head[0] & 0x3F;
        return switch (small) {
            case 0 -> 64 + (head[1] & 0xFF);
            case 1 -> 64 + (head[1] & 0xFF) + 256 * (head[2] & 0xFF);
            default -> small;
        };
    }

    private int three(int at) {
        return ((head[at] & 0xFF) << 16) | ((head[at + 1] & 0xFF) << 8) | (head[at + 2] & 0xFF);
    }

    private long four(int at) {
        return ((head[at] & 0xFFL) << 24) | three(at + 1);
    }

    /** A header is there. */
    private void begin() throws IOException {
        var format = format();
        var lane = lane(format);
        current = lane;
        if (lane.isWithin()) {
            if (format < 3) {
                throw new RtmpFault("The publisher begins a message within another one on the same chunk stream.");
            }
        } else {
            read(lane, format);
            lane.held = isHeld(lane) ? new ByteArrayOutputStream() : null;
            lane.whole = format == 0;
        }
        if (lane.held == null) {
            pass(lane, format);
        }
        headLength = 0;
        left = Math.min(chunkSize, lane.length - lane.came);
        if (left == 0) {
            end(lane);
        }
    }

    private Lane lane(int format) throws RtmpFault {
        var id = id();
        var lane = lanes.get(id);
        if (lane == null) {
            if (format > 1) {
                throw new RtmpFault("The publisher goes on with a message that it never began.");
            }
            if (lanes.size() >= MOST_STREAMS) {
                throw new RtmpFault("The publisher opens more than " + MOST_STREAMS + " chunk streams.");
            }
            lane = new Lane(id);
            lanes.put(id, lane);
        }
        return lane;
    }

    /** The header of a message that begins. */
    private void read(Lane lane, int format) throws RtmpFault {
        var at = basicLength();
        if (format == 3) {
            lane.time += lane.step;
            return;
        }
        if (format < 2) {
            lane.length = three(at + 3);
            lane.type = head[at + 6] & 0xFF;
            if (!published && lane.length > MOST_BEFORE) {
                throw new RtmpFault("The publisher announces a message of " + lane.length
                        + " bytes before it publishes, which none does.");
            }
        }
        if (format == 0) {
            lane.stream = Integer.reverseBytes((int) four(at + 7));
        }
        lane.longTime = three(at) == NO_TIME;
        var told = lane.longTime ? four(headLength - 4) : three(at);
        // As nginx and our reader have it, what repeats a whole header is of the same time.
        lane.step = format == 0 ? 0 : told;
        lane.time = (format == 0 ? told : lane.time + told) & 0xFFFFFFFFL;
    }

    private boolean isHeld(Lane lane) throws RtmpFault {
        return switch (lane.type) {
            case Message.SET_CHUNK_SIZE, Message.ABORT -> {
                if (lane.length != CONTROL_LENGTH) {
                    throw new RtmpFault("The publisher sends a message about its chunks of " + lane.length
                            + " bytes; it has " + CONTROL_LENGTH + ".");
                }
                yield true;
            }
            case Message.COMMAND, Message.COMMAND_OF_AMF3 -> !published;
            default -> false;
        };
    }

    /** A header of what passes: as it came, unless it leans on one that was changed. */
    private void pass(Lane lane, int format) {
        if (!lane.changed || lane.isWithin() || format < 2) {
            out.write(head, 0, headLength);
        } else {
            basic(lane, 1);
            number(lane.longTime ? NO_TIME : lane.step, 3);
            number(lane.length, 3);
            out.write(lane.type);
            if (lane.longTime) {
                number(lane.step, 4);
            }
        }
        lane.changed &= lane.isWithin();
    }

    private void take(byte[] bytes, int at, int part) throws IOException {
        count(part);
        var lane = current;
        if (lane == null) {
            throw new IllegalStateException("Data is taken without a header.");
        }
        if (lane.held == null) {
            out.write(bytes, at, part);
        } else {
            lane.held.write(bytes, at, part);
        }
        lane.came += part;
        left -= part;
        if (left == 0) {
            end(lane);
        }
    }

    /** A chunk is over, perhaps its message as well. */
    private void end(Lane lane) throws IOException {
        if (lane.came < lane.length) {
            return;
        }
        lane.came = 0;
        var held = lane.held;
        lane.held = null;
        if (held != null) {
            release(lane, held.toByteArray());
        }
    }

    private void release(Lane lane, byte[] body) throws IOException {
        switch (lane.type) {
            case Message.ABORT -> throw new RtmpFault("The publisher breaks a message off, which none does.");
            case Message.SET_CHUNK_SIZE -> {
                write(lane, body);
                var size = ChunkReader.number(body);
                if (size < 1) {
                    throw new RtmpFault("The publisher sets a chunk size that there is not.");
                }
                chunkSize = Math.min(size, LONGEST_CHUNK);
            }
            default -> {
                var command = PublishCommand.read(lane.type, body);
                if (command.isConnect()) {
                    if (names != null) {
                        throw new RtmpFault("The publisher connects twice.");
                    }
                    names = guide.to(command.application());
                }
                if (names == null) {
                    throw new RtmpFault("The publisher says something else before it connects.");
                }
                write(lane, command.naming(names));
                published = command.isPublish();
            }
        }
    }

    /** A message that was held back, with a whole header. */
    private void write(Lane lane, byte[] body) {
        basic(lane, 0);
        var extended = lane.time >= NO_TIME;
        number(extended ? NO_TIME : lane.time, 3);
        number(body.length, 3);
        out.write(lane.type);
        number(Integer.reverseBytes(lane.stream), 4);
        if (extended) {
            number(lane.time, 4);
        }
        for (var at = 0; at < body.length; at += chunkSize) {
            if (at > 0) {
                basic(lane, 3);
                if (extended) {
                    number(lane.time, 4);
                }
            }
            out.write(body, at, Math.min(chunkSize, body.length - at));
        }
        lane.changed = !lane.whole || body.length != lane.length || extended != lane.longTime;
    }

    private void basic(Lane lane, int format) {
        var id = lane.id;
        if (id < 64) {
            out.write((format << 6) | id);
        } else if (id < 64 + 256) {
            out.write(format << 6);
            out.write(id - 64);
        } else {
            out.write((format << 6) | 1);
            out.write((id - 64) & 0xFF);
            out.write((id - 64) >> 8);
        }
    }

    private void number(long number, int bytes) {
        for (var shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write((int) (number >> shift));
        }
    }

    @Override
    public String toString() {
        return "PublishRenamer[" + (published ? "published" : "not published yet") + "]";
    }
}
