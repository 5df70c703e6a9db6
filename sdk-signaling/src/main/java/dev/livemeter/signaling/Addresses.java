package dev.livemeter.signaling;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How many connections each address has, and how fast it opens them. Thread-safe. */
final class Addresses {

    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final int mostConnections;
    private final int connectsPerMinute;
    private final ConcurrentHashMap<String, Use> uses = new ConcurrentHashMap<>();

    Addresses(SignalingLimits limits) {
        this.mostConnections = limits.connectionsPerAddress();
        this.connectsPerMinute = limits.connectsPerMinutePerAddress();
    }

    private boolean isOff() {
        return mostConnections == 0 && connectsPerMinute == 0;
    }

    /** Why that address may not open one more now; null if it may, and then {@link #leave} gives it back. */
    @Nullable
    String enter(String address, long now) {
        if (isOff()) {
            return null;
        }
        var refusal = new String[1];
        uses.compute(address, (key, present) -> {
            var use = present == null ? new Use(now) : present;
            if (mostConnections > 0 && use.connections >= mostConnections) {
                refusal[0] = "Your address has " + mostConnections
                        + " connections already, as many as it may; close one of them, or try again later.";
            } else if (connectsPerMinute > 0
                    && !use.connects.take(now, MINUTE_NANOS / connectsPerMinute, connectsPerMinute)) {
                refusal[0] = "Your address connects too often; " + connectsPerMinute
                        + " times a minute are allowed. Try again in a minute.";
            } else {
                use.connections++;
            }
            return use;
        });
        return refusal[0];
    }

    void leave(String address) {
        if (!isOff()) {
            uses.computeIfPresent(address, (key, use) -> {
                use.connections--;
                return use;
            });
        }
    }

    /** Forgets addresses that are not there and have not come lately. */
    void sweep(long now) {
        uses.forEach((address, seen) -> uses.computeIfPresent(
                address, (key, use) -> use.connections == 0 && use.connects.isRested(now) ? null : use));
    }

    private static final class Use {

        private final Allowance connects;
        private int connections;

        private Use(long now) {
            this.connects = new Allowance(now);
        }
    }
}
