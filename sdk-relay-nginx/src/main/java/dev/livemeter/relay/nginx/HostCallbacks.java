package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.CallbackServer.Decider;
import dev.livemeter.relay.nginx.deploy.HostStream;
import dev.livemeter.time.Scheduler;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
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

    /** Questions are small and come at once, so that many that are not whole are nobody's good will. */
    private static final int MOST_READ = 512;

    private final Executor workers;
    private final Scheduler scheduler;
    private final AtomicInteger reading = new AtomicInteger();
    private volatile @Nullable Decider decider;

    HostCallbacks(Executor workers, Scheduler scheduler) {
        this.workers = workers;
        this.scheduler = scheduler;
    }

    void decideBy(Decider next) {
        decider = next;
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
        try {
            if (!isWhole(question, stream)) {
                stream.close();
                return;
            }
        } finally {
            reading.decrementAndGet();
        }
        decide(question, stream);
    }

    private boolean isWhole(CallbackQuestion question, HostStream stream) {
        var whole = new AtomicBoolean();
        scheduler.after(WHOLE_WITHIN, () -> {
            if (!whole.get()) {
                stream.close();
            }
        });
        try {
            var from = Channels.newChannel(stream.in());
            while (true) {
                switch (question.read(from)) {
                    case WHOLE -> {
                        whole.set(true);
                        return true;
                    }
                    case NONE -> {
                        return false;
                    }
                    default -> {
                        // More has to come.
                    }
                }
            }
        } catch (IOException e) {
            log.debug("A callback of nginx on a relay host was not read to its end: {}.", e.toString());
            return false;
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
