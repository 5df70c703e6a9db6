package dev.livemeter.rtmp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages of a server together from chunks. Everything is bounded: how many bytes are read in all, how long a message is, how many chunk streams there are. A
 * buffer grows with what came, never with what was announced.
 */
final class ChunkReader {

    private static final int LONGEST_MESSAGE = 1 << 16;

    /** No message is longer, so a larger size of chunks, up to 0x7FFFFFFF, means the same (RTMP 1.0, 5.4.1). Chunks are read in parts: a large one takes no more memory. */
    private static final int LONGEST_CHUNK = 0xFFFFFF;

    private static final int MOST_STREAMS = 64;
    private static final int NO_TIME = 0xFFFFFF;

    /**
     * How much a server may send.
     *
     * @param bytes in all
     * @param media in a message of sound or picture; of any other 64 KiB are taken
     * @param kept how much of a message of sound or picture is kept
     * @param when the time for which this holds, to complete a sentence
     */
    record Limits(long bytes, int media, int kept, String when) {

        /** For who publishes, to whom nobody sends sound or pictures. */
        static final Limits PUBLISHING =
                new Limits(1 << 20, LONGEST_MESSAGE, LONGEST_MESSAGE, "before anything was published");

        /** For who watches for less than a minute: 80 Mbit/s for 25 seconds, and the beginnings alone are of interest. */
        static final Limits WATCHING = new Limits(1 << 28, 1 << 23, 512, "while a stream is watched for some seconds");
    }

    private final DataInputStream in;
    private final Limits limits;
    private final byte[] scratch = new byte[4096];
    private final Map<Integer, Lane> lanes = new HashMap<>();
    private int chunkSize = 128;
    private int kept;
    private long read;

    ChunkReader(InputStream in) {
        this(in, Limits.PUBLISHING);
    }

    ChunkReader(InputStream in, Limits limits) {
        this.in = new DataInputStream(in);
        this.limits = limits;
        this.kept = limits.kept();
    }

    /** From the next message of sound or picture on, so much of each is kept; never more than may come. */
    void keep(int bytes) {
        kept = Math.min(bytes, limits.media());
    }

    /** What is known of a chunk stream. */
    private static final class Lane {
        private int type;
        private int stream;
        private int length;
        private long time;
        private long step;
        private boolean longTime;
        private int came;
        private int kept;
        private @Nullable ByteArrayOutputStream begun;
    }

    /** How many bytes came so far. */
    long bytesRead() {
        return read;
    }

    /** The next whole message; changes of the chunk size are obeyed and told as well. */
    Message next() throws IOException {
        while (true) {
            var message = chunk();
            if (message == null) {
                continue;
            }
            if (message.type() == Message.SET_CHUNK_SIZE) {
                resize(message.body());
            } else if (message.type() == Message.ABORT && message.body().length == 4) {
                var aborted = lanes.get(number(message.body()));
                if (aborted != null) {
                    aborted.begun = null;
                }
            }
            return message;
        }
    }

    private @Nullable Message chunk() throws IOException {
        var basic = octet();
        var format = basic >> 6;
        var lane = lane(basic & 0x3F, format);
        if (format < 3) {
            var time = three();
            if (format < 2) {
                lane.length = three();
                lane.type = octet();
                if (lane.length > (isMedia(lane) ? limits.media() : LONGEST_MESSAGE)) {
                    throw new RtmpFault("The server announces a message of " + lane.length + " bytes " + limits.when()
                            + ", which no RTMP server does.");
                }
            }
            if (format == 0) {
                lane.stream = Integer.reverseBytes(four());
            }
            lane.longTime = time == NO_TIME;
            var told = lane.longTime ? Integer.toUnsignedLong(four()) : time;
            // The first header of a lane tells a time, the later ones how much later it is.
            lane.step = format == 0 ? 0 : told;
            lane.time = format == 0 ? told : lane.time + told;
        } else {
            if (lane.longTime) {
                four();
            }
            lane.time += lane.begun == null ? lane.step : 0;
        }
        var begun = lane.begun == null ? new ByteArrayOutputStream() : lane.begun;
        if (lane.begun == null) {
            lane.came = 0;
            lane.kept = isMedia(lane) ? kept : LONGEST_MESSAGE;
        }
        if (lane.length < lane.came) {
            throw new RtmpFault("The other side makes a message shorter than what it has sent of it already ("
                    + lane.length + " bytes, and " + lane.came + " came); it may not speak RTMP.");
        }
        take(lane, begun);
        if (lane.came < lane.length) {
            lane.begun = begun;
            return null;
        }
        lane.begun = null;
        return new Message(lane.type, lane.stream, (int) lane.time, begun.toByteArray(), lane.length);
    }

    private static boolean isMedia(Lane lane) {
        return lane.type == Message.AUDIO || lane.type == Message.VIDEO;
    }

    /** The next chunk of a message, of which the beginning alone may be kept. */
    private void take(Lane lane, ByteArrayOutputStream begun) throws IOException {
        for (var left = Math.min(chunkSize, lane.length - lane.came); left > 0; ) {
            var part = Math.min(left, scratch.length);
            count(part);
            in.readFully(scratch, 0, part);
            begun.write(scratch, 0, Math.max(0, Math.min(part, lane.kept - begun.size())));
            lane.came += part;
            left -= part;
        }
    }

    private Lane lane(int small, int format) throws IOException {
        var id = small > 1 ? small : small == 0 ? 64 + octet() : 64 + octet() + 256 * octet();
        var lane = lanes.get(id);
        if (lane == null) {
            if (format != 0 && format != 1) {
                throw new RtmpFault("The server goes on with a message that it never began; it may be no RTMP server.");
            }
            if (lanes.size() >= MOST_STREAMS) {
                throw new RtmpFault("The server opens more than " + MOST_STREAMS + " chunk streams " + limits.when()
                        + ", which no RTMP server does.");
            }
            lane = new Lane();
            lanes.put(id, lane);
        }
        return lane;
    }

    private void resize(byte[] body) throws RtmpFault {
        var size = body.length == 4 ? number(body) : 0;
        if (size < 1) {
            throw new RtmpFault("The server sets a chunk size that there is not; it may be no RTMP server.");
        }
        chunkSize = Math.min(size, LONGEST_CHUNK);
    }

    static int number(byte[] four) {
        return ((four[0] & 0xFF) << 24) | ((four[1] & 0xFF) << 16) | ((four[2] & 0xFF) << 8) | (four[3] & 0xFF);
    }

    private int octet() throws IOException {
        count(1);
        return in.readUnsignedByte();
    }

    private int three() throws IOException {
        return (octet() << 16) | (octet() << 8) | octet();
    }

    private int four() throws IOException {
        count(4);
        return in.readInt();
    }

    private void count(int more) throws RtmpFault {
        read += more;
        if (read > limits.bytes()) {
            throw new RtmpFault(
                    "The server sends " + limits.bytes() + " bytes " + limits.when() + ", which no RTMP server does.");
        }
    }
}
