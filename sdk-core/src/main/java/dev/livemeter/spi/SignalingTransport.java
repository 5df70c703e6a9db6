package dev.livemeter.spi;

import java.time.Duration;

/**
 * Carries signaling frames between browsers and Livemeter, over whatever keeps a connection open: WebSocket for most. It knows
 * connections and text; what the text means is not its business.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code SignalingTransportContract}, numbered in {@code docs/contracts/signaling-transport.md}): frames of
 * one connection arrive in the order in which they were sent, in both directions; for one connection the endpoint is never called
 * concurrently; {@code closed} comes exactly once per accepted connection and nothing comes after it. A peer that stops reading is
 * closed when its queue is full, and disturbs no other. Thread-safe.
 */
public interface SignalingTransport extends AutoCloseable {

    /** Begins to take connections. Called once. */
    void open(Endpoint endpoint);

    /**
     * Queues a frame. Returns without waiting for the network.
     *
     * <p>First match wins: NOT_CONNECTED; OVERFLOW, after which the connection is closed; QUEUED.
     */
    SendResult send(ConnectionId connection, String frame);

    /**
     * Closes a connection after what is queued was sent, or after {@code within} at the latest. Idempotent; an unknown connection is
     * ignored.
     *
     * @param reason for the peer; at most 120 characters, as a close frame has room for no more (RFC 6455, 5.5)
     */
    void disconnect(ConnectionId connection, String reason, Duration within);

    /** Closes every connection and stops. Idempotent. */
    @Override
    void close();

    /** Names a connection, for as long as it lives; given by the transport. */
    record ConnectionId(String value) {}

    /**
     * A wish to connect.
     *
     * @param query the query string as it was sent, without the question mark; parsed by whoever knows the protocol
     * @param origin the page that asks, as its browser tells; empty where there is none
     */
    record Handshake(ConnectionId connection, String query, String origin, String remoteAddress) {}

    /** What became of a frame. */
    enum SendResult {
        /** On its way. */
        QUEUED,
        /** There is no such connection any more. */
        NOT_CONNECTED,
        /** The peer reads too slowly; it is being closed. */
        OVERFLOW
    }

    /** Who the frames are for. Implemented by Livemeter; its calls return quickly. */
    interface Endpoint {

        /**
         * Somebody connects.
         *
         * @return whether the connection is kept; otherwise it is closed without a call of {@link #closed}
         */
        boolean connected(Handshake handshake);

        /** A frame came. */
        void received(ConnectionId connection, String frame);

        /** A connection is gone, for whatever reason. */
        void closed(ConnectionId connection);
    }
}
