package dev.livemeter.signaling.redis;

import dev.livemeter.http.jetty.SignalingPort;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.testing.contract.PeerFixture;
import dev.livemeter.testing.contract.PeerFixture.Settings;
import java.net.URI;

/** Two servers, each on a port of its own; clients connect to the one and the other by turns. */
final class TwoNodes implements PeerFixture.Running {

    private final SignalingServer[] servers = new SignalingServer[2];
    private final SignalingPort[] ports = new SignalingPort[2];
    private int turn;

    TwoNodes(Settings settings, SignalingBus bus) {
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
        for (var i = 0; i < 2; i++) {
            servers[i] = SignalingServer.builder()
                    .options(options.build())
                    .cluster(bus)
                    .build();
            ports[i] = SignalingPort.open(servers[i], "127.0.0.1", 0);
        }
    }

    SignalingServer server(int node) {
        return servers[node];
    }

    URI url(int node) {
        return ports[node].url();
    }

    @Override
    public URI url() {
        return url(0);
    }

    @Override
    public URI next() {
        return url(turn++ % 2);
    }

    @Override
    public void close() {
        for (var i = 0; i < 2; i++) {
            ports[i].close();
            servers[i].close();
        }
    }
}
