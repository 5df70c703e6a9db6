package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.CallbackServer.Decider;
import dev.livemeter.relay.nginx.deploy.HostStream;
import dev.livemeter.time.Scheduler;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callbacks of an nginx on a relay host, as they come through SSH: read in the thread that brings them, which is over when the question is there, and answered whenever it is decided. While nobody
 * decides they get no answer, so that the gate on the host gives its last one. Thread-safe.
 */
final class HostCallbacks {

    private static final Logger log = LoggerFactory.getLogger(HostCallbacks.class);

    /** A question that is not whole after that long is none of nginx's. */
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(5);

    /** The version that RTMP begins with; a question begins with a letter. */
    private static final int RTMP = 3;

    /** Questions are small and come at once, so that many that are not whole are nobody's good will. */
    private static final int MOST_READ = 512;

    private final Executor workers;
    private final Scheduler scheduler;
    private final AtomicInteger reading = new AtomicInteger();
    private volatile @Nullable Decider decider;
    private volatile @Nullable KeyBridge bridge;

    HostCallbacks(Executor workers, Scheduler scheduler) {
        this.workers = workers;
        this.scheduler = scheduler;
    }

    void decideBy(Decider next) {
        decider = next;
    }

    /** From now on pushes that come by the same port go there. */
    void bridgeBy(KeyBridge next) {
        bridge = next;
    }

    void deafen() {
        decider = null;
    }

    void visited(HostStream stream) {
        if (decider == null || reading.incrementAndGet() > MOST_READ) {
            stream.close();
            reading.decrementAndGet();
            return;
        }
        var question = new CallbackQuestion();
        var in = new PushbackInputStream(stream.in());
        final Came came;
        try {
            came = came(question, in, stream);
        } finally {
            reading.decrementAndGet();
        }
        var to = bridge;
        if (came == Came.QUESTION) {
            decide(question, stream);
        } else if (came == Came.PUSH && to != null) {
            to.visit(new BridgeEnd(in, stream.out(), stream::close));
        } else {
            stream.close();
        }
    }

    /** What a connection brings. */
    private enum Came {
        QUESTION,
        /** RTMP: nginx pushes a stream to the bridge. */
        PUSH,
        NOTHING
    }

    private Came came(CallbackQuestion question, PushbackInputStream in, HostStream stream) {
        var whole = new AtomicBoolean();
        scheduler.after(WHOLE_WITHIN, () -> {
            if (!whole.get()) {
                stream.close();
            }
        });
        try {
            var first = in.read();
            if (first < 0) {
                return Came.NOTHING;
            }
            in.unread(first);
            if (first == RTMP) {
                whole.set(true);
                return Came.PUSH;
            }
            var from = Channels.newChannel(in);
            while (true) {
                switch (question.read(from)) {
                    case WHOLE -> {
                        whole.set(true);
                        return Came.QUESTION;
                    }
                    case NONE -> {
                        return Came.NOTHING;
                    }
                    default -> {
                        // More has to come.
                    }
                }
            }
        } catch (IOException e) {
            log.debug("A callback of nginx on a relay host was not read to its end: {}.", e.toString());
            return Came.NOTHING;
        }
    }

    private void decide(CallbackQuestion question, HostStream stream) {
        var current = decider;
        if (current == null) {
            stream.close();
            return;
        }
        try {
            if (question.isMalformed()) {
                answer(stream, WebResponse.empty(400));
                return;
            }
            current.decide(question.request(), response -> answerLater(stream, response));
        } catch (RuntimeException e) {
            log.error("A callback of nginx on a relay host could not be answered.", e);
            answer(stream, WebResponse.empty(500));
        }
    }

    /** Whoever decides must not wait for the way to the host. */
    private void answerLater(HostStream stream, WebResponse response) {
        try {
            workers.execute(() -> answer(stream, response));
        } catch (RejectedExecutionException closed) {
            stream.close();
        }
    }

    private void answer(HostStream stream, WebResponse response) {
        try (stream) {
            if (response.status() != CallbackServer.UNDECIDED_STATUS && decider != null) {
                stream.sayLast(CallbackServer.bytes(response));
            }
        } catch (IOException e) {
            log.debug("nginx on a relay host did not wait for the answer to a callback.");
        }
    }
}
