package dev.livemeter.relay.nginx;

import java.io.ByteArrayOutputStream;
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
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a server that notes how each connection begins: as which application and under which key somebody publishes, however long they are. */
final class NotingWay implements AutoCloseable {

    private static final int NOTED = 16 * 1024;

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ByteArrayOutputStream> begun = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final int to;

    NotingWay(int to) throws IOException {
        this.to = to;
        threads.execute(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Connections that are there now. */
    int open() {
        return open.get();
    }

    /** Ends the connections that are there now. */
    void hangUp() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** How many connections published under exactly that key: as a text of a command, with its length before it. */
    long published(String key) {
        var wanted = "publish" + "\0" + "........" + "\5\2" + (char) (key.length() >> 8) + (char) (key.length() & 0xFF)
                + key + "\2\0\4live";
        return begun.stream()
                .filter(bytes -> contains(bytes.toString(StandardCharsets.ISO_8859_1), wanted))
                .count();
    }

    /** How many connections asked for that application at that address. */
    long connected(String application, String tcUrl) {
        return begun.stream()
                .map(bytes -> bytes.toString(StandardCharsets.ISO_8859_1))
                .filter(text -> text.contains("\0\3app\2\0" + (char) application.length() + application)
                        && text.contains("\0\5tcUrl\2\0" + (char) tcUrl.length() + tcUrl))
                .count();
    }

    /** The number of a command, eight bytes, may be any. */
    private static boolean contains(String text, String wanted) {
        var open = wanted.indexOf("........");
        var head = wanted.substring(0, open);
        var tail = wanted.substring(open + 8);
        for (var at = text.indexOf(head); at >= 0; at = text.indexOf(head, at + 1)) {
            if (text.startsWith(tail, at + head.length() + 8)) {
                return true;
            }
        }
        return false;
    }

    private void accept() {
        try {
            while (true) {
                var from = door.accept();
                var there = new Socket(InetAddress.getLoopbackAddress(), to);
                var noted = new ByteArrayOutputStream();
                begun.add(noted);
                sockets.add(from);
                open.incrementAndGet();
                threads.execute(() -> {
                    pass(from, there, noted);
                    open.decrementAndGet();
                });
                threads.execute(() -> pass(there, from, null));
            }
        } catch (IOException closed) {
            // The end.
        }
    }

    private static void pass(Socket from, Socket there, ByteArrayOutputStream noted) {
        try (from;
                there) {
            var piece = new byte[8 * 1024];
            for (var read = from.getInputStream().read(piece);
                    read >= 0;
                    read = from.getInputStream().read(piece)) {
                if (noted != null && noted.size() < NOTED) {
                    noted.write(piece, 0, read);
                }
                there.getOutputStream().write(piece, 0, read);
            }
        } catch (IOException closed) {
            // The end of this connection.
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
