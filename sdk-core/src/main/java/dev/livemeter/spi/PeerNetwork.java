package dev.livemeter.spi;

import dev.livemeter.peer.PeerId;
import java.util.Optional;

/**
 * What calls and rooms ask of signaling. Each order returns at once, is idempotent, and holds on every node. Thread-safe.
 *
 * <p>Media flows from peer to peer and past the server; what ends a call in time is that each side's own client obeys {@link #hangUp}.
 */
public interface PeerNetwork {

    /** Asks that authority from now on, in place of whatever it asked before. */
    void ask(PeerAuthority authority);

    /** Whether that peer is connected, to this node or another one; within seconds right after a node was lost. */
    boolean isPresent(PeerId peer);

    /**
     * Ends every connection between two peers: each is told that the other one left. Messages between them that still wait are dropped; both stay
     * connected to signaling.
     */
    void hangUp(PeerId one, PeerId other);

    /**
     * Sends a peer away and closes its connection; it may come again if it is admitted.
     *
     * @param sentence for the person at the client
     */
    void dismiss(PeerId peer, String sentence);

    /** How calls reach the other nodes of the application; empty where there is only this one. */
    default Optional<PeerNodeExchange> nodes() {
        return Optional.empty();
    }
}
