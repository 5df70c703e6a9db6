package dev.livemeter.relay.nginx;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A client that speaks just enough RTMP to be rude: it writes commands whenever it wants and reads no answers. All that is
 * written between two calls of {@link #flush} leaves in one piece.
 */
final class RtmpClient implements AutoCloseable {

    private static final int CHUNK = 4096;
    private static final int HANDSHAKE = 1536;
    private static final int SET_CHUNK_SIZE = 1;
    private static final int DATA = 18;
    private static final int COMMAND = 20;

    private final Socket socket;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    RtmpClient(int port) throws IOException {
        this(new Socket(IpLiteral.address("127.0.0.1"), port));
    }

    /** Over a connection that is there already. */
    RtmpClient(Socket connected) throws IOException {
        socket = connected;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(100);
        var out = socket.getOutputStream();
        var hello = new byte[1 + HANDSHAKE];
        hello[0] = 3;
        out.write(hello);
        var in = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout(5000);
        in.skipNBytes(1);
        var theirs = new byte[HANDSHAKE];
        in.readFully(theirs);
        in.skipNBytes(HANDSHAKE);
        out.write(theirs);
        message(2, SET_CHUNK_SIZE, 0, data -> data.writeInt(CHUNK));
    }

    RtmpClient connect(String application) {
        return message(3, COMMAND, 0, data -> {
            text(data, "connect");
            number(data, 1);
            data.writeByte(3);
            data.writeUTF("app");
            text(data, application);
            data.writeByte(0);
            data.writeByte(0);
            data.writeByte(9);
        });
    }

    RtmpClient createStream() {
        return message(3, COMMAND, 0, data -> {
            text(data, "createStream");
            number(data, 2);
            data.writeByte(5);
        });
    }

    RtmpClient publish(String key) {
        return message(4, COMMAND, 1, data -> {
            text(data, "publish");
            number(data, 3);
            data.writeByte(5);
            text(data, key);
            text(data, "live");
        });
    }

    /** Describes the picture as encoders do that mark codecs by four letters. */
    RtmpClient describe(String fourLetters) {
        return message(4, DATA, 1, data -> {
            text(data, "@setDataFrame");
            text(data, "onMetaData");
            data.writeByte(8);
            data.writeInt(1);
            data.writeUTF("videocodecid");
            number(
                    data,
                    ByteBuffer.wrap(fourLetters.getBytes(StandardCharsets.US_ASCII))
                            .getInt());
            data.writeShort(0);
            data.writeByte(9);
        });
    }

    /** A piece of sound or picture. */
    RtmpClient media(Media kind, int millis, byte[] data) {
        try {
            var out = new DataOutputStream(pending);
            out.writeByte(kind == Media.VIDEO ? 6 : 7);
            out.writeByte(millis >> 16);
            out.writeShort(millis);
            out.writeByte(data.length >> 16);
            out.writeShort(data.length);
            out.writeByte(kind == Media.VIDEO ? 9 : 8);
            out.writeInt(Integer.reverseBytes(1));
            for (var at = 0; at < data.length; at += CHUNK) {
                if (at > 0) {
                    out.writeByte(0xC0 | (kind == Media.VIDEO ? 6 : 7));
                }
                out.write(data, at, Math.min(CHUNK, data.length - at));
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #send}, in what would be HEVC. */
    void sendHevc(int millis) throws IOException {
        send("hvc1", millis);
    }

    /** Sends a picture and a sound of a moment, marked the newer way: by a bit of the header's first byte and the four letters of the codec. */
    void send(String fourLetters, int millis) throws IOException {
        var picture = new byte[2000];
        Arrays.fill(picture, (byte) 7);
        picture[0] = (byte) (millis == 0 ? 0x90 : millis % 1000 == 0 ? 0x91 : 0xA1);
        System.arraycopy(fourLetters.getBytes(StandardCharsets.US_ASCII), 0, picture, 1, 4);
        var sound = new byte[100];
        sound[0] = (byte) 0xAF;
        sound[1] = (byte) (millis == 0 ? 0 : 1);
        media(Media.VIDEO, millis, picture).media(Media.AUDIO, millis, sound).flush();
    }

    /** What is sent. */
    enum Media {
        AUDIO,
        VIDEO
    }

    RtmpClient closeStream() {
        return message(4, COMMAND, 1, data -> {
            text(data, "closeStream");
            number(data, 4);
            data.writeByte(5);
        });
    }

    void flush() throws IOException {
        socket.getOutputStream().write(pending.toByteArray());
        pending.reset();
    }

    /** Reads until the relay hangs up, which it has to: a minute is enough for a machine that has much to do. */
    boolean isHungUp() throws IOException {
        return isHungUpWithin(60_000);
    }

    /** Reads until the relay hangs up, at most that long. */
    boolean isHungUpWithin(int millis) throws IOException {
        var deadline = System.nanoTime() + millis * 1_000_000L;
        socket.setSoTimeout(50);
        while (System.nanoTime() < deadline) {
            try {
                if (socket.getInputStream().read(new byte[4096]) < 0) {
                    return true;
                }
            } catch (java.net.SocketTimeoutException quiet) {
                // Not yet.
            } catch (java.net.SocketException reset) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private interface Writer {
        void write(DataOutputStream data) throws IOException;
    }

    private RtmpClient message(int chunkStream, int type, int stream, Writer writer) {
        try {
            var body = new ByteArrayOutputStream();
            writer.write(new DataOutputStream(body));
            var out = new DataOutputStream(pending);
            out.writeByte(chunkStream);
            out.write(new byte[3]);
            out.writeByte(body.size() >> 16);
            out.writeShort(body.size());
            out.writeByte(type);
            out.writeInt(Integer.reverseBytes(stream));
            body.writeTo(out);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void text(DataOutputStream data, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        data.writeByte(2);
        data.writeShort(bytes.length);
        data.write(bytes);
    }

    private static void number(DataOutputStream data, double number) throws IOException {
        data.writeByte(0);
        data.writeDouble(number);
    }
}
