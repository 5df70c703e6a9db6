package dev.livemeter.http.jetty;

import dev.livemeter.http.frame.WebSocketTransportContract;
import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.SignalingTransport;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;

/** WebSockets on Jetty keep the rules of a transport. */
class SocketTransportTest extends WebSocketTransportContract {

    private final SignalingServer unused = SignalingServer.builder()
            .options(SignalingOptions.builder().path("/").build())
            .build();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    @Override
    protected SignalingTransport create() {
        var limits = SignalingLimits.defaults().withMessageBytes(10_000).withQueue(20_000, queueLimit(), 1_000_000);
        var transport = new SocketTransport(limits);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new SignalingHandler(unused, transport));
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return transport;
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        unused.close();
    }

    @Override
    protected int port() {
        return connector.getLocalPort();
    }
}
