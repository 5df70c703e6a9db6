package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The pushes that nginx opened and has not told to be closed. While one of them should not be open any more, the heartbeats of pushes are needed, as a denied one closes it where no order
 * reaches. Thread-safe.
 */
final class OpenPushes {

    /** For so long the gate may go on to answer by what it heard before. */
    private static final Duration UNHEARD = Duration.ofSeconds(2);

    private final Map<Long, Way> byClient = new HashMap<>();

    private static final class Way {
        private final String stream;
        private long seenNanos;
        private boolean unwelcome;

        Way(String stream) {
            this.stream = stream;
        }
    }

    /** Knows which may be open. */
    interface Doorkeeper {
        boolean isWelcome(String stream, long client);
    }

    synchronized void opened(String stream, long client) {
        byClient.put(client, new Way(stream));
    }

    /** It gave a heartbeat. */
    synchronized void seen(long client, long nowNanos) {
        var way = byClient.get(client);
        if (way != null) {
            way.seenNanos = nowNanos;
        }
    }

    synchronized void closed(long client) {
        byClient.remove(client);
    }

    synchronized void clear() {
        byClient.clear();
    }

    /**
     * Whether one is open that should not be.
     *
     * @param lost what gives no heartbeat for that long, although all are asked for, was closed, and nobody heard of it
     */
    boolean hasUnwelcome(Doorkeeper doorkeeper, long nowNanos, Duration lost) {
        final Map<Long, Way> open;
        synchronized (this) {
            open = Map.copyOf(byClient);
        }
        var found = false;
        for (var entry : open.entrySet()) {
            var way = entry.getValue();
            // Without our lock, as it asks others that have theirs.
            var welcome = doorkeeper.isWelcome(way.stream, entry.getKey());
            found |= isUnwelcome(entry.getKey(), way, welcome, nowNanos, lost);
        }
        return found;
    }

    private synchronized boolean isUnwelcome(long client, Way way, boolean welcome, long nowNanos, Duration lost) {
        if (welcome) {
            way.unwelcome = false;
            return false;
        }
        if (!way.unwelcome) {
            way.unwelcome = true;
            way.seenNanos = nowNanos;
        }
        if (nowNanos - way.seenNanos <= lost.plus(UNHEARD).toNanos()) {
            return true;
        }
        byClient.remove(client, way);
        return false;
    }
}
