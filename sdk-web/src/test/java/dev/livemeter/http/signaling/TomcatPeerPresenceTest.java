package dev.livemeter.http.signaling;

import dev.livemeter.testing.contract.PeerPresenceContract;
import java.net.URI;

/** Our server keeps the rules in a servlet container, too. */
class TomcatPeerPresenceTest extends PeerPresenceContract {

    @Override
    protected Running start(Settings settings) throws Exception {
        var server = TomcatPeers.start(settings);
        return new Running() {
            @Override
            public URI url() {
                return server.url();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
