package dev.livemeter.platforms.youtube;

import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.platforms.http.QuotaLedger;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often broadcasts are looked at: every few seconds until they are live, but ever more seldom where that takes long; then as the settings say, and more seldom where the units
 * that are left would not last until the quota begins anew. Remembers the broadcasts of this process alone; what is forgotten only costs a unit more. Thread-safe.
 */
final class Pace {

    private static final int KEPT = 10_000;
    private static final Duration SOON = Duration.ofSeconds(5);
    /** Most broadcasts are live by then. */
    private static final Duration SOON_LIVE = Duration.ofMinutes(2);
    /** How often a broadcast is looked at in all the time that it has been waited for so far. */
    private static final long LOOKS_SO_FAR = SOON_LIVE.dividedBy(SOON);

    private static final Duration LONGEST = Duration.ofMinutes(10);
    /** As long YouTube has for starting by itself what it gets. */
    private static final Duration AUTO_START = Duration.ofSeconds(30);
    /** What a look costs: the video and the stream. */
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

    /** Whether a look may be left out where units run short: it is live, or was waited for in vain so long that some minutes do not matter. */
    synchronized boolean routine(String broadcast) {
        var known = watched.get(broadcast);
        return known != null && (known.live || waited(known).compareTo(SOON_LIVE) >= 0);
    }

    /** Whether YouTube had the time to start it by itself, since this process first saw that it gets the stream. */
    synchronized boolean autoStartFailed(String broadcast) {
        var known = known(broadcast);
        var now = time.nanoTime();
        if (!known.active) {
            known.active = true;
            known.activeAt = now;
            // It is about to be live, however long the stream took.
            known.since = now;
        }
        return now - known.activeAt >= AUTO_START.toNanos();
    }

    /** When to look again at a broadcast that was just seen. */
    synchronized Duration next(String broadcast, Phase phase) {
        if (phase == Phase.ENDED) {
            watched.remove(broadcast);
            return LONGEST;
        }
        var known = known(broadcast);
        known.live = phase == Phase.LIVE;
        if (known.live) {
            return stretched(lookEvery);
        }
        var waited = waited(known);
        if (waited.compareTo(SOON_LIVE) < 0) {
            return SOON;
        }
        var seldom = waited.dividedBy(LOOKS_SO_FAR);
        return stretched(seldom.compareTo(lookEvery) < 0 ? seldom : lookEvery);
    }

    private Watched known(String broadcast) {
        return watched.computeIfAbsent(broadcast, any -> new Watched(time.nanoTime()));
    }

    private Duration waited(Watched one) {
        return Duration.ofNanos(time.nanoTime() - one.since);
    }

    synchronized void forget(String broadcast) {
        watched.remove(broadcast);
    }

    private Duration stretched(Duration wanted) {
        if (!quota.limited()) {
            return wanted;
        }
        var left = quota.leftForRoutine();
        var seconds =
                Math.max(1, Duration.between(time.instant(), quota.resetAt()).toSeconds());
        var looks = watched.values().stream()
                .filter(one -> one.live || waited(one).compareTo(SOON_LIVE) >= 0)
                .count();
        var fair =
                left == 0 ? LONGEST : Duration.ofSeconds(Math.min(LONGEST.toSeconds(), looks * CALLS * seconds / left));
        return fair.compareTo(wanted) > 0 ? fair : wanted;
    }

    private static final class Watched {

        private boolean live;
        private boolean active;
        private long activeAt;
        private long since;

        private Watched(long since) {
            this.since = since;
        }
    }
}
