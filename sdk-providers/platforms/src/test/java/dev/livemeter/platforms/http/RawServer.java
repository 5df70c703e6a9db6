package dev.livemeter.platforms.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that speaks HTTP as badly as it is told, the same on each connection. */
final class RawServer implements AutoCloseable {

    private final ServerSocket listener;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    RawServer(Manners manners) {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(() -> {
            while (true) {
                try {
                    var socket = listener.accept();
                    open.add(socket);
                    connections.incrementAndGet();
                    start(() -> serve(socket, manners));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    Endpoint endpoint() {
        return Endpoint.of("http://127.0.0.1:" + listener.getLocalPort());
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : open) {
            socket.close();
        }
    }

    private static void serve(Socket socket, Manners manners) {
        try (socket) {
            var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var line = reader.readLine();
            while (line != null && !line.isEmpty()) {
                line = reader.readLine();
            }
            manners.answer(socket.getOutputStream());
        } catch (IOException | InterruptedException gone) {
            // the client had enough, or the test is over
        }
    }

    private static void start(Runnable run) {
        var thread = new Thread(run, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** What is written after a request; the connection is closed when it returns. */
    @FunctionalInterface
    interface Manners {

        void answer(OutputStream out) throws IOException, InterruptedException;
    }
}
