package dev.livemeter.http.frame;

import dev.livemeter.spi.SignalingTransport;
import dev.livemeter.spi.SignalingTransport.Closing;
import dev.livemeter.spi.SignalingTransport.Ending;
import dev.livemeter.spi.SignalingTransport.SendResult;
import java.time.Duration;
import java.util.Arrays;

/** The server's end of one WebSocket, as RFC 6455 has it, on whatever server: how it answers pings, and how it ends. How bytes come and go is the business of who extends it. */
public abstract class FrameSocket implements SignalingTransport.Connection, FrameParser.Sink {

    private final FrameTransport transport;

    /** One of those sockets, once it is {@linkplain FrameTransport#remember remembered}. */
    protected FrameSocket(FrameTransport transport) {
        this.transport = transport;
    }

    /** What goes out on one socket. Thread-safe; nothing in there waits. */
    public interface Out {

        /** Sends a message as text. */
        SendResult send(byte[] frame);

        /** Answers a ping. */
        void pong(byte[] payload);

        /**
         * Says goodbye, as the last thing that is said.
         *
         * @param code 0 for none
         * @return whether it was not closing already
         */
        boolean close(int code, String sentence);

        /** Answers a goodbye; then nothing more is said. */
        void answerClose(byte[] payload);

        /** Whether the goodbye came from here. */
        boolean isClosedFromHere();
    }

    /** What goes out. */
    protected abstract Out out();

    /** Ends the connection after that time, if the far end has not. */
    protected abstract void abortAfter(Duration within);

    /** Whoever hears this socket is told that it is over, unless they were. */
    protected abstract void ended(Closing how);

    /** To be called once, when it is over. */
    protected final void forgotten() {
        transport.forget(this);
    }

    /** How it is told that it is over: a goodbye from here is answered in order, whatever comes of the connection then. */
    protected final Closing toldAs(Closing how) {
        return out().isClosedFromHere() ? Closing.ORDERLY : how;
    }

    @Override
    public final SendResult send(byte[] frame) {
        return out().send(frame);
    }

    @Override
    public final void disconnect(Ending ending, String sentence, Duration within) {
        var code = switch (ending) {
            case DONE -> 0;
            case RESTARTING -> 1012;
            case VIOLATION -> 1008;
        };
        close(code, sentence, within);
    }

    private void close(int code, String sentence, Duration within) {
        if (out().close(code, sentence)) {
            // A far end that does not answer the goodbye is not waited for.
            abortAfter(within);
        }
    }

    @Override
    public final void control(int opcode, byte[] payload) {
        switch (opcode) {
            case FrameParser.PING -> out().pong(payload);
            case FrameParser.CLOSE -> {
                // At once, and not when the handshake is through: what comes for this peer meanwhile can wait for the
                // next one.
                ended(Closing.ORDERLY);
                out().answerClose(payload.length < 2 ? payload : Arrays.copyOf(payload, 2));
            }
            default -> {
                // an answer to no question
            }
        }
    }

    @Override
    public final void violation(int code, String sentence) {
        ended(Closing.BROKEN);
        close(code, sentence, Duration.ofSeconds(1));
    }
}
