package dev.livemeter.spi;

import dev.livemeter.peer.PeerId;
import java.util.Optional;

/** A {@link NodeExchange} of nodes that clients are connected to, which knows where each client is. Thread-safe. */
public interface PeerNodeExchange extends NodeExchange {

    /** The name of this node. */
    String node();

    /** The node that a client is connected to, if that is another one. */
    Optional<String> nodeOf(PeerId peer);
}
