package dev.livemeter.platforms.youtube;

import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.platforms.http.QuotaLedger;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often broadcasts are looked at: every few seconds until they are live, then as the settings say, and more seldom where the units that are left would not last until
 * the quota begins anew. Remembers the broadcasts of this process alone; what is forgotten only costs a unit more. Thread-safe.
 */
final class Pace {

    private static final int KEPT = 10_000;
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    /** As long YouTube has for starting by itself what it gets. */
    private static final Duration AUTO_START = Duration.ofSeconds(30);
    /** What a look at a live broadcast costs: the video and the stream. */
    private static final int CALLS = 2;

    private final TimeSource time;
    private final QuotaLedger quota;
    private final Duration lookEvery;
    private final Map<String, Watched> watched = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Watched> eldest) {
            return size() > KEPT;
        }
    };

    Pace(TimeSource time, QuotaLedger quota, Duration lookEvery) {
        this.time = time;
        this.quota = quota;
        this.lookEvery = lookEvery;
    }

    /** Whether it was live when this process saw it last. */
    synchronized boolean live(String broadcast) {
        var known = watched.get(broadcast);
        return known != null && known.live;
    }

    /** Whether YouTube had the time to start it by itself, since this process first saw that it gets the stream. */
    synchronized boolean autoStartFailed(String broadcast) {
        var known = watched.computeIfAbsent(broadcast, any -> new Watched());
        var now = time.nanoTime();
        if (!known.active) {
            known.active = true;
            known.activeAt = now;
        }
        return now - known.activeAt >= AUTO_START.toNanos();
    }

    /** When to look again at a broadcast that was just seen. */
    synchronized Duration next(String broadcast, Phase phase) {
        if (phase == Phase.ENDED) {
            watched.remove(broadcast);
            return LONGEST;
        }
        var known = watched.computeIfAbsent(broadcast, any -> new Watched());
        known.live = phase == Phase.LIVE;
        if (!known.live) {
            return SOON;
        }
        return quota.limited() ? stretched() : lookEvery;
    }

    synchronized void forget(String broadcast) {
        watched.remove(broadcast);
    }

    private Duration stretched() {
        var left = quota.leftForRoutine();
        var seconds =
                Math.max(1, Duration.between(time.instant(), quota.resetAt()).toSeconds());
        var looks = watched.values().stream().filter(one -> one.live).count();
        var fair =
                left == 0 ? LONGEST : Duration.ofSeconds(Math.min(LONGEST.toSeconds(), looks * CALLS * seconds / left));
        return fair.compareTo(lookEvery) > 0 ? fair : lookEvery;
    }

    private static final class Watched {

        private boolean live;
        private boolean active;
        private long activeAt;
    }
}
