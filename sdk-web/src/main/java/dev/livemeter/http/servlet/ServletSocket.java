package dev.livemeter.http.servlet;

import dev.livemeter.http.frame.FrameParser;
import dev.livemeter.http.frame.FrameSocket;
import dev.livemeter.spi.SignalingTransport.Closing;
import dev.livemeter.spi.SignalingTransport.Receiver;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's end of one WebSocket on a connection that a servlet container handed over. Nothing in here waits. Thread-safe. */
final class ServletSocket extends FrameSocket implements ReadListener, WriteListener {

    /** What a container has for taking a connection back, once it was told. */
    private static final Duration TAKEN_BACK_WITHIN = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ServletSocket.class);

    private final ServletTransport transport;
    private final FrameParser parser;
    private final ServletOutgoing outgoing;

    /** One call of the receiver after the other. */
    private final Object hearing = new Object();

    private @Nullable Receiver receiver;
    private @Nullable ServletInputStream in;
    private boolean reading = true;
    private boolean ended;

    ServletSocket(ServletTransport transport) {
        super(transport);
        this.transport = transport;
        this.parser = new FrameParser(transport.limits().messageBytes());
        this.outgoing = new ServletOutgoing(this, transport);
    }

    void receiver(Receiver who) {
        synchronized (hearing) {
            receiver = who;
        }
    }

    /** The container has answered the handshake: from now on the connection is ours. */
    void upgraded(WebConnection connection) {
        try {
            var stream = connection.getInputStream();
            in = stream;
            var sink = connection.getOutputStream();
            outgoing.use(connection, sink);
            stream.setReadListener(this);
            sink.setWriteListener(this);
        } catch (IOException | IllegalStateException broken) {
            log.debug("A connection broke while it was handed over: {}.", broken.toString());
            ended(Closing.BROKEN);
        }
    }

    @Override
    protected Out out() {
        return outgoing;
    }

    @Override
    protected void abortAfter(Duration within) {
        transport.later(within, this::hangUp);
    }

    /** On the transport's thread. */
    private void hangUp() {
        ended(Closing.BROKEN);
        outgoing.hangUp();
        transport.later(TAKEN_BACK_WITHIN, outgoing::breakOff);
    }

    // --- what the container tells --------------------------------------------

    @Override
    public void onDataAvailable() throws IOException {
        var stream = in;
        if (stream == null) {
            return;
        }
        var buffer = transport.inputs().take();
        try {
            while (reading && stream.isReady()) {
                var kept = parser.kept();
                var isLarge = kept > buffer.length / 2;
                var before = isLarge ? 0 : kept;
                if (!isLarge) {
                    parser.putKept(buffer);
                }
                var filled = stream.read(buffer, before, buffer.length - before);
                if (filled < 0) {
                    reading = false;
                    break;
                }
                var to = before + filled;
                if (isLarge) {
                    parser.keep(buffer, 0, to);
                    reading = filled == 0 || parser.parseKept(this);
                } else {
                    reading = parser.parse(buffer, 0, to, this);
                }
            }
        } finally {
            transport.inputs().give(buffer);
        }
        if (stream.isFinished()) {
            onAllDataRead();
        }
    }

    @Override
    public void onAllDataRead() {
        reading = false;
        ended(Closing.BROKEN);
        outgoing.hangUpHere();
    }

    @Override
    public void onWritePossible() {
        outgoing.writable();
    }

    @Override
    public void onError(Throwable cause) {
        log.debug("A connection broke: {}.", cause.toString());
        // Perhaps from within a send, whose caller may hold locks.
        overLater();
    }

    /** The container lets go of the connection. */
    void destroyed() {
        ended(Closing.BROKEN);
        outgoing.gone();
    }

    // --- what the parser finds -----------------------------------------------

    @Override
    public void message(byte[] buffer, int offset, int length) {
        synchronized (hearing) {
            var hears = receiver;
            if (hears != null && !ended) {
                hears.received(buffer, offset, length);
            }
        }
    }

    // --- the end -------------------------------------------------------------

    /** Never from within {@link #send}, whose caller may hold locks. */
    void overLater() {
        transport.later(Duration.ZERO, this::hangUp);
    }

    @Override
    protected void ended(Closing how) {
        synchronized (hearing) {
            if (ended) {
                return;
            }
            ended = true;
            forgotten();
            var hears = receiver;
            if (hears != null) {
                hears.closed(toldAs(how));
            }
        }
    }

    /** It came to no upgrade. */
    void failed() {
        destroyed();
    }
}
