package dev.livemeter.session;

import dev.livemeter.spi.DeliveryStore;
import dev.livemeter.spi.RelayController;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has stored how the destinations of streams fare: every half a minute while a stream runs, so that a crash costs little of it, and at its end. What cannot be stored is
 * logged and tried again with the next; it never holds up a stream. Thread-safe.
 */
final class DeliveryKeeper {

    private static final Logger log = LoggerFactory.getLogger(DeliveryKeeper.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    /** What a short stream sent should be known, too. */
    private static final Duration FIRST = Duration.ofSeconds(5);

    private final DeliveryStore store;
    private final RelayController relay;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final Map<SessionId, Instant> nextAt = new ConcurrentHashMap<>();

    DeliveryKeeper(DeliveryStore store, RelayController relay, TimeSource time, Scheduler scheduler) {
        this.store = store;
        this.relay = relay;
        this.time = time;
        this.scheduler = scheduler;
    }

    /** A stream was let in: from now on it is known that nobody stopped its destinations. Returns at once. */
    void began(SessionId session, RelayedStream stream) {
        scheduler.after(Duration.ZERO, () -> keep(session, stream));
    }

    /** A stream gave a sign of life. Returns at once. */
    void alive(SessionId session, RelayedStream stream) {
        var now = time.instant();
        var due = nextAt.putIfAbsent(session, now.plus(FIRST));
        if (due != null && !now.isBefore(due) && nextAt.replace(session, due, now.plus(EVERY))) {
            scheduler.after(Duration.ZERO, () -> keep(session, stream));
        }
    }

    private void keep(SessionId session, RelayedStream stream) {
        stream.deliveries().observe(stream.statuses(), time.instant());
        stream.deliveries().sent(relay.traffic(session));
        save(session, stream);
    }

    /** Somebody changed where a stream goes, which is to be known even if the application goes away now. Blocks on the store. */
    void changed(SessionId session, RelayedStream stream) {
        keep(session, stream);
    }

    /** What is known of a session that the application left; empty where nothing was stored yet. Blocks on the store. */
    List<DeliveryRecord> before(SessionId session) {
        return store.of(List.of(session)).getOrDefault(session, List.of());
    }

    /** A stream goes nowhere any more; what comes later is not noted. Returns at once. Idempotent. */
    void ended(RelayedStream stream) {
        var now = time.instant();
        stream.deliveries().observe(stream.statuses(), now);
        stream.deliveries().end(now);
    }

    /** A stream is over and charged; blocks on the store. Idempotent. */
    void over(SessionId session, RelayedStream stream) {
        nextAt.remove(session);
        ended(stream);
        save(session, stream);
    }

    private void save(SessionId session, RelayedStream stream) {
        stream.deliveries().storing().lock();
        try {
            var records = stream.deliveries().news(time.instant());
            if (records.isEmpty()) {
                return;
            }
            try {
                store.save(session, records);
            } catch (RuntimeException e) {
                log.warn("How the destinations of session {} fared could not be stored ({}).", session, e.getMessage());
            }
        } finally {
            stream.deliveries().storing().unlock();
        }
    }
}
