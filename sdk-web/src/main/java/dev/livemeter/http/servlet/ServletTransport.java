package dev.livemeter.http.servlet;

import dev.livemeter.LivemeterException;
import dev.livemeter.http.frame.Spares;
import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.spi.SignalingTransport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The WebSockets of one servlet. Has a thread of its own for what may not happen on the threads that send. Thread-safe. */
final class ServletTransport implements SignalingTransport {

    private static final Logger log = LoggerFactory.getLogger(ServletTransport.class);
    private static final int BUFFER = 32 * 1024;

    private final SignalingLimits limits;
    private final Spares<byte[]> inputs = new Spares<>(() -> new byte[BUFFER]);
    private final Set<ServletSocket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong backlog = new AtomicLong();
    private final ScheduledExecutorService helper = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "livemeter-signaling-servlet");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Endpoint endpoint;
    private volatile boolean closed;

    ServletTransport(SignalingLimits limits) {
        this.limits = limits;
    }

    @Override
    public void open(Endpoint endpoint) {
        if (this.endpoint != null) {
            throw new LivemeterException(
                    "signaling.open", "This transport is open already; make another for a second endpoint.");
        }
        this.endpoint = endpoint;
    }

    /** Who is asked about connections; null where nobody may come. */
    @Nullable
    Endpoint endpoint() {
        return closed ? null : endpoint;
    }

    void remember(ServletSocket socket) {
        sockets.add(socket);
        if (closed) {
            goodbye(socket);
        }
    }

    void forget(ServletSocket socket) {
        sockets.remove(socket);
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(sockets).forEach(ServletTransport::goodbye);
    }

    /** Stops the thread, after {@link #close}; what was planned within that time is still done. */
    void stop() {
        helper.shutdown();
    }

    private static void goodbye(ServletSocket socket) {
        socket.disconnect(Ending.RESTARTING, "This server goes away; connect again.", Duration.ofSeconds(1));
    }

    /** Does something soon on the thread of its own; nothing once it is stopped, as the container closes all then. */
    void later(Duration after, Runnable task) {
        try {
            var unused = helper.schedule(task, after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            log.debug("The servlet is destroyed; the container closes what is still connected.");
        }
    }

    /** Whether what waits for all slow readers together may grow by that much. */
    boolean hasBacklogRoom(int bytes) {
        return backlog.get() + bytes <= limits.queueBytesOfAll();
    }

    void addBacklog(int bytes) {
        backlog.addAndGet(bytes);
    }

    SignalingLimits limits() {
        return limits;
    }

    Spares<byte[]> inputs() {
        return inputs;
    }
}
