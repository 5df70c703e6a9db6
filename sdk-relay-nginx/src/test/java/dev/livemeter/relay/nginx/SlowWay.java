package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A way to a server that takes at most so many bytes a second, steadily, and holds little: a platform that reads too slowly. */
final class SlowWay implements AutoCloseable {

    private static final int TICKS = 10;

    private final ServerSocket door = new ServerSocket();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int to;
    private final int bytesPerSecond;

    SlowWay(int to, int bytesPerSecond) throws IOException {
        this.to = to;
        this.bytesPerSecond = bytesPerSecond;
        door.setReceiveBufferSize(16 * 1024);
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        threads.execute(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var from = door.accept();
                var there = new Socket(InetAddress.getLoopbackAddress(), to);
                threads.execute(() -> pass(from, there, bytesPerSecond));
                threads.execute(() -> pass(there, from, Integer.MAX_VALUE));
            }
        } catch (IOException closed) {
            // The end.
        }
    }

    private static void pass(Socket from, Socket there, int bytesPerSecond) {
        try (from;
                there) {
            var piece = new byte[Math.min(bytesPerSecond / TICKS, 8 * 1024)];
            for (var read = from.getInputStream().read(piece);
                    read >= 0;
                    read = from.getInputStream().read(piece)) {
                there.getOutputStream().write(piece, 0, read);
                if (bytesPerSecond != Integer.MAX_VALUE) {
                    Thread.sleep(read * 1000L / bytesPerSecond);
                }
            }
        } catch (IOException closed) {
            // The end of this connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
