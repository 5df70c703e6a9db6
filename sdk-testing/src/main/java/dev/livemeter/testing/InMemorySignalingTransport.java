package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.SignalingTransport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signaling between parties of one process: {@link #connect} gives the peer's end of a connection. Calls reach the endpoint in the
 * thread of whoever causes them. Thread-safe.
 */
public final class InMemorySignalingTransport implements SignalingTransport {

    private final Object lock = new Object();
    private final Map<ConnectionId, Peer> peers = new LinkedHashMap<>();
    private final int queueLimit;
    private @Nullable Endpoint endpoint;
    private long connections;

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

    /** Connects a peer; empty if the endpoint turns it away or the transport is not open. */
    public Optional<Peer> connect(String query, String origin) {
        final Endpoint target;
        final Peer peer;
        synchronized (lock) {
            if (endpoint == null) {
                return Optional.empty();
            }
            target = endpoint;
            peer = new Peer(new ConnectionId("connection-" + ++connections), target);
            peers.put(peer.id, peer);
        }
        // The peer's own lock keeps its frames behind this call, as the order of one connection demands.
        synchronized (peer.inbound) {
            var kept = target.connected(new Handshake(peer.id, query, origin, "127.0.0.1"));
            if (!kept) {
                forget(peer.id);
                return Optional.empty();
            }
        }
        return Optional.of(peer);
    }

    @Override
    public SendResult send(ConnectionId connection, String frame) {
        final Peer peer;
        synchronized (lock) {
            peer = peers.get(connection);
            if (peer == null) {
                return SendResult.NOT_CONNECTED;
            }
            if (peer.unread.size() < queueLimit) {
                peer.unread.add(frame);
                return SendResult.QUEUED;
            }
        }
        end(peer, "too slow");
        return SendResult.OVERFLOW;
    }

    @Override
    public void disconnect(ConnectionId connection, String reason, Duration within) {
        final Peer peer;
        synchronized (lock) {
            peer = peers.get(connection);
        }
        if (peer != null) {
            end(peer, reason);
        }
    }

    @Override
    public void close() {
        final List<Peer> all;
        synchronized (lock) {
            all = new ArrayList<>(peers.values());
            endpoint = null;
        }
        all.forEach(peer -> end(peer, "the server is closing"));
    }

    private @Nullable Peer forget(ConnectionId id) {
        synchronized (lock) {
            return peers.remove(id);
        }
    }

    private void end(Peer peer, String reason) {
        if (forget(peer.id) != null) {
            synchronized (lock) {
                peer.closedBecause = reason;
            }
            synchronized (peer.inbound) {
                peer.endpoint.closed(peer.id);
            }
        }
    }

    /** The far end of a connection. */
    public final class Peer {

        private final ConnectionId id;
        private final Endpoint endpoint;
        private final Deque<String> unread = new ArrayDeque<>();
        private final Object inbound = new Object();
        private @Nullable String closedBecause;

        private Peer(ConnectionId id, Endpoint endpoint) {
            this.id = id;
            this.endpoint = endpoint;
        }

        public ConnectionId id() {
            return id;
        }

        /** Sends a frame; nothing happens on a connection that is closed. */
        public void send(String frame) {
            synchronized (inbound) {
                if (isConnected()) {
                    endpoint.received(id, frame);
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
            end(this, "the peer left");
        }

        public boolean isConnected() {
            synchronized (lock) {
                return peers.containsKey(id);
            }
        }

        /** Why the connection was closed, once it is. */
        public Optional<String> closedBecause() {
            synchronized (lock) {
                return Optional.ofNullable(closedBecause);
            }
        }
    }
}
