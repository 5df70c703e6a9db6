package dev.livemeter.relay.nginx.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A line to a host that breaks: after so many bytes from the client, or when it is told to. */
public final class CuttingProxy implements AutoCloseable {

    private static final long HELD_MILLIS = 10;

    private final ServerSocket door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong left;
    private final int to;
    private volatile boolean refusing;
    private volatile boolean holding;

    /** Lets that many bytes of the client through. */
    public CuttingProxy(int to, long bytes) throws IOException {
        this.to = to;
        this.left = new AtomicLong(bytes);
        start(this::accept);
    }

    public int port() {
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
                if (refusing) {
                    client.close();
                    continue;
                }
                var server = new Socket(InetAddress.getLoopbackAddress(), to);
                sockets.add(client);
                sockets.add(server);
                start(() -> pump(client, server, true));
                start(() -> pump(server, client, false));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void pump(Socket from, Socket into, boolean counted) {
        var buffer = new byte[4096];
        try (from;
                into) {
            var in = from.getInputStream();
            var out = into.getOutputStream();
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                while (holding && !from.isClosed()) {
                    Thread.sleep(HELD_MILLIS);
                }
                if (counted && left.addAndGet(-count) < 0) {
                    cut();
                    return;
                }
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException ended) {
            // Both ends are closed by now.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends all connections, and takes none until {@link #admit}. */
    public void refuse() {
        refusing = true;
        cut();
    }

    /** Takes connections, and passes nothing on until {@link #admit}, as where a cable is out: nobody is told. */
    public void hold() {
        holding = true;
    }

    /** Takes connections again, and passes on what is sent. */
    public void admit() {
        refusing = false;
        holding = false;
    }

    /** Ends all connections. */
    public void cut() {
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
