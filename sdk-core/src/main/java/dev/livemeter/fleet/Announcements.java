package dev.livemeter.fleet;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the changes of hosts in the order in which they happened, one at a time, while nobody holds a lock. Thread-safe. */
final class Announcements {

    private static final Logger log = LoggerFactory.getLogger(Announcements.class);

    private final Queue<RelayHostStatus> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger toTell = new AtomicInteger();
    private final Consumer<RelayHostStatus> listener;

    Announcements(Consumer<RelayHostStatus> listener) {
        this.listener = listener;
    }

    /** To be told by the next {@link #tell}; may be called with locks held. */
    void add(RelayHostStatus change) {
        waiting.add(change);
    }

    /** Tells what waits, unless another thread does so right now; that one then looks again. */
    void tell() {
        if (toTell.getAndIncrement() > 0) {
            return;
        }
        var seen = 1;
        do {
            for (var change = waiting.poll(); change != null; change = waiting.poll()) {
                try {
                    listener.accept(change);
                } catch (RuntimeException e) {
                    log.error("The news of the relay host {} was not taken.", change.name(), e);
                }
            }
            seen = toTell.addAndGet(-seen);
        } while (seen > 0);
    }
}
