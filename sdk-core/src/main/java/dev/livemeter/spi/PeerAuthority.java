package dev.livemeter.spi;

import dev.livemeter.peer.PeerId;
import java.time.Duration;

/**
 * Decides who may connect to signaling and whom a peer may call, and hears who came and went. Implemented by Livemeter's calls and rooms; asked
 * by a {@link PeerNetwork}, which holds no lock of its own meanwhile: what is told here may lead to orders to it, from this thread and from others. Thread-safe.
 */
public interface PeerAuthority {

    /** Whether a client may have the id that it asks for. May block; asked on a thread that may. */
    Admission admit(PeerRequest request);

    /**
     * Whether a peer may offer a connection to another one. Asked for each offer, so it must answer from memory, at once. What answers an
     * offer that passed needs no leave of its own.
     */
    boolean mayCall(PeerId caller, PeerId callee);

    /** A peer is there; told again after each reconnection. */
    default void joined(PeerId peer) {}

    /** A peer is gone; not told when it reconnected in the meantime. */
    default void left(PeerId peer, Departure departure) {}

    /**
     * A wish to connect.
     *
     * @param token what the client gave as its token, opaque to signaling
     * @param origin the page that asks, as its browser tells; empty where there is none
     * @param remoteAddress of the client, behind trusted proxies as well
     */
    record PeerRequest(PeerId id, String token, String origin, String remoteAddress) {}

    /** Whether a client may come in. */
    sealed interface Admission {

        /**
         * It may.
         *
         * @param atMost after so long its connection is closed and it counts as lost, unless it comes again with another token before; zero for no limit
         * @param owner whose the id is, by a name that only the authority needs to understand. Who comes with an id that is taken takes it over with the same token, as at PeerServer; with another token too
         *     where both were admitted for the same owner, and this one at least until the other. Empty where tokens alone decide
         */
        record Admitted(Duration atMost, String owner) implements Admission {

            /** It may; whoever has the id already is replaced by the same token alone. */
            public Admitted(Duration atMost) {
                this(atMost, "");
            }
        }

        /**
         * It may not.
         *
         * @param sentence for the person at the client
         */
        record Refused(String sentence) implements Admission {}
    }

    /** How a peer went. */
    enum Departure {
        /** It said so, or closed its connection in order. */
        LEFT,
        /** Its connection broke, or it was silent for too long. */
        LOST,
        /** It was sent away. */
        DISMISSED
    }
}
