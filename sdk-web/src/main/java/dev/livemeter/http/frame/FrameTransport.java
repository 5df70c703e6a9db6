package dev.livemeter.http.frame;

import dev.livemeter.LivemeterException;
import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.spi.SignalingTransport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The WebSockets of one mount, on whatever server: which there are, and what waits for those that read slowly. Thread-safe. */
public abstract class FrameTransport implements SignalingTransport {

    /** So much is read or written at a time. */
    protected static final int BUFFER = 32 * 1024;

    private final SignalingLimits limits;
    private final Spares<byte[]> inputs = new Spares<>(() -> new byte[BUFFER]);
    private final Set<FrameSocket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong backlog = new AtomicLong();
    private volatile @Nullable Endpoint endpoint;
    private volatile boolean closed;

    /** Without sockets at first. */
    protected FrameTransport(SignalingLimits limits) {
        this.limits = limits;
    }

    @Override
    public final void open(Endpoint endpoint) {
        if (this.endpoint != null) {
            throw new LivemeterException(
                    "signaling.open", "This transport is open already; make another for a second endpoint.");
        }
        this.endpoint = endpoint;
    }

    /** Who is asked about connections; null where nobody may come. */
    public final @Nullable Endpoint endpoint() {
        return closed ? null : endpoint;
    }

    /** Adds a socket; one that comes while all are closed is closed too. */
    public final void remember(FrameSocket socket) {
        sockets.add(socket);
        if (closed) {
            goodbye(socket);
        }
    }

    /** It is over. */
    final void forget(FrameSocket socket) {
        sockets.remove(socket);
    }

    @Override
    public final void close() {
        closed = true;
        List.copyOf(sockets).forEach(FrameTransport::goodbye);
    }

    private static void goodbye(FrameSocket socket) {
        socket.disconnect(Ending.RESTARTING, "This server goes away; connect again.", Duration.ofSeconds(1));
    }

    /** Whether what waits for all slow readers together may grow by that much. */
    public final boolean hasBacklogRoom(int bytes) {
        return backlog.get() + bytes <= limits.queueBytesOfAll();
    }

    /** So much more waits; less, where it is negative. */
    public final void addBacklog(int bytes) {
        backlog.addAndGet(bytes);
    }

    /** How much may wait, and how large a message may be. */
    public final SignalingLimits limits() {
        return limits;
    }

    /** Buffers to read into. */
    public final Spares<byte[]> inputs() {
        return inputs;
    }
}
