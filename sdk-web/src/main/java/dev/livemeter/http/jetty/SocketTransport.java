package dev.livemeter.http.jetty;

import dev.livemeter.LivemeterException;
import dev.livemeter.http.frame.Spares;
import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.spi.SignalingTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** The WebSockets of one mount. Thread-safe. */
final class SocketTransport implements SignalingTransport {

    private static final int BUFFER = 32 * 1024;

    private final SignalingLimits limits;
    private final Spares<byte[]> inputs = new Spares<>(() -> new byte[BUFFER]);
    private final Spares<ByteBuffer> outputs = new Spares<>(() -> ByteBuffer.allocateDirect(BUFFER));
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong backlog = new AtomicLong();
    private volatile @Nullable Endpoint endpoint;
    private @Nullable Executor executor;
    private @Nullable Scheduler scheduler;
    private volatile boolean closed;

    SocketTransport(SignalingLimits limits) {
        this.limits = limits;
    }

    /** The threads of the server that it is mounted in. */
    void useThreads(Executor executor, Scheduler scheduler) {
        this.executor = executor;
        this.scheduler = scheduler;
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

    void remember(Socket socket) {
        sockets.add(socket);
        if (closed) {
            goodbye(socket);
        }
    }

    void forget(Socket socket) {
        sockets.remove(socket);
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(sockets).forEach(SocketTransport::goodbye);
    }

    private static void goodbye(Socket socket) {
        socket.disconnect(Ending.RESTARTING, "This server goes away; connect again.", Duration.ofSeconds(1));
    }

    /** Whether what waits for all slow readers together may grow by that much. */
    boolean hasBacklogRoom(int bytes) {
        return backlog.get() + bytes <= limits.queueBytesOfAll();
    }

    void addBacklog(int bytes) {
        backlog.addAndGet(bytes);
    }

    int mostMessageBytes() {
        return limits.messageBytes();
    }

    int mostQueueBytes() {
        return limits.queueBytes();
    }

    int mostQueueMessages() {
        return limits.queueMessages();
    }

    Spares<byte[]> inputs() {
        return inputs;
    }

    Spares<ByteBuffer> outputs() {
        return outputs;
    }

    Executor executor() {
        return java.util.Objects.requireNonNull(executor, "executor");
    }

    Scheduler scheduler() {
        return java.util.Objects.requireNonNull(scheduler, "scheduler");
    }
}
