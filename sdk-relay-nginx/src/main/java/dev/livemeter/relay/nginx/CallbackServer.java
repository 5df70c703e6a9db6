package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener on loopback for callbacks, made for how nginx-rtmp asks: a connection for each question, one short form, an answer of a status and a header, and the end of
 * the connection as the end of the answer. One thread reads; workers decide and answer. An answer may come much later without any thread that waits for it.
 */
final class CallbackServer implements AutoCloseable {

    /** Decides; calls back once, at once or later, in any thread. */
    interface Decider {
        void decide(WebRequest request, Consumer<WebResponse> answer);
    }

    /** How nginx learns that something could not be decided. */
    enum Undecided {
        /** By the status 503, which turns away. */
        ANSWERED,
        /** By no answer: the gate repeats its last one, as if nobody were here. */
        UNANSWERED
    }

    private static final Logger log = LoggerFactory.getLogger(CallbackServer.class);
    private static final int BACKLOG = 4096;
    static final int UNDECIDED_STATUS = 503;

    /** A question that is not whole after that long is none of nginx's. */
    private static final long WHOLE_WITHIN_NANOS = 5_000_000_000L;

    private static final long SWEEP_MILLIS = 1_000;

    private final ServerSocketChannel door;
    private final Selector selector;
    private final Decider decider;
    private final Executor workers;
    private final Undecided undecided;

    private CallbackServer(
            ServerSocketChannel door, Selector selector, Decider decider, Executor workers, Undecided undecided) {
        this.door = door;
        this.selector = selector;
        this.decider = decider;
        this.workers = workers;
        this.undecided = undecided;
    }

    /**
     * Listens.
     *
     * @param port that one, or a free one where it is 0 or taken
     */
    static CallbackServer start(Decider decider, Executor workers, int port, Undecided undecided) {
        try {
            var door = open(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
            door.configureBlocking(false);
            var server = new CallbackServer(door, Selector.open(), decider, workers, undecided);
            door.register(server.selector, SelectionKey.OP_ACCEPT);
            var thread = new Thread(server::run, "livemeter-callbacks");
            thread.setDaemon(true);
            thread.start();
            return server;
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.callback_listener",
                    "The relay could not listen on 127.0.0.1 for nginx's callbacks: " + e.getMessage()
                            + ". Check that the loopback interface is up and that there are free ports.",
                    true,
                    e);
        }
    }

    private static ServerSocketChannel open(InetAddress loopback, int port) throws IOException {
        var door = ServerSocketChannel.open();
        try {
            return door.bind(new InetSocketAddress(loopback, port), BACKLOG);
        } catch (BindException taken) {
            return door.bind(new InetSocketAddress(loopback, 0), BACKLOG);
        }
    }

    int port() {
        return door.socket().getLocalPort();
    }

    /** Takes no more questions. Those that are being decided get no answer. */
    @Override
    public void close() {
        closeQuietly(door);
        selector.wakeup();
    }

    private void run() {
        var swept = System.nanoTime();
        try (selector) {
            while (door.isOpen()) {
                selector.select(SWEEP_MILLIS);
                var keys = selector.selectedKeys();
                for (var key : keys) {
                    take(key);
                }
                keys.clear();
                var now = System.nanoTime();
                if (now - swept > SWEEP_MILLIS * 1_000_000) {
                    swept = now;
                    sweep(now);
                }
            }
            for (var key : selector.keys()) {
                closeQuietly(key.channel());
            }
        } catch (IOException | RuntimeException e) {
            log.error("nginx's callbacks are not read any more.", e);
        }
    }

    private void take(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key.attachment() instanceof Asking asking) {
            read(asking, key);
            return;
        }
        try {
            for (var channel = door.accept(); channel != null; channel = door.accept()) {
                channel.configureBlocking(false);
                var asking = new Asking(channel, new CallbackQuestion(), System.nanoTime());
                read(asking, null);
            }
        } catch (IOException e) {
            if (door.isOpen()) {
                log.warn("A callback of nginx could not be taken: {}.", e.getMessage());
                pause();
            }
        }
    }

    /** Where no connection can be opened, asking at once again would only burn the processor. */
    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Asking(SocketChannel channel, CallbackQuestion question, long sinceNanos) {}

    /** Most questions are there whole with the connection, and never meet the selector. */
    private void read(Asking asking, @Nullable SelectionKey key) {
        try {
            switch (asking.question().read(asking.channel())) {
                case WHOLE -> {
                    if (key != null) {
                        key.cancel();
                    }
                    workers.execute(() -> decide(asking));
                }
                case MORE -> {
                    if (key == null) {
                        asking.channel().register(selector, SelectionKey.OP_READ, asking);
                    }
                }
                case NONE -> closeQuietly(asking.channel());
                default -> throw new IllegalStateException();
            }
        } catch (IOException | RejectedExecutionException e) {
            closeQuietly(asking.channel());
        }
    }

    private void decide(Asking asking) {
        try {
            if (asking.question().isMalformed()) {
                answer(asking.channel(), WebResponse.empty(400));
                return;
            }
            decider.decide(asking.question().request(), response -> answer(asking.channel(), response));
        } catch (RuntimeException e) {
            log.error("A callback of nginx could not be answered.", e);
            answer(asking.channel(), WebResponse.empty(500));
        }
    }

    private void answer(SocketChannel channel, WebResponse response) {
        try (channel) {
            if (response.status() == UNDECIDED_STATUS && undecided == Undecided.UNANSWERED) {
                return;
            }
            // Some hundred bytes always fit into the buffer of a connection that nothing was sent over.
            channel.write(ByteBuffer.wrap(bytes(response)));
        } catch (IOException e) {
            log.debug("nginx did not wait for the answer to a callback.");
        }
    }

    /** An answer as nginx reads it. */
    static byte[] bytes(WebResponse response) {
        var text = new StringBuilder(128)
                .append("HTTP/1.1 ")
                .append(response.status())
                .append(" .\r\nConnection: close\r\nContent-Length: ")
                .append(response.body().length())
                .append("\r\n");
        response.headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").append(response.body().text()).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void sweep(long now) {
        for (var key : selector.keys()) {
            if (key.attachment() instanceof Asking asking && now - asking.sinceNanos() > WHOLE_WITHIN_NANOS) {
                closeQuietly(asking.channel());
            }
        }
    }

    private static void closeQuietly(Closeable channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("A connection could not be closed: {}.", e.getMessage());
        }
    }
}
