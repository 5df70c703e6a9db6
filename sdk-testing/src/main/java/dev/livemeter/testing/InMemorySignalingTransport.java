package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.SignalingTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signaling between parties of one process: {@link #connect} gives the peer's end of a connection. Calls reach the receiver in the
 * thread of whoever causes them. Thread-safe.
 */
public final class InMemorySignalingTransport implements SignalingTransport {

    private final Object lock = new Object();
    private final Set<Peer> peers = new LinkedHashSet<>();
    private final int queueLimit;
    private @Nullable Endpoint endpoint;

    private InMemorySignalingTransport(int queueLimit) {
        this.queueLimit = queueLimit;
    }

    /** A transport that drops a peer with more than {@code queueLimit} frames unread. */
    public static InMemorySignalingTransport withQueueLimit(int queueLimit) {
        return new InMemorySignalingTransport(queueLimit);
    }

    @Override
    public void open(Endpoint endpoint) {
        synchronized (lock) {
            if (this.endpoint != null) {
                throw new LivemeterException(
                        "signaling.open", "This transport is open already; make another for a second endpoint.");
            }
            this.endpoint = endpoint;
        }
    }

    /** Connects a peer from this machine; empty if the endpoint turns it away or the transport is not open. */
    public Optional<Peer> connect(String query, String origin) {
        return connect(new Handshake(query, origin, "127.0.0.1", ""));
    }

    /** Connects a peer; empty if the endpoint turns it away or the transport is not open. */
    public Optional<Peer> connect(Handshake handshake) {
        final Endpoint target;
        var peer = new Peer();
        synchronized (lock) {
            if (endpoint == null) {
                return Optional.empty();
            }
            target = endpoint;
            peers.add(peer);
        }
        // The peer's own lock keeps its frames behind this call, as the order of one connection demands.
        synchronized (peer.inbound) {
            var receiver = target.connected(handshake, peer.connection);
            if (receiver == null) {
                synchronized (lock) {
                    peers.remove(peer);
                }
                return Optional.empty();
            }
            peer.receiver = receiver;
            if (!peer.isConnected()) {
                receiver.closed(Closing.ORDERLY);
            }
        }
        return Optional.of(peer);
    }

    @Override
    public void close() {
        final List<Peer> all;
        synchronized (lock) {
            all = new ArrayList<>(peers);
            endpoint = null;
        }
        all.forEach(peer -> end(peer, "the server is closing", Closing.ORDERLY));
    }

    private void end(Peer peer, String reason, Closing how) {
        synchronized (lock) {
            if (!peers.remove(peer)) {
                return;
            }
            peer.closedBecause = reason;
        }
        synchronized (peer.inbound) {
            if (peer.receiver != null) {
                peer.receiver.closed(how);
            }
        }
    }

    /** The far end of a connection. */
    public final class Peer {

        private final Connection connection = new ServerSide(this);
        private final Deque<String> unread = new ArrayDeque<>();
        private final Object inbound = new Object();
        private @Nullable Receiver receiver;
        private @Nullable String closedBecause;

        private Peer() {}

        /** The near end of it. */
        public Connection connection() {
            return connection;
        }

        /** Sends a frame; nothing happens on a connection that is closed. */
        public void send(String frame) {
            var bytes = frame.getBytes(StandardCharsets.UTF_8);
            synchronized (inbound) {
                if (isConnected() && receiver != null) {
                    receiver.received(bytes, 0, bytes.length);
                }
            }
        }

        /** The next frame that came, if there is one. What was queued before a close can still be read. */
        public Optional<String> read() {
            synchronized (lock) {
                return Optional.ofNullable(unread.poll());
            }
        }

        /** Leaves. Idempotent. */
        public void leave() {
            end(this, "the peer left", Closing.ORDERLY);
        }

        /** Is gone without a word. Idempotent. */
        public void breakOff() {
            end(this, "the connection broke", Closing.BROKEN);
        }

        public boolean isConnected() {
            synchronized (lock) {
                return peers.contains(this);
            }
        }

        /** Why the connection was closed, once it is. */
        public Optional<String> closedBecause() {
            synchronized (lock) {
                return Optional.ofNullable(closedBecause);
            }
        }
    }

    /** The near end. It ends a connection in the thread that asks for it, so a receiver that ends its own hears {@code closed} at once. */
    private final class ServerSide implements Connection {

        private final Peer peer;

        private ServerSide(Peer peer) {
            this.peer = peer;
        }

        @Override
        public SendResult send(byte[] frame) {
            synchronized (lock) {
                if (!peers.contains(peer)) {
                    return SendResult.NOT_CONNECTED;
                }
                if (peer.unread.size() < queueLimit) {
                    peer.unread.add(new String(frame, StandardCharsets.UTF_8));
                    return SendResult.QUEUED;
                }
            }
            end(peer, "too slow", Closing.BROKEN);
            return SendResult.OVERFLOW;
        }

        @Override
        public void disconnect(Ending ending, String sentence, Duration within) {
            end(peer, sentence, Closing.ORDERLY);
        }
    }
}
