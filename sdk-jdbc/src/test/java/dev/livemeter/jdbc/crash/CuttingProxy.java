package dev.livemeter.jdbc.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between a client and a server on loopback and cuts a connection when it is told to: before what is said next arrives, in the
 * middle of it, or after the server has answered it and before the client hears that. Thread-safe; for one busy connection at a time.
 */
final class CuttingProxy implements AutoCloseable {

    /** What is lost. */
    enum Cut {
        NOTHING,
        REQUEST,
        HALF_A_REQUEST,
        ANSWER
    }

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NOTHING);

    CuttingProxy(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread("proxy", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** What is said next, and its answer, fare like this. */
    void cutNext(Cut cut) {
        next.set(cut);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                sockets.add(client);
                var upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(upstream);
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                thread("proxy-request", () -> pump(client, upstream, true));
                thread("proxy-answer", () -> pump(upstream, client, false));
            } catch (IOException e) {
                // closed, or the server is away; the client will notice
            }
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        var buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (var length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (requests && next.compareAndSet(Cut.REQUEST, Cut.NOTHING)) {
                    return;
                }
                if (requests && next.compareAndSet(Cut.HALF_A_REQUEST, Cut.NOTHING)) {
                    out.write(buffer, 0, length / 2);
                    out.flush();
                    return;
                }
                if (!requests && next.compareAndSet(Cut.ANSWER, Cut.NOTHING)) {
                    return;
                }
                out.write(buffer, 0, length);
                out.flush();
            }
        } catch (IOException e) {
            // the other direction was cut
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void thread(String name, Runnable run) {
        var thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
