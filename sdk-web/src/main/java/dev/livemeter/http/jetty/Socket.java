package dev.livemeter.http.jetty;

import dev.livemeter.http.frame.FrameParser;
import dev.livemeter.http.frame.FrameSocket;
import dev.livemeter.spi.SignalingTransport.Closing;
import dev.livemeter.spi.SignalingTransport.Receiver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EventListener;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one WebSocket, right on Jetty's end point. Reading, passing on and writing happen on the selector's thread, so that a message costs one
 * read and one write and wakes nobody; nothing in here waits.
 */
final class Socket extends FrameSocket implements Connection, Connection.UpgradeTo {

    /** So often one socket may fill the buffer before it is the turn of others. */
    private static final int MOST_ROUNDS = 8;

    private final SocketTransport transport;
    private final EndPoint endPoint;
    private final FrameParser parser;
    private final Callback readable = new ReadInterest();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Outgoing outgoing;
    private @Nullable Receiver receiver;
    private byte @Nullable [] early;
    private boolean reading = true;

    Socket(SocketTransport transport, EndPoint endPoint) {
        super(transport);
        this.transport = transport;
        this.endPoint = endPoint;
        this.parser = new FrameParser(transport.limits().messageBytes());
        this.outgoing = new Outgoing(this, transport, endPoint);
    }

    void receiver(Receiver receiver) {
        this.receiver = receiver;
    }

    @Override
    protected Out out() {
        return outgoing;
    }

    @Override
    protected void abortAfter(Duration within) {
        transport.scheduler().schedule(endPoint::close, within.toMillis(), TimeUnit.MILLISECONDS);
    }

    // --- what Jetty tells ----------------------------------------------------

    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        early = bytes;
    }

    @Override
    public void onOpen() {
        // Who is alive is known by heartbeats; browsers let them come once a minute in the background.
        endPoint.setIdleTimeout(0);
        outgoing.open();
        var first = early;
        early = null;
        if (first != null) {
            reading = parser.parse(first, 0, first.length, this);
        }
        if (reading) {
            endPoint.fillInterested(readable);
        }
    }

    private void read() {
        var buffer = transport.inputs().take();
        try {
            for (var round = 0; reading && round < MOST_ROUNDS; round++) {
                var kept = parser.kept();
                var isLarge = kept > buffer.length / 2;
                var before = isLarge ? 0 : kept;
                if (!isLarge) {
                    parser.putKept(buffer);
                }
                // Jetty fills behind what a buffer holds.
                var room = ByteBuffer.wrap(buffer).limit(before);
                var filled = endPoint.fill(room);
                if (filled < 0) {
                    reading = false;
                    over(Closing.BROKEN);
                    return;
                }
                var to = before + filled;
                if (isLarge) {
                    parser.keep(buffer, 0, to);
                    reading = filled == 0 || parser.parseKept(this);
                } else {
                    reading = parser.parse(buffer, 0, to, this);
                }
                if (to < buffer.length) {
                    // There was no more; the selector tells when there is.
                    break;
                }
            }
        } catch (IOException broken) {
            reading = false;
            over(Closing.BROKEN);
            return;
        } finally {
            transport.inputs().give(buffer);
        }
        if (reading) {
            endPoint.fillInterested(readable);
        }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        ended(Closing.BROKEN);
    }

    // --- what the parser finds -----------------------------------------------

    @Override
    public void message(byte[] buffer, int offset, int length) {
        var hears = receiver;
        if (hears != null && !ended.get()) {
            hears.received(buffer, offset, length);
        }
    }

    // --- the end -------------------------------------------------------------

    /** Nothing more can be said or heard. */
    void over(Closing how) {
        ended(how);
        endPoint.close();
    }

    /** Never from within {@link #send}, whose caller may hold locks. */
    void overLater() {
        try {
            transport.executor().execute(() -> over(Closing.BROKEN));
        } catch (RejectedExecutionException stopping) {
            // The server closes every end point when it stops.
            reading = false;
        }
    }

    @Override
    protected void ended(Closing how) {
        if (ended.compareAndSet(false, true)) {
            forgotten();
            outgoing.drop();
            var hears = receiver;
            if (hears != null) {
                hears.closed(toldAs(how));
            }
        }
    }

    /** It came to no upgrade. */
    void failed() {
        ended(Closing.BROKEN);
    }

    private final class ReadInterest implements Callback {

        @Override
        public void succeeded() {
            read();
        }

        @Override
        public void failed(Throwable cause) {
            over(Closing.BROKEN);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    // --- what Jetty wants to know of a connection ----------------------------

    @Override
    public EndPoint getEndPoint() {
        return endPoint;
    }

    @Override
    public void close() {
        endPoint.close();
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return false;
    }

    @Override
    public void addEventListener(EventListener listener) {}

    @Override
    public void removeEventListener(EventListener listener) {}

    @Override
    public long getMessagesIn() {
        return -1;
    }

    @Override
    public long getMessagesOut() {
        return -1;
    }

    @Override
    public long getBytesIn() {
        return -1;
    }

    @Override
    public long getBytesOut() {
        return -1;
    }

    @Override
    public long getCreatedTimeStamp() {
        return endPoint.getCreatedTimeStamp();
    }
}
