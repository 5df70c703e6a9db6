package dev.livemeter.http.signaling;

import dev.livemeter.testing.contract.PeerContract;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** PeerServer itself keeps the rules: this proves the kit. */
@TestInstance(Lifecycle.PER_CLASS) // Node is started once
class ReferencePeerTest extends PeerContract {

    private @Nullable PeerServerProcess node;

    @BeforeAll
    void startNode() {
        node = PeerServerProcess.start();
    }

    @AfterAll
    void endNode() {
        if (node != null) {
            node.close();
        }
    }

    @Override
    protected Running start(Settings settings) throws Exception {
        var url = java.util.Objects.requireNonNull(node).serve(settings);
        return new Running() {
            @Override
            public URI url() {
                return url;
            }

            @Override
            public void close() {
                // with the process
            }
        };
    }
}
