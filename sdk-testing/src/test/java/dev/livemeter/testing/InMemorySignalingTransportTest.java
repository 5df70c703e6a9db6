package dev.livemeter.testing;

import dev.livemeter.spi.SignalingTransport;
import dev.livemeter.testing.contract.SignalingTransportContract;
import java.util.Optional;

class InMemorySignalingTransportTest extends SignalingTransportContract {

    @Override
    protected SignalingTransport create() {
        return InMemorySignalingTransport.withQueueLimit(queueLimit());
    }

    @Override
    protected int queueLimit() {
        return 16;
    }

    @Override
    protected Optional<Client> connect(SignalingTransport transport, String query) {
        return ((InMemorySignalingTransport) transport).connect(query, "").map(InMemoryClient::new);
    }

    private record InMemoryClient(InMemorySignalingTransport.Peer peer) implements Client {

        @Override
        public void send(String frame) {
            peer.send(frame);
        }

        @Override
        public Optional<String> read() {
            return peer.read();
        }

        @Override
        public void leave() {
            peer.leave();
        }

        @Override
        public boolean isConnected() {
            return peer.isConnected();
        }
    }
}
