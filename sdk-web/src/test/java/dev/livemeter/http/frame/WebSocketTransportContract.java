package dev.livemeter.http.frame;

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
import org.jspecify.annotations.Nullable;

/** The contract of transports over real WebSockets, whatever server they are on. */
public abstract class WebSocketTransportContract extends SignalingTransportContract {

    private final HttpClient http = HttpClient.newHttpClient();

    /** For subclasses. */
    protected WebSocketTransportContract() {}

    /** Where the server listens. */
    protected abstract int port();

    @Override
    protected int queueLimit() {
        return 16;
    }

    @Override
    protected Optional<Client> connect(SignalingTransport transport, String query) {
        var client = new SocketClient(query.contains("slow"));
        try {
            client.socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + port() + "/peerjs?" + query), client)
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
                return Optional.ofNullable(frames.poll(60, TimeUnit.SECONDS));
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
