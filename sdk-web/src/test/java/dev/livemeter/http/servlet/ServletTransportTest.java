package dev.livemeter.http.servlet;

import dev.livemeter.http.frame.WebSocketTransportContract;
import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.SignalingTransport;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** WebSockets on a servlet container keep the rules of a transport. */
class ServletTransportTest extends WebSocketTransportContract {

    private final SignalingServer unused = SignalingServer.dropIn();
    private @Nullable TomcatServer server;

    @Override
    protected SignalingTransport create() {
        var transport = new ServletTransport(
                SignalingLimits.defaults().withMessageBytes(10_000).withQueue(20_000, queueLimit(), 1_000_000));
        server = TomcatServer.start(Map.of("/*", new SignalingServlet(unused, transport)));
        return transport;
    }

    @AfterEach
    void stop() {
        Objects.requireNonNull(server).close();
        unused.close();
    }

    @Override
    protected int port() {
        return Objects.requireNonNull(server).port();
    }
}
