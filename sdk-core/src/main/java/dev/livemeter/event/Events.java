package dev.livemeter.event;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to listeners. {@link #publish} only queues: metering never waits for a listener. Each listener has a queue of its
 * own, bounded so that one that never returns cannot eat the heap; what does not fit is dropped and counted in the log. Thread-safe.
 */
public final class Events {

    private static final Logger log = LoggerFactory.getLogger(Events.class);
    private static final int QUEUE_LIMIT = 10_000;

    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    private final Executor workers;

    /**
     * Events without listeners yet.
     *
     * @param workers runs the listeners; one task at a time for each
     */
    public Events(Executor workers) {
        this.workers = workers;
    }

    /** Tells a listener everything from now on, until the subscription is closed. */
    public Subscription subscribe(EventListener listener) {
        var subscriber = new Subscriber(listener);
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    /** As {@link #subscribe(EventListener)}, for the events of one type alone. */
    public <E extends LiveEvent> Subscription subscribe(Class<E> type, Consumer<E> listener) {
        return subscribe(event -> {
            if (type.isInstance(event)) {
                listener.accept(type.cast(event));
            }
        });
    }

    /** Queues an event for every listener. For Livemeter's own parts and for plugins that have something to tell. */
    public void publish(LiveEvent event) {
        log.debug("{}", event);
        for (var subscriber : subscribers) {
            subscriber.queue(event);
        }
    }

    /** A listener that is being told. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {

        /** Tells it nothing further; an event that is just being told is told to the end. Idempotent. */
        @Override
        void close();
    }

    private final class Subscriber {

        private final EventListener listener;
        private final Queue<LiveEvent> queue = new ArrayDeque<>();
        private boolean running;
        private long dropped;

        Subscriber(EventListener listener) {
            this.listener = listener;
        }

        void queue(LiveEvent event) {
            synchronized (queue) {
                if (queue.size() >= QUEUE_LIMIT) {
                    if (dropped++ % QUEUE_LIMIT == 0) {
                        log.error(
                                "The event listener {} has {} events waiting and is told no more until it catches up; {} were dropped so far.",
                                listener.getClass().getName(),
                                queue.size(),
                                dropped);
                    }
                    return;
                }
                queue.add(event);
                if (running) {
                    return;
                }
                running = true;
            }
            try {
                workers.execute(this::drain);
            } catch (RejectedExecutionException closed) {
                synchronized (queue) {
                    running = false;
                }
                log.debug("The executor is closed; {} was not told.", event);
            }
        }

        private void drain() {
            for (var event = next(); event != null; event = next()) {
                try {
                    listener.on(event);
                } catch (RuntimeException e) {
                    log.error(
                            "The event listener {} failed on {}.",
                            listener.getClass().getName(),
                            event.code(),
                            e);
                }
            }
        }

        private @Nullable LiveEvent next() {
            synchronized (queue) {
                var event = queue.poll();
                running = event != null;
                return event;
            }
        }
    }
}
