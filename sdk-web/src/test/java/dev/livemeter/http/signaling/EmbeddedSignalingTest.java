package dev.livemeter.http.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.jetty.SignalingHandler;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signaling around the handler of a host that has a Jetty of its own. */
class EmbeddedSignalingTest {

    private final SignalingServer signaling = SignalingServer.builder()
            .options(SignalingOptions.builder().path("/calls").build())
            .build();
    private final Server jetty = new Server();
    private final ServerConnector connector = new ServerConnector(jetty);

    @BeforeEach
    void start() throws Exception {
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        jetty.setHandler(new SignalingHandler(signaling, new Host()));
        jetty.start();
    }

    @AfterEach
    void stop() throws Exception {
        jetty.stop();
        signaling.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/calls/peerjs?key=peerjs&id=a&token=t, true, 101",
        "/CALLS/peerjs/id, false, 200",
        "/calls/nothing, false, 404",
        "/calls/peerjs, false, 404",
        "/, false, 299",
        "/callsign, false, 299",
        "/peerjs/id, false, 299",
        "/socket.io/, true, 299",
        "/calls/chat, true, 299"
    })
    void whatIsNotSignalingGoesToTheHost(String path, boolean upgrade, int status) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            socket.setSoTimeout(20_000);
            var head = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "Host: x"));
            if (upgrade) {
                head.addAll(List.of(
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
            }
            head.addAll(List.of("", ""));
            socket.getOutputStream().write(String.join("\r\n", head).getBytes(StandardCharsets.US_ASCII));
            var line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(line).isEqualTo("HTTP/1.1 " + status);
        }
    }

    private static final class Host extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.setStatus(299);
            callback.succeeded();
            return true;
        }
    }
}
