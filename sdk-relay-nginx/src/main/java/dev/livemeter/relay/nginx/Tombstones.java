package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Connections that must not publish any more. nginx can report the end of a stream before its beginning: a client that
 * sends both in one write gets a stream that lives on unseen (decision record 0004). So an end without a beginning is remembered, for longer than
 * the beginning can be under way. Not thread-safe.
 */
final class Tombstones {

    private static final long LIFE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST = 20_000;

    private final Map<Long, Long> buriedAt = new LinkedHashMap<>();

    void add(long client, long nowNanos) {
        buriedAt.putIfAbsent(client, nowNanos);
        forgetOld(nowNanos);
    }

    boolean contains(long client) {
        return buriedAt.containsKey(client);
    }

    int size() {
        return buriedAt.size();
    }

    private void forgetOld(long nowNanos) {
        for (Iterator<Long> eldest = buriedAt.values().iterator(); eldest.hasNext(); ) {
            if (nowNanos - eldest.next() < LIFE_NANOS && buriedAt.size() <= MOST) {
                return;
            }
            eldest.remove();
        }
    }
}
