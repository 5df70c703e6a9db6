package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener on loopback for callbacks, made for how nginx's gate asks: one short form, an answer of a status and a header, and the next question over the same connection. Who asks as nginx-rtmp does has the end of
 * the connection as the end of the answer. One thread reads, and answers what is decided at once: handing it to another one costs more than that. An answer may come much later without any thread that waits for it.
 */
final class CallbackServer implements AutoCloseable {

    /** Decides without keeping the thread that asks; calls back once, at once or later, in any thread. */
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

    /** Answers to those who cannot be nginx, and need no connection any longer. */
    private static final Set<Integer> STRANGERS = Set.of(400, 404, 405, 413, 415);

    private static final long SWEEP_MILLIS = 1_000;

    private final ServerSocketChannel door;
    private final Selector selector;
    private final Decider decider;
    private final Undecided undecided;

    private CallbackServer(ServerSocketChannel door, Selector selector, Decider decider, Undecided undecided) {
        this.door = door;
        this.selector = selector;
        this.decider = decider;
        this.undecided = undecided;
    }

    /**
     * Listens.
     *
     * @param port that one, or a free one where it is 0 or taken
     */
    static CallbackServer start(Decider decider, int port, Undecided undecided) {
        try {
            var door = open(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
            door.configureBlocking(false);
            var server = new CallbackServer(door, Selector.open(), decider, undecided);
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
                // Headers and the answer are one small piece, and nginx waits for it.
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                read(new Asking(channel), null);
            }
        } catch (IOException e) {
            if (door.isOpen()) {
                FailedAccept.told(log, "A callback of nginx could not be taken", e);
            }
        }
    }

    /** One connection, and what is asked over it now. */
    private static final class Asking {
        private final SocketChannel channel;
        private volatile CallbackQuestion question = new CallbackQuestion();
        private volatile boolean deciding;
        private volatile long sinceNanos = System.nanoTime();
        private volatile boolean known;

        Asking(SocketChannel channel) {
            this.channel = channel;
        }

        /** Before the answer is sent, as the next question may follow at once. */
        void expectNext() {
            known = true;
            question = new CallbackQuestion();
            deciding = false;
        }

        /** Whether a question, or the first one, has been coming for too long. */
        boolean dawdles(long now) {
            return !deciding && (!known || question.isBegun()) && now - sinceNanos > WHOLE_WITHIN_NANOS;
        }
    }

    /** Most questions are there whole at once. */
    private void read(Asking asking, @Nullable SelectionKey key) {
        try {
            if (asking.deciding) {
                // Nobody asks anew before the answer: the other side is gone.
                closeQuietly(asking.channel);
                return;
            }
            var question = asking.question;
            if (!question.isBegun()) {
                asking.sinceNanos = System.nanoTime();
            }
            var progress = question.read(asking.channel);
            if (progress == CallbackQuestion.Progress.NONE) {
                closeQuietly(asking.channel);
                return;
            }
            if (progress == CallbackQuestion.Progress.WHOLE) {
                asking.deciding = true;
                if (key != null && !question.isPersistent()) {
                    key.cancel();
                }
            }
            if (key == null && (progress == CallbackQuestion.Progress.MORE || question.isPersistent())) {
                asking.channel.register(selector, SelectionKey.OP_READ, asking);
            }
            if (progress == CallbackQuestion.Progress.WHOLE) {
                decide(asking, question);
            }
        } catch (IOException e) {
            closeQuietly(asking.channel);
        }
    }

    private void decide(Asking asking, CallbackQuestion question) {
        try {
            if (question.isMalformed()) {
                answer(asking, question, WebResponse.empty(400));
                return;
            }
            decider.decide(question.request(), response -> answer(asking, question, response));
        } catch (RuntimeException e) {
            log.error("A callback of nginx could not be answered.", e);
            answer(asking, question, WebResponse.empty(500));
        }
    }

    private void answer(Asking asking, CallbackQuestion question, WebResponse response) {
        var silent = response.status() == UNDECIDED_STATUS && undecided == Undecided.UNANSWERED;
        var goesOn = !silent && question.isPersistent() && !STRANGERS.contains(response.status());
        try {
            if (goesOn) {
                asking.expectNext();
            }
            if (!silent) {
                // Some hundred bytes always fit into the buffer of a connection whose former answers were read.
                asking.channel.write(ByteBuffer.wrap(bytes(response, goesOn ? "keep-alive" : "close")));
            }
        } catch (IOException e) {
            log.debug("nginx did not wait for the answer to a callback.");
            goesOn = false;
        }
        if (!goesOn) {
            closeQuietly(asking.channel);
        }
    }

    /** An answer as nginx reads it, and the end of the connection. */
    static byte[] bytes(WebResponse response) {
        return bytes(response, "close");
    }

    private static byte[] bytes(WebResponse response, String connection) {
        var text = new StringBuilder(128)
                .append("HTTP/1.1 ")
                .append(response.status())
                .append(" .\r\nConnection: ")
                .append(connection)
                .append("\r\nContent-Length: ")
                .append(response.body().length())
                .append("\r\n");
        response.headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").append(response.body().text()).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void sweep(long now) {
        for (var key : selector.keys()) {
            if (key.attachment() instanceof Asking asking && asking.dawdles(now)) {
                closeQuietly(asking.channel);
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
