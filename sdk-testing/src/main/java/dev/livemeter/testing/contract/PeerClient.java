package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that speaks the protocol by hand, so that it can also break it. */
final class PeerClient implements AutoCloseable {

    static final int PATIENCE_SECONDS = 60;

    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private PeerClient(HttpClient http, URI address, boolean reads, @Nullable String origin) {
        var builder = http.newWebSocketBuilder();
        if (origin != null) {
            builder.header("Origin", origin);
        }
        this.socket = builder.buildAsync(address, new Ear(reads)).join();
    }

    /**
     * Connects to a socket.
     *
     * @throws CompletionException where there is none
     */
    static PeerClient at(HttpClient http, URI address) {
        return new PeerClient(http, address, true, null);
    }

    /** The same from a page. */
    static PeerClient from(HttpClient http, URI address, String origin) {
        return new PeerClient(http, address, true, origin);
    }

    /** One that never reads. */
    static PeerClient deaf(HttpClient http, URI address) {
        return new PeerClient(http, address, false, null);
    }

    /** The next message. */
    String next() {
        try {
            var message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(message)
                    .as("a message within " + PATIENCE_SECONDS + " seconds")
                    .isNotNull();
            return String.valueOf(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Expects OPEN as the next message. */
    PeerClient opened() {
        assertThat(next()).isEqualTo("{\"type\":\"OPEN\"}");
        return this;
    }

    boolean hasUnread() {
        return !messages.isEmpty();
    }

    PeerClient send(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** Says goodbye and does not wait for the answer. */
    void leave() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    /** With what code it was closed; 1005 for none, 1006 if it broke. */
    int closeCode() {
        try {
            return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError("The connection was not closed within " + PATIENCE_SECONDS + " seconds.", e);
        }
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Ear implements WebSocket.Listener {

        private final boolean reads;
        private final StringBuilder text = new StringBuilder();

        private Ear(boolean reads) {
            this.reads = reads;
        }

        @Override
        public void onOpen(WebSocket opened) {
            if (reads) {
                opened.request(Long.MAX_VALUE);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
            messages.add("binary: " + StandardCharsets.UTF_8.decode(part));
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.complete(1006);
        }
    }
}
