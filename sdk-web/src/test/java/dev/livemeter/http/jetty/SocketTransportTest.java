package dev.livemeter.http.jetty;

import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.SignalingTransport;
import dev.livemeter.testing.contract.SignalingTransportContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** WebSockets on Jetty keep the rules of a transport. */
class SocketTransportTest extends SignalingTransportContract {

    private final HttpClient http = HttpClient.newHttpClient();
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
    protected int queueLimit() {
        return 16;
    }

    @Override
    protected Optional<Client> connect(SignalingTransport transport, String query) {
        var client = new SocketClient(query.contains("slow"));
        try {
            client.socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + connector.getLocalPort() + "/peerjs?" + query), client)
                    .join();
            return Optional.of(client);
        } catch (CompletionException refused) {
            return Optional.empty();
        }
    }

    private static final class SocketClient implements Client, WebSocket.Listener {

        private final LinkedBlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final boolean slow;
        private volatile boolean closed;
        private @Nullable WebSocket socket;

        private SocketClient(boolean slow) {
            this.slow = slow;
        }

        private WebSocket socket() {
            return java.util.Objects.requireNonNull(socket);
        }

        @Override
        public void onOpen(WebSocket opened) {
            if (!slow) {
                opened.request(Long.MAX_VALUE);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                frames.add(text.toString());
                text.setLength(0);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed = true;
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed = true;
        }

        @Override
        public void send(String frame) {
            socket().sendText(frame, true).join();
        }

        @Override
        public Optional<String> read() {
            try {
                return Optional.ofNullable(frames.poll(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }

        @Override
        public void leave() {
            if (!socket().isOutputClosed()) {
                socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            }
        }

        @Override
        public boolean isConnected() {
            return !closed;
        }
    }
}
