package dev.livemeter.http.signaling;

import dev.livemeter.http.jetty.SignalingPort;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.testing.contract.PeerFixture.Settings;
import java.net.URI;

/** Our server on a free port. */
record OwnServer(SignalingServer signaling, SignalingPort port) implements AutoCloseable {

    static OwnServer start(SignalingServer signaling) {
        return new OwnServer(signaling, SignalingPort.open(signaling, "127.0.0.1", 0));
    }

    static OwnServer start(Settings settings) {
        return start(signaling(settings));
    }

    static SignalingServer signaling(Settings settings) {
        var options = SignalingOptions.builder()
                .path(settings.path())
                .expireTimeout(settings.expireTimeout())
                .expireEvery(settings.expireEvery())
                .aliveTimeout(settings.aliveTimeout())
                .mostPeers(settings.concurrentLimit())
                .origins(settings.origins());
        if (settings.discovery()) {
            options.openDiscovery();
        }
        return SignalingServer.builder().options(options.build()).build();
    }

    URI url() {
        return port.url();
    }

    @Override
    public void close() {
        port.close();
        signaling.close();
    }
}
