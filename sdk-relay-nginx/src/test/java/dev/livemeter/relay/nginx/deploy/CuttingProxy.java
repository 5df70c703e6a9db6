package dev.livemeter.relay.nginx.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A line to a host that breaks: after so many bytes from the client, or when it is told to. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong left;
    private final int to;

    /** Lets that many bytes of the client through. */
    CuttingProxy(int to, long bytes) throws IOException {
        this.to = to;
        this.left = new AtomicLong(bytes);
        start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                var client = door.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), to);
                sockets.add(client);
                sockets.add(server);
                var in = client.getInputStream();
                var out = server.getOutputStream();
                start(() -> pump(in, out, true));
                var back = server.getInputStream();
                var answer = client.getOutputStream();
                start(() -> pump(back, answer, false));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void pump(InputStream from, OutputStream into, boolean counted) {
        var buffer = new byte[4096];
        try {
            for (var count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                if (counted && left.addAndGet(-count) < 0) {
                    break;
                }
                into.write(buffer, 0, count);
                into.flush();
            }
        } catch (IOException ended) {
            // the other side is told below
        }
        cut();
    }

    /** Ends all connections. */
    void cut() {
        for (var socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
