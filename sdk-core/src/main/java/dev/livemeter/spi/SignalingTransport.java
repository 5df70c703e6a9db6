package dev.livemeter.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries signaling frames between browsers and Livemeter, over whatever keeps a connection open: WebSocket for most. It knows
 * connections and bytes; what the bytes mean is not its business.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code SignalingTransportContract}, numbered in {@code docs/contracts/signaling-transport.md}): frames of
 * one connection arrive in the order in which they were sent, in both directions; for one connection the receiver is never called
 * concurrently; {@code closed} comes exactly once per accepted connection and nothing comes after it. A peer that stops reading is
 * closed when its queue is full, and disturbs no other. Thread-safe.
 */
public interface SignalingTransport extends AutoCloseable {

    /** Begins to take connections. Called once. */
    void open(Endpoint endpoint);

    /** Closes every connection and stops. Idempotent. */
    @Override
    void close();

    /** One connection, as whoever speaks the protocol uses it. Thread-safe. */
    interface Connection {

        /**
         * Queues a frame of text. Returns without waiting for the network, and never calls back from within.
         *
         * <p>First match wins: NOT_CONNECTED; OVERFLOW, after which the connection is closed; QUEUED.
         *
         * @param frame in UTF-8; belongs to the transport from now on and is not changed any more
         */
        SendResult send(byte[] frame);

        /**
         * Closes the connection after what is queued was sent, or after {@code within} at the latest. Idempotent: the first reason counts.
         *
         * @param sentence for whoever looks at the network at the far end; at most 120 bytes of it are sent, as a close frame has room for no more (RFC
         *     6455, 5.5)
         */
        void disconnect(Ending ending, String sentence, Duration within);
    }

    /** Why a connection is closed from here. */
    enum Ending {
        /** All is said. No code is sent. */
        DONE,
        /** This server goes away; another one, or the same in a moment, takes its place. */
        RESTARTING,
        /** The peer broke a rule, or a limit. */
        VIOLATION
    }

    /**
     * A wish to connect.
     *
     * @param query the query string as it was sent, without the question mark; parsed by whoever knows the protocol
     * @param origin the page that asks, as its browser tells; empty where there is none
     * @param remoteAddress of whoever connected: a proxy's where there is one
     * @param forwardedFor what proxies tell of the client's address, not checked; empty where there is nothing
     */
    record Handshake(String query, String origin, String remoteAddress, String forwardedFor) {}

    /** What became of a frame. */
    enum SendResult {
        /** On its way. */
        QUEUED,
        /** There is no such connection any more. */
        NOT_CONNECTED,
        /** The peer reads too slowly; it is being closed. */
        OVERFLOW
    }

    /** How a connection ended, as far as the transport can know. */
    enum Closing {
        /** The peer said goodbye, or it was closed from here. */
        ORDERLY,
        /** It broke, or the peer broke the rules of the transport. */
        BROKEN
    }

    /** Takes connections. Implemented by Livemeter. */
    interface Endpoint {

        /**
         * Somebody connects. Called on a thread that may block. Frames may be sent at once.
         *
         * @return who hears from it; null to turn it away, without a call of {@link Receiver#closed}
         */
        @Nullable
        Receiver connected(Handshake handshake, Connection connection);
    }

    /** Hears what comes on one connection. Implemented by Livemeter; its calls return quickly. */
    interface Receiver {

        /** A frame came: {@code length} bytes from {@code offset} on, good for the time of this call alone. */
        void received(byte[] buffer, int offset, int length);

        /** The connection is gone, for whatever reason. */
        void closed(Closing how);
    }
}
