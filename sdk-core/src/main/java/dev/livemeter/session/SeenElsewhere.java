package dev.livemeter.session;

import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose sessions were found to be another node's a moment ago: their publishers may ask here with each heartbeat, and the store need not be read each time. What is taken over is known without it.
 * Thread-safe.
 */
final class SeenElsewhere {

    private final TimeSource time;
    private final Duration keep;
    private final Duration sameMoment;
    private final Map<StreamKeyId, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(Instant openedAt, long atNanos) {}

    /**
     * Nothing yet.
     *
     * @param keep how long it counts
     * @param sameMoment how far two accounts of when a session was opened may lie apart
     */
    SeenElsewhere(TimeSource time, Duration keep, Duration sameMoment) {
        this.time = time;
        this.keep = keep;
        this.sameMoment = sameMoment;
    }

    void add(StreamKeyId key, Instant openedAt) {
        seen.values().removeIf(this::isOld);
        seen.put(key, new Seen(openedAt, time.nanoTime()));
    }

    boolean contains(StreamKeyId key, Instant openedAt) {
        var found = seen.get(key);
        return found != null
                && !isOld(found)
                && Duration.between(found.openedAt(), openedAt).abs().compareTo(sameMoment) <= 0;
    }

    private boolean isOld(Seen one) {
        return time.nanoTime() - one.atNanos() >= keep.toNanos();
    }
}
