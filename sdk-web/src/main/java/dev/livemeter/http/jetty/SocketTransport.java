package dev.livemeter.http.jetty;

import dev.livemeter.http.frame.FrameTransport;
import dev.livemeter.http.frame.Spares;
import dev.livemeter.signaling.SignalingLimits;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** The WebSockets of one mount. Thread-safe. */
final class SocketTransport extends FrameTransport {

    private final Spares<ByteBuffer> outputs = new Spares<>(() -> ByteBuffer.allocateDirect(BUFFER));
    private @Nullable Executor executor;
    private @Nullable Scheduler scheduler;

    SocketTransport(SignalingLimits limits) {
        super(limits);
    }

    /** The threads of the server that it is mounted in. */
    void useThreads(Executor executor, Scheduler scheduler) {
        this.executor = executor;
        this.scheduler = scheduler;
    }

    /** Buffers to write from. */
    Spares<ByteBuffer> outputs() {
        return outputs;
    }

    Executor executor() {
        return Objects.requireNonNull(executor, "executor");
    }

    Scheduler scheduler() {
        return Objects.requireNonNull(scheduler, "scheduler");
    }
}
