package dev.livemeter.platforms.rtmp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ServerSocketFactory;

/** A server that does to each guest what the test says. */
final class HostileServer implements AutoCloseable {

    /** What happens to one guest; the connection is closed after it. */
    interface Treatment {
        void of(Socket guest) throws Exception;
    }

    private final ServerSocket door;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> guests = new CopyOnWriteArrayList<>();

    HostileServer(Treatment treatment) throws IOException {
        this(ServerSocketFactory.getDefault(), treatment);
    }

    HostileServer(ServerSocketFactory doors, Treatment treatment) throws IOException {
        door = doors.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(() -> {
            while (!door.isClosed()) {
                try {
                    var guest = door.accept();
                    guests.add(guest);
                    threads.execute(() -> treat(guest, treatment));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private static void treat(Socket guest, Treatment treatment) {
        try (guest) {
            treatment.of(guest);
        } catch (Exception gone) {
            // The guest has left, or the test is over.
        }
    }

    int port() {
        return door.getLocalPort();
    }

    /** How many came. */
    int guests() {
        return guests.size();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (var guest : guests) {
            guest.close();
        }
        threads.shutdownNow();
    }
}
