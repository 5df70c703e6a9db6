package dev.livemeter.relay.nginx;

import dev.livemeter.rtmp.Deadline;
import dev.livemeter.rtmp.RtmpSession;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An RTMP connection to where encoders publish, by which we ring at streams: we ask to publish under the name of a stream that is being published already. nginx asks us first, and takes our answer as an
 * order to pass the stream on; then it finds the name taken (decision record 0036). It stays in the worker that took it, over reloads. Thread-safe; one ring at a time.
 */
final class PushLine {

    private static final Duration GREETING = Duration.ofSeconds(5);

    /** nginx waits for our answer no longer than three seconds. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private static final Duration PEEK = Duration.ofMillis(1);

    /** Each ring leaves some hundred bytes in nginx until the connection ends. */
    private static final int MOST_RINGS = 5_000;

    /** What is under a name. */
    enum Found {
        /** A stream that is being published in the worker at the other end. */
        TAKEN,
        /** None: for a moment we had the name ourselves. */
        NOBODY
    }

    private final Socket socket;
    private final RtmpSession rtmp;
    private final long openedNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean open = true;
    private final AtomicInteger rings = new AtomicInteger();

    private PushLine(Socket socket, RtmpSession rtmp, long openedNanos) {
        this.socket = socket;
        this.rtmp = rtmp;
        this.openedNanos = openedNanos;
    }

    /** A new one; blocks for some seconds at most. */
    static PushLine open(StreamLooker.Way way, String application, long nowNanos) throws IOException {
        var begun = new AtomicReference<Socket>();
        try {
            var socket = way.open(begun::set);
            socket.setTcpNoDelay(true);
            var rtmp = new RtmpSession(socket, Deadline.in(GREETING));
            rtmp.shakeHands();
            if (rtmp.connect(URI.create("rtmp://relay/" + application)).isRefusal()) {
                throw new IOException("the application was refused");
            }
            return new PushLine(socket, rtmp, nowNanos);
        } catch (IOException | RuntimeException e) {
            Optional.ofNullable(begun.get()).ifPresent(PushLine::closeQuietly);
            throw e;
        }
    }

    /**
     * Rings at a stream.
     *
     * @param name with its ticket
     * @throws IOException if the line is broken, or nginx was told to refuse; it is closed then
     */
    Found ring(String name) throws IOException {
        lock.lock();
        try {
            rtmp.until(Deadline.in(ANSWER));
            rings.incrementAndGet();
            return switch (rtmp.touch(name).code()) {
                case "NetStream.Publish.BadName" -> Found.TAKEN;
                case "NetStream.Publish.Start" -> Found.NOBODY;
                default -> throw new IOException("nginx said neither yes nor no");
            };
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Answers what nginx asks to see whether we are still there. Where the line is in use that is done anyway. */
    void tend() {
        if (!lock.tryLock()) {
            return;
        }
        try {
            rtmp.until(Deadline.in(ANSWER));
            while (open && rtmp.speaksWithin(PEEK)) {
                rtmp.heard();
            }
        } catch (IOException | RuntimeException gone) {
            close();
        } finally {
            lock.unlock();
        }
    }

    long openedNanos() {
        return openedNanos;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether another one should take its place. */
    boolean isWorn() {
        return rings.get() >= MOST_RINGS;
    }

    /** Idempotent. */
    void close() {
        open = false;
        closeQuietly(socket);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nobody uses it any more.
        }
    }
}
