package dev.livemeter.rtmp;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Cuts our messages into chunks. Each leaves in one piece. */
public final class ChunkWriter {

    /** Larger than any of our messages but pictures. */
    private static final int CHUNK = 4096;

    private static final int CONTROL_LANE = 2;
    private static final int LONGEST_TIME = 0xFFFFFF;

    private final OutputStream out;
    private int chunkSize = 128;

    public ChunkWriter(OutputStream out) {
        this.out = out;
    }

    /** Chunks of a size that keeps a message in one piece. */
    public void widen() throws IOException {
        write(CONTROL_LANE, new Message(Message.SET_CHUNK_SIZE, 0, 0, four(CHUNK)));
        chunkSize = CHUNK;
    }

    /** A message about the connection. */
    public void control(int type, byte[] body) throws IOException {
        write(CONTROL_LANE, new Message(type, 0, 0, body));
    }

    /**
     * A message.
     *
     * @param lane the chunk stream, 2 to 63
     */
    public void write(int lane, Message message) throws IOException {
        if (message.millis() >= LONGEST_TIME) {
            throw new IllegalArgumentException("A time of " + message.millis() + " ms is none of a short clip.");
        }
        var whole = new ByteArrayOutputStream();
        var data = new DataOutputStream(whole);
        var body = message.body();
        data.writeByte(lane);
        three(data, message.millis());
        three(data, body.length);
        data.writeByte(message.type());
        data.writeInt(Integer.reverseBytes(message.stream()));
        for (var at = 0; at < body.length; at += chunkSize) {
            if (at > 0) {
                data.writeByte(0xC0 | lane);
            }
            data.write(body, at, Math.min(chunkSize, body.length - at));
        }
        out.write(whole.toByteArray());
        out.flush();
    }

    static byte[] four(int number) {
        return new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    }

    private static void three(DataOutputStream data, int number) throws IOException {
        data.writeByte(number >> 16);
        data.writeShort(number);
    }
}
