package dev.livemeter.testing.simulation;

import java.io.Serial;

/** Ends whatever a node is doing. No code catches it, as none survives a killed process. */
final class NodeCrash extends Error {

    @Serial
    private static final long serialVersionUID = 1L;

    NodeCrash() {
        super("The node was killed.", null, false, false);
    }
}
