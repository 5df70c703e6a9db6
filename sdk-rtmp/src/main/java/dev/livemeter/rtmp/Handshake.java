package dev.livemeter.rtmp;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** The plain handshake that begins a connection, as encoders do it. Reads what belongs to it and no byte more. */
public final class Handshake {

    private static final int HELLO = 1536;
    private static final int VERSION = 3;

    private Handshake() {}

    /** As the client: what comes back must be of version 3. */
    public static void ask(InputStream in, OutputStream out) throws IOException {
        var from = new DataInputStream(in);
        out.write(opening());
        out.flush();
        if (from.readUnsignedByte() != VERSION) {
            throw new RtmpFault(
                    "The server answers, but not with RTMP: it may be a server of another kind, or expect TLS (rtmps://).");
        }
        var theirs = new byte[HELLO];
        from.readFully(theirs);
        from.readFully(new byte[HELLO]);
        out.write(theirs);
        out.flush();
    }

    /** As the server. */
    public static void answer(InputStream in, OutputStream out) throws IOException {
        var from = new DataInputStream(in);
        if (from.readUnsignedByte() != VERSION) {
            throw new RtmpFault("Who connected does not speak RTMP.");
        }
        var theirs = new byte[HELLO];
        from.readFully(theirs);
        var opening = opening();
        var answer = Arrays.copyOf(opening, opening.length + HELLO);
        System.arraycopy(theirs, 0, answer, opening.length, HELLO);
        out.write(answer);
        out.flush();
        from.readFully(theirs);
    }

    /** The version; four bytes of time, four zeroes, then anything: the same each time does, as nobody proves anything with it. */
    private static byte[] opening() {
        var opening = new byte[1 + HELLO];
        opening[0] = VERSION;
        for (var i = 8; i < HELLO; i++) {
            opening[1 + i] = (byte) (i * 31);
        }
        return opening;
    }
}
