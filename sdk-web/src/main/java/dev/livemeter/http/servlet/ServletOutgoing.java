package dev.livemeter.http.servlet;

import dev.livemeter.http.frame.FrameParser;
import dev.livemeter.http.frame.FrameQueue;
import dev.livemeter.http.frame.FrameSocket;
import dev.livemeter.http.frame.FrameWriter;
import dev.livemeter.spi.SignalingTransport.SendResult;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes out on one socket. A frame goes to the container as long as that one takes it without waiting; behind one that does not, the others queue up to a limit. Thread-safe.
 */
final class ServletOutgoing implements FrameSocket.Out {

    private static final Logger log = LoggerFactory.getLogger(ServletOutgoing.class);

    /** More than any container buffers, so that a nudge comes to an end. */
    private static final int MOST_NUDGE = 1024 * 1024;

    private final ServletSocket socket;
    private final FrameQueue queue;
    private @Nullable WebConnection connection;
    private @Nullable ServletOutputStream out;
    private boolean open;
    private boolean unflushed;
    private boolean closing;
    private boolean closedFromHere;
    private boolean closeAnswered;
    private boolean hangsUp;
    private boolean hungUp;

    ServletOutgoing(ServletSocket socket, ServletTransport transport) {
        this.socket = socket;
        this.queue = new FrameQueue(transport);
    }

    /** The upgrade is through; what was said meanwhile goes out at the container's first call of {@link #writable}. */
    synchronized void use(WebConnection upgraded, ServletOutputStream stream) {
        connection = upgraded;
        out = stream;
    }

    /** The container takes more. On its own thread. */
    synchronized void writable() {
        open = true;
        if (hangsUp) {
            closeConnection();
        } else {
            pump();
            if (closeAnswered && queue.isEmpty() && !unflushed) {
                closeConnection();
            }
        }
    }

    @Override
    public synchronized SendResult send(byte[] frame) {
        if (closing) {
            return SendResult.NOT_CONNECTED;
        }
        if (!queue.hasRoom(frame.length)) {
            pump();
        }
        if (!queue.hasRoom(frame.length)) {
            overflow();
            return SendResult.OVERFLOW;
        }
        queue.add(FrameWriter.encoded(FrameParser.TEXT, frame));
        return pump() ? SendResult.QUEUED : SendResult.NOT_CONNECTED;
    }

    @Override
    public synchronized void pong(byte[] payload) {
        if (closing) {
            return;
        }
        if (queue.hasRoom(payload.length)) {
            queue.add(FrameWriter.encoded(FrameParser.PONG, payload));
            pump();
        } else {
            overflow();
        }
    }

    /** The far end does not read: what waits is dropped, and it is told why, should it begin to read. */
    private void overflow() {
        queue.drop();
        closing = true;
        queue.add(FrameWriter.encoded(FrameParser.CLOSE, FrameWriter.closePayload(1008, "You read too slowly.")));
        socket.abortAfter(Duration.ofSeconds(1));
    }

    /** Whether it was not closing already. */
    @Override
    public synchronized boolean close(int code, String sentence) {
        if (closing) {
            return false;
        }
        closing = true;
        closedFromHere = true;
        queue.add(FrameWriter.encoded(FrameParser.CLOSE, FrameWriter.closePayload(code, sentence)));
        pump();
        return true;
    }

    /** The far end closes: says goodbye where that was not done yet, and hangs up once all is out. On the container's thread. */
    @Override
    public synchronized void answerClose(byte[] payload) {
        closeAnswered = true;
        if (!closing) {
            closing = true;
            queue.add(FrameWriter.encoded(FrameParser.CLOSE, payload));
        }
        if (pump() && open && queue.isEmpty() && !unflushed) {
            closeConnection();
        } else {
            socket.abortAfter(Duration.ofSeconds(1));
        }
    }

    @Override
    public synchronized boolean isClosedFromHere() {
        return closedFromHere;
    }

    /** The container has let go of the connection. */
    synchronized void gone() {
        hungUp = true;
        closing = true;
        queue.drop();
    }

    /** Closes the connection. On a thread of the container. */
    synchronized void hangUpHere() {
        hangsUp = true;
        closeConnection();
    }

    /**
     * Closes the connection from any other thread. A container may notice that only on a thread of its own; so its buffer is filled with pongs of nothing until it is not ready, and calls back as soon as it can write. Whoever is not heard any
     * more is the only one to get them.
     */
    synchronized void hangUp() {
        if (hungUp || hangsUp) {
            return;
        }
        hangsUp = true;
        queue.drop();
        var stream = out;
        if (stream == null || !open) {
            return;
        }
        var pong = FrameWriter.encoded(FrameParser.PONG, new byte[0]);
        try {
            for (var i = 0; i < MOST_NUDGE && stream.isReady(); i++) {
                stream.write(pong, i % pong.length, 1);
            }
        } catch (IOException | IllegalStateException broken) {
            log.debug("A connection could not be nudged: {}.", broken.toString());
            closeConnection();
        }
    }

    /**
     * Ends a connection that the container has not taken back after {@link #hangUp}, as nothing can be written to it and nothing comes from it. On no thread that sends. Idempotent.
     */
    void breakOff() {
        final ServletOutputStream stream;
        synchronized (this) {
            if (hungUp) {
                return;
            }
            closeConnection();
            stream = out;
        }
        // Without the lock: what is closed there may have locks of its own.
        if (stream != null) {
            TomcatSocket.close(stream);
        }
    }

    private void closeConnection() {
        var upgraded = connection;
        if (upgraded == null || hungUp) {
            return;
        }
        hungUp = true;
        closing = true;
        queue.drop();
        try {
            upgraded.close();
        } catch (Exception broken) {
            log.debug("A connection did not close in order: {}.", broken.toString());
        }
    }

    /** Writes what the container takes now; false if the connection is broken. With the lock held. */
    private boolean pump() {
        var stream = out;
        if (stream == null || !open || hungUp || hangsUp) {
            return !hungUp;
        }
        try {
            while ((!queue.isEmpty() || unflushed) && stream.isReady()) {
                var next = queue.poll();
                if (next == null) {
                    unflushed = false;
                    stream.flush();
                } else {
                    unflushed = true;
                    stream.write(next);
                }
            }
            return true;
        } catch (IOException | IllegalStateException broken) {
            closing = true;
            socket.overLater();
            return false;
        }
    }
}
