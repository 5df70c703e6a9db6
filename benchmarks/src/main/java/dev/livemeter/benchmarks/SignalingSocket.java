package dev.livemeter.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A client's WebSocket that costs the generator as little as can be: it counts frames and does not read them. Not thread-safe. */
final class SignalingSocket {

    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    final SocketChannel channel;
    final SelectionKey key;
    boolean open;
    boolean closed;

    /** When each message that is still under way was sent; they arrive in that order. */
    final ArrayDeque<Long> sentNanos = new ArrayDeque<>();

    @Nullable
    SignalingSocket partner;

    @Nullable
    ByteBuffer message;

    private @Nullable ByteBuffer unsent;
    private int matched;
    private final byte[] header = new byte[10];
    private int headerLength;
    private long payloadLeft = -1;

    /** Every server is told origin and token; PeerServer looks at neither. */
    SignalingSocket(Selector selector, int port, String id, String token) throws IOException {
        channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        write(ByteBuffer.wrap(("GET /peerjs?key=peerjs&id=" + id + "&token=" + token
                        + "&version=1.5.5 HTTP/1.1\r\n"
                        + "Host: 127.0.0.1\r\nOrigin: " + GuardedSignaling.ORIGIN
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
    }

    /** A text frame as a client sends it; its mask is zero, so that it can be made beforehand and costs nothing. */
    static ByteBuffer frame(String text) {
        var payload = text.getBytes(StandardCharsets.UTF_8);
        var frame = ByteBuffer.allocateDirect(payload.length + 14).put((byte) 0x81);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) 0xfe).putShort((short) payload.length);
        } else {
            frame.put((byte) 0xff).putLong(payload.length);
        }
        return frame.putInt(0).put(payload).flip();
    }

    /** Sends as much as goes; the rest once the socket takes it. */
    void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            unsent = bytes;
            key.interestOps(key.interestOps() | SelectionKey.OP_WRITE);
        }
    }

    boolean isSending() {
        return unsent != null;
    }

    void writeMore() throws IOException {
        var rest = unsent;
        if (rest != null) {
            channel.write(rest);
            if (rest.hasRemaining()) {
                return;
            }
        }
        unsent = null;
        key.interestOps(key.interestOps() & ~SelectionKey.OP_WRITE);
    }

    /** Sends the message that was prepared, and notes when. */
    void send() throws IOException {
        var prepared = message;
        if (prepared != null) {
            sentNanos.add(System.nanoTime());
            write(prepared.duplicate());
        }
    }

    void stopReading() {
        key.interestOps(key.interestOps() & ~SelectionKey.OP_READ);
    }

    /** Reads what is there; tells how many frames came whole. */
    int read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (channel.read(buffer) < 0) {
            close();
            return 0;
        }
        buffer.flip();
        while (!open && buffer.hasRemaining()) {
            matched = buffer.get() == END[matched] ? matched + 1 : 0;
            open = matched == END.length;
        }
        var frames = 0;
        while (buffer.hasRemaining()) {
            if (payloadLeft < 0) {
                header[headerLength++] = buffer.get();
                var shortLength = headerLength < 2 ? 0 : header[1] & 0x7f;
                var wanted = shortLength == 127 ? 10 : shortLength == 126 ? 4 : 2;
                if (headerLength < 2 || headerLength < wanted) {
                    continue;
                }
                payloadLeft = shortLength < 126
                        ? shortLength
                        : shortLength == 126
                                ? ByteBuffer.wrap(header).getShort(2) & 0xffff
                                : ByteBuffer.wrap(header).getLong(2);
            }
            var part = (int) Math.min(payloadLeft, buffer.remaining());
            buffer.position(buffer.position() + part);
            payloadLeft -= part;
            if (payloadLeft == 0) {
                frames += (header[0] & 0x0f) == 8 ? 0 : 1;
                if ((header[0] & 0x0f) == 8) {
                    close();
                    return frames;
                }
                payloadLeft = -1;
                headerLength = 0;
            }
        }
        return frames;
    }

    void close() throws IOException {
        closed = true;
        key.cancel();
        channel.close();
    }
}
