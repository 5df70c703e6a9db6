package dev.livemeter.http.signaling;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A WebSocket by hand, without a thread and without manners. */
final class RawPeer implements AutoCloseable {

    private final Socket socket;
    private final DataInputStream in;

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects and reads as far as OPEN. */
    static RawPeer open(int port, String id) throws IOException {
        var peer = begin(port, id);
        peer.awaitOpen();
        return peer;
    }

    /** Connects and asks for the upgrade, and reads nothing yet. */
    static RawPeer begin(int port, String id) throws IOException {
        var peer = new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
        peer.socket.setSoTimeout(60_000);
        peer.send(("GET /peerjs?key=peerjs&id=" + id
                        + "&token=t HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return peer;
    }

    /** Reads as far as OPEN. */
    void awaitOpen() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
            throw new IOException("The handshake was answered with " + head);
        }
        var first = text();
        if (!first.equals("{\"type\":\"OPEN\"}")) {
            throw new IOException("Instead of OPEN came " + first);
        }
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** A masked text frame of less than 64 KiB. */
    void say(String text) throws IOException {
        var payload = text.getBytes(StandardCharsets.UTF_8);
        var frame = new ByteArrayOutputStream();
        frame.write(0x81);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        send(frame.toByteArray());
    }

    /** The next frame's text; of a close frame {@code closed} and its code. */
    String text() throws IOException {
        var first = in.readUnsignedByte();
        var length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        var payload = in.readNBytes(length);
        if ((first & 0x0f) == 8) {
            return "closed " + (payload.length < 2 ? 1005 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff));
        }
        return (first & 0x0f) == 10
                ? "pong " + new String(payload, StandardCharsets.UTF_8)
                : new String(payload, StandardCharsets.UTF_8);
    }

    /** Whether the far end hangs up. */
    boolean isHungUp() throws IOException {
        try {
            return in.read() < 0;
        } catch (EOFException | java.net.SocketException end) {
            return true;
        }
    }

    /** The port that it is connected by. */
    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
