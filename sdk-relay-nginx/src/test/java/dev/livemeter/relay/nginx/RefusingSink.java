package dev.livemeter.relay.nginx;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A platform that answers a wish to publish with {@code NetStream.Publish.BadName}, and then holds the connection and reads on. Speaks as much RTMP as that takes. */
final class RefusingSink implements AutoCloseable {

    private static final int HANDSHAKE = 1536;
    private static final int COMMAND = 20;

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> guests = new CopyOnWriteArrayList<>();

    /** Bytes that came after the refusal. */
    final AtomicLong fed = new AtomicLong();

    RefusingSink() throws IOException {
        threads.execute(() -> {
            try {
                while (true) {
                    var guest = door.accept();
                    guests.add(guest);
                    threads.execute(() -> serve(guest));
                }
            } catch (IOException closed) {
                // The end.
            }
        });
    }

    int port() {
        return door.getLocalPort();
    }

    private void serve(Socket guest) {
        try (guest) {
            var in = new DataInputStream(guest.getInputStream());
            var out = guest.getOutputStream();
            in.skipNBytes(1);
            var hello = in.readNBytes(HANDSHAKE);
            var mine = new byte[1 + HANDSHAKE];
            mine[0] = 3;
            out.write(mine);
            out.write(hello);
            out.flush();
            in.skipNBytes(HANDSHAKE);
            // Commands are short, and nginx waits for each answer, so what arrives need not be taken apart.
            await(in, "connect");
            out.write(message(data -> {
                text(data, "_result");
                number(data, 1);
                data.writeByte(5);
                data.writeByte(5);
            }));
            await(in, "createStream");
            out.write(message(data -> {
                text(data, "_result");
                number(data, 2);
                data.writeByte(5);
                number(data, 1);
            }));
            await(in, "publish");
            out.write(message(data -> {
                text(data, "onStatus");
                number(data, 0);
                data.writeByte(5);
                data.writeByte(3);
                data.writeUTF("level");
                text(data, "error");
                data.writeUTF("code");
                text(data, "NetStream.Publish.BadName");
                data.writeUTF("description");
                text(data, "Already publishing");
                data.writeByte(0);
                data.writeByte(0);
                data.writeByte(9);
            }));
            var rest = new byte[4096];
            for (var read = in.read(rest); read >= 0; read = in.read(rest)) {
                fed.addAndGet(read);
            }
        } catch (IOException closed) {
            // The end of this connection.
        }
    }

    private static void await(DataInputStream in, String word) throws IOException {
        var wanted = word.getBytes(StandardCharsets.US_ASCII);
        for (var found = 0; found < wanted.length; ) {
            var next = in.readByte();
            found = next == wanted[found] ? found + 1 : next == wanted[0] ? 1 : 0;
        }
    }

    private interface Writer {
        void write(DataOutputStream data) throws IOException;
    }

    private static byte[] message(Writer writer) throws IOException {
        var body = new ByteArrayOutputStream();
        writer.write(new DataOutputStream(body));
        var whole = new ByteArrayOutputStream();
        var out = new DataOutputStream(whole);
        out.writeByte(3);
        out.write(new byte[3]);
        out.writeByte(0);
        out.writeShort(body.size());
        out.writeByte(COMMAND);
        out.writeInt(0);
        // Longer than the 128 bytes of a chunk that nobody changed it must go on with a mark.
        var bytes = body.toByteArray();
        for (var at = 0; at < bytes.length; at += 128) {
            if (at > 0) {
                out.writeByte(0xC3);
            }
            out.write(bytes, at, Math.min(128, bytes.length - at));
        }
        return whole.toByteArray();
    }

    private static void text(DataOutputStream data, String text) throws IOException {
        data.writeByte(2);
        data.writeUTF(text);
    }

    private static void number(DataOutputStream data, double number) throws IOException {
        data.writeByte(0);
        data.writeDouble(number);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            door.close();
            for (var guest : guests) {
                guest.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
