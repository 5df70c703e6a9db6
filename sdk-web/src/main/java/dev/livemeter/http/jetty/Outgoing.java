package dev.livemeter.http.jetty;

import dev.livemeter.http.frame.FrameParser;
import dev.livemeter.http.frame.FrameQueue;
import dev.livemeter.http.frame.FrameSocket;
import dev.livemeter.http.frame.FrameWriter;
import dev.livemeter.spi.SignalingTransport.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * What goes out on one socket. A frame is written at once, as long as the far end reads; behind one that does not go out whole, the others queue up to a limit.
 * Thread-safe.
 */
final class Outgoing implements Callback, FrameSocket.Out {

    private final Socket socket;
    private final SocketTransport transport;
    private final EndPoint endPoint;
    private final FrameQueue queue;
    private boolean open;
    private boolean blocked;
    private boolean draining;
    private boolean closing;
    private boolean closedFromHere;
    private boolean closeAnswered;

    Outgoing(Socket socket, SocketTransport transport, EndPoint endPoint) {
        this.socket = socket;
        this.transport = transport;
        this.queue = new FrameQueue(transport);
        this.endPoint = endPoint;
    }

    /** The upgrade is through: what was said meanwhile goes out. */
    synchronized void open() {
        open = true;
        drain();
    }

    @Override
    public synchronized SendResult send(byte[] frame) {
        if (closing) {
            return SendResult.NOT_CONNECTED;
        }
        if (open && !blocked) {
            return write(FrameParser.TEXT, frame) ? SendResult.QUEUED : SendResult.NOT_CONNECTED;
        }
        if (!queue.hasRoom(frame.length)) {
            overflow();
            return SendResult.OVERFLOW;
        }
        queue.add(FrameWriter.encoded(FrameParser.TEXT, frame));
        return SendResult.QUEUED;
    }

    @Override
    public synchronized void pong(byte[] payload) {
        if (closing) {
            return;
        }
        if (open && !blocked) {
            write(FrameParser.PONG, payload);
        } else if (queue.hasRoom(payload.length)) {
            queue.add(FrameWriter.encoded(FrameParser.PONG, payload));
        } else {
            overflow();
        }
    }

    /** The far end does not read: what waits is dropped, and it is told why, should it begin to read. */
    private void overflow() {
        drop();
        closing = true;
        closedFromHere = false;
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
        if (open && !blocked) {
            drain();
        }
        return true;
    }

    /** The far end closes: says goodbye where that was not done yet, and hangs up once all is out. */
    @Override
    public synchronized void answerClose(byte[] payload) {
        closeAnswered = true;
        if (!closing) {
            closing = true;
            queue.add(FrameWriter.encoded(FrameParser.CLOSE, payload));
        }
        if (open && !blocked) {
            drain();
        } else {
            socket.abortAfter(Duration.ofSeconds(1));
        }
    }

    @Override
    public synchronized boolean isClosedFromHere() {
        return closedFromHere;
    }

    /** Forgets what waits. */
    synchronized void drop() {
        queue.drop();
    }

    // --- writing, with the lock held -----------------------------------------

    private void drain() {
        draining = true;
        try {
            while (!blocked) {
                var next = queue.poll();
                if (next == null) {
                    break;
                }
                if (!writeEncoded(next)) {
                    return;
                }
            }
        } finally {
            draining = false;
        }
        if (!blocked && queue.isEmpty() && closeAnswered) {
            endPoint.close();
        }
    }

    @Override
    public void succeeded() {
        synchronized (this) {
            blocked = false;
            if (!draining) {
                drain();
            }
        }
    }

    @Override
    public void failed(Throwable cause) {
        // perhaps from within a write, with the lock held
        socket.overLater();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private boolean write(int opcode, byte[] payload) {
        var out = transport.outputs().take();
        try {
            FrameWriter.putHeader(out.clear(), opcode, payload.length);
            return flush(out, payload);
        } finally {
            transport.outputs().give(out);
        }
    }

    private boolean writeEncoded(byte[] encoded) {
        var out = transport.outputs().take();
        try {
            return flush(out.clear(), encoded);
        } finally {
            transport.outputs().give(out);
        }
    }

    /** Writes what is in the buffer and then those bytes; what does not go out now goes out later. */
    private boolean flush(ByteBuffer out, byte[] bytes) {
        var done = 0;
        try {
            while (true) {
                var part = Math.min(out.remaining(), bytes.length - done);
                out.put(bytes, done, part);
                done += part;
                out.flip();
                if (!endPoint.flush(out)) {
                    // The buffer is shared: what it still holds is taken along.
                    var left = ByteBuffer.allocate(out.remaining() + bytes.length - done)
                            .put(out)
                            .put(bytes, done, bytes.length - done)
                            .flip();
                    blocked = true;
                    endPoint.write(this, left);
                    return true;
                }
                if (done == bytes.length) {
                    return true;
                }
                out.clear();
            }
        } catch (IOException broken) {
            closing = true;
            socket.overLater();
            return false;
        }
    }
}
