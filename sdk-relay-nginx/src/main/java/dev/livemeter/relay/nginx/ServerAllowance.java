package dev.livemeter.relay.nginx;

import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many servers that nginx does not know one user may bring: as many at once as a stream can have destinations, and one more for each span from then on. Each may cost everybody a reload, so nobody can have them for
 * ever. Thread-safe.
 */
final class ServerAllowance {

    static final int AT_ONCE = 32;
    static final Duration ONE_MORE_EACH = Duration.ofMinutes(2);

    private static final int REMEMBERED = 10_000;

    private final TimeSource time;
    private final Map<String, Used> users = new LinkedHashMap<>(16, 0.75f, true);

    /** How much was used at a time; it shrinks from then on. */
    private record Used(long nanos, long atNanos) {

        long left(long now) {
            return Math.max(0, nanos - (now - atNanos));
        }
    }

    ServerAllowance(TimeSource time) {
        this.time = time;
    }

    /**
     * Takes one.
     *
     * @return zero where that was possible; else how long until it is, and nothing was taken
     */
    synchronized Duration take(String user) {
        var now = time.nanoTime();
        var before = users.get(user);
        var left = before == null ? 0 : before.left(now);
        var each = ONE_MORE_EACH.toNanos();
        var over = left + each - AT_ONCE * each;
        if (over > 0) {
            return Duration.ofNanos(over);
        }
        users.put(user, new Used(left + each, now));
        if (users.size() > REMEMBERED) {
            var longestUnused = users.keySet().iterator();
            longestUnused.next();
            longestUnused.remove();
        }
        return Duration.ZERO;
    }

    /** Gives one back that cost nothing. */
    synchronized void giveBack(String user) {
        var now = time.nanoTime();
        var before = users.get(user);
        if (before != null) {
            users.put(user, new Used(Math.max(0, before.left(now) - ONE_MORE_EACH.toNanos()), now));
        }
    }
}
