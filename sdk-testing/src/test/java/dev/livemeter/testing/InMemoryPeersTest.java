package dev.livemeter.testing;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.PeerNetwork;
import dev.livemeter.testing.contract.PeerNetworkContract;
import java.util.List;

final class InMemoryPeersTest extends PeerNetworkContract {

    @Override
    protected Signaling create(PeerAuthority authority) {
        var peers = InMemoryPeers.create();
        peers.ask(authority);
        return new Signaling() {
            @Override
            public PeerNetwork network() {
                return peers;
            }

            @Override
            public boolean connect(PeerId peer, String token) {
                return peers.connect(peer, token) == null;
            }

            @Override
            public void leave(PeerId peer) {
                peers.leave(peer, Departure.LEFT);
            }

            @Override
            public boolean offer(PeerId caller, PeerId callee) {
                return peers.call(caller, callee);
            }

            @Override
            public List<PeerId> told(PeerId peer) {
                return peers.told(peer);
            }
        };
    }
}
