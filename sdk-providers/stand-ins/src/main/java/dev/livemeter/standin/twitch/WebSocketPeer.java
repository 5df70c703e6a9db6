package dev.livemeter.standin.twitch;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The server's end of one WebSocket (RFC 6455): as much of it as a strict server needs that speaks and does not listen. Sends are thread-safe. */
public final class WebSocketPeer implements AutoCloseable {

    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MOST_HEADERS = 8_192;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final URI asked;

    /**
     * Takes a connection, and shakes hands.
     *
     * @throws IOException where the client does not speak WebSocket as it should
     */
    WebSocketPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
        var head = head().split("\r\n", -1);
        var request = head[0].split(" ", -1);
        var headers = new HashMap<String, String>();
        for (var i = 1; i < head.length; i++) {
            var colon = head[i].indexOf(':');
            headers.put(
                    head[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    head[i].substring(colon + 1).strip());
        }
        require("GET".equals(request[0]) && "HTTP/1.1".equals(request[2]), "a GET of HTTP/1.1");
        require("websocket".equalsIgnoreCase(headers.get("upgrade")), "Upgrade: websocket");
        require("13".equals(headers.get("sec-websocket-version")), "version 13");
        this.asked = URI.create(request[1]);
        var key = headers.getOrDefault("sec-websocket-key", "");
        require(Base64.getDecoder().decode(key).length == 16, "a key of 16 bytes");
        write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept(key) + "\r\n\r\n");
    }

    private static void require(boolean kept, String what) throws IOException {
        if (!kept) {
            throw new IOException("The client did not send " + what + ".");
        }
    }

    private String head() throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            require(bytes.size() < MOST_HEADERS, "an end of its headers");
            bytes.write(in.readUnsignedByte());
        }
        return bytes.toString(StandardCharsets.US_ASCII).stripTrailing();
    }

    private static String accept(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private synchronized void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** What was asked for, such as {@code /ws?id=1}. */
    URI asked() {
        return asked;
    }

    /** Says something. */
    public void text(String text) throws IOException {
        frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same in pieces of so many bytes, which may cut characters. */
    public void inPieces(String text, int size) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (var from = 0; from < bytes.length; from += size) {
            var piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
            var isLast = from + size >= bytes.length;
            frame((isLast ? 0x80 : 0) | (from == 0 ? TEXT : 0), piece);
        }
    }

    /** Sends what is no text. */
    public void binary(byte[] bytes) throws IOException {
        frame(0x80 | BINARY, bytes);
    }

    /** Asks whether the client is there. */
    public void ping() throws IOException {
        frame(0x80 | PING, new byte[] {1, 2, 3});
    }

    /** Says that the connection ends, and why. */
    public void closeWith(int code) throws IOException {
        frame(0x80 | CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
    }

    private synchronized void frame(int first, byte[] payload) throws IOException {
        var head = ByteBuffer.allocate(10);
        head.put((byte) first);
        if (payload.length < 126) {
            head.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            head.put((byte) 126).putShort((short) payload.length);
        } else {
            head.put((byte) 127).putLong(payload.length);
        }
        out.write(head.array(), 0, head.position());
        out.write(payload);
        out.flush();
    }

    /** What a client does that should say nothing. */
    interface Conduct {

        /** It said something all the same. */
        void said(String text) throws IOException;

        /** It answered a ping. */
        void answeredPing();
    }

    /** Reads until the connection ends. */
    void listen(Conduct conduct) throws IOException {
        try {
            while (true) {
                var opcode = in.readUnsignedByte() & 0x0F;
                var second = in.readUnsignedByte();
                require((second & 0x80) != 0, "a mask, as clients must");
                var length = switch (second & 0x7F) {
                    case 126 -> in.readUnsignedShort();
                    case 127 -> Math.toIntExact(in.readLong());
                    default -> second & 0x7F;
                };
                var mask = in.readNBytes(4);
                var payload = in.readNBytes(length);
                for (var i = 0; i < payload.length; i++) {
                    payload[i] = (byte) (payload[i] ^ mask[i % 4]);
                }
                switch (opcode) {
                    case CLOSE -> {
                        close();
                        return;
                    }
                    case PONG -> conduct.answeredPing();
                    case PING -> frame(0x80 | PONG, payload);
                    default -> conduct.said(new String(payload, StandardCharsets.UTF_8));
                }
            }
        } catch (EOFException gone) {
            close();
        }
    }

    /** Breaks the connection. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** For maps. */
    Map<String, String> query() {
        var query = new HashMap<String, String>();
        var raw = asked.getRawQuery();
        if (raw != null) {
            for (var pair : raw.split("&", -1)) {
                var parts = pair.split("=", 2);
                query.put(parts[0], parts.length == 2 ? parts[1] : "");
            }
        }
        return query;
    }
}
