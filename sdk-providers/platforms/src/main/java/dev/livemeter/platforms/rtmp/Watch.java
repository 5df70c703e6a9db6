package dev.livemeter.platforms.rtmp;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Closes the sockets of a test when its time is over, whatever they are waiting for: a server can make a single read or write last. Closes them at the end of the test
 * in any case.
 */
final class Watch implements AutoCloseable {

    private final CompletableFuture<Void> time = new CompletableFuture<>();
    private final CompletableFuture<Void> closing;
    private volatile Socket socket = new Socket();
    private volatile boolean over;

    Watch(Duration whole) {
        closing = time.orTimeout(whole.toMillis(), TimeUnit.MILLISECONDS).whenComplete((ended, late) -> {
            if (late != null) {
                over = true;
                shut(socket);
            }
        });
    }

    /** From now on over that one, too late or not; the one before is done with. */
    Socket over(Socket next) throws IOException {
        shut(socket);
        socket = next;
        if (over) {
            next.close();
        }
        return next;
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        if (!time.complete(null)) {
            closing.exceptionally(late -> null).join();
        }
        shut(socket);
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more either way.
        }
    }
}
