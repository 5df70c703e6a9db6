package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an nginx that outlived the application shows of itself: which stream goes where, by which connection. It is read off the heartbeats of pushes, for as long as
 * it takes until each has come; only then is it known where a stream goes, and it can be taken up. Addresses hold platforms' keys: prints without them. Thread-safe.
 */
final class Carried {

    private final @Nullable TimeSource time;
    private long collectedAtNanos;
    private volatile long overAtNanos;
    private final Duration collect;
    private final Duration over;
    private final Map<String, Map<Long, Lead>> streams = new HashMap<>();

    private final @Nullable Duration freshFor;
    private final Map<Long, Sighting> strangers = new LinkedHashMap<>();

    /** A publisher that is not known here, since when it comes to us without a pause, and when it came last. */
    private record Sighting(long sinceNanos, long lastNanos) {}

    /**
     * A push as it was seen last.
     *
     * @param client its connection
     * @param address where it leads, with the key
     */
    record Lead(long client, String address, long seenAtNanos) {
        @Override
        public String toString() {
            return "Lead[" + client + ", ····]";
        }
    }

    /**
     * Begins to collect.
     *
     * @param collect until every push has given a heartbeat
     * @param over when nobody else is expected to show up
     */
    Carried(TimeSource time, Duration collect, Duration over) {
        this(time, time.nanoTime() + collect.toNanos(), time.nanoTime() + over.toNanos(), collect, over, null);
    }

    private Carried(
            @Nullable TimeSource time,
            long collectedAtNanos,
            long overAtNanos,
            Duration collect,
            Duration over,
            @Nullable Duration freshFor) {
        this.time = time;
        this.collectedAtNanos = collectedAtNanos;
        this.overAtNanos = overAtNanos;
        this.collect = collect;
        this.over = over;
        this.freshFor = freshFor;
    }

    /**
     * Collects all the time, as other nodes work with the same nginx: what they leave comes here.
     *
     * @param collect as above, for each publisher that begins to come here
     * @param freshFor for how long it counts what a heartbeat has shown
     */
    static Carried amongOthers(TimeSource time, Duration collect, Duration freshFor) {
        return new Carried(time, 0, 0, collect, Duration.ZERO, freshFor);
    }

    /** Nothing is carried: nginx was started just now. */
    static Carried nothing() {
        return new Carried(null, 0, 0, Duration.ZERO, Duration.ZERO, null);
    }

    /** Whether whoever is unknown here may be another node's, now or a moment ago. */
    boolean isAmongOthers() {
        return freshFor != null;
    }

    /** Nothing was heard for a while: whoever was still expected then is expected anew. */
    synchronized void heardAgain(long lostAtNanos) {
        if (time != null && freshFor == null && lostAtNanos - overAtNanos < 0) {
            collectedAtNanos = time.nanoTime() + collect.toNanos();
            overAtNanos = time.nanoTime() + over.toNanos();
        }
    }

    /** Whether it is too early to take that publisher up, who came just now. */
    synchronized boolean isCollecting(long client) {
        if (time == null) {
            return false;
        }
        var now = time.nanoTime();
        if (freshFor == null) {
            return now - collectedAtNanos < 0;
        }
        var before = strangers.remove(client);
        var since = before == null || now - before.lastNanos() > freshFor.toNanos() ? now : before.sinceNanos();
        strangers.values().removeIf(one -> now - one.lastNanos() > freshFor.toNanos());
        strangers.put(client, new Sighting(since, now));
        return now - since < collect.toNanos();
    }

    /** Whether whoever is unknown has to go. */
    boolean isOver() {
        return freshFor == null && (time == null || time.nanoTime() - overAtNanos >= 0);
    }

    /** Whether a push may show up that is not known here: another node's, or one from before that has not come yet since nobody else is expected. */
    boolean mayShowMore() {
        return freshFor != null || (time != null && time.nanoTime() - overAtNanos < collect.toNanos());
    }

    private boolean isFresh(Lead lead) {
        return freshFor == null || time == null || time.nanoTime() - lead.seenAtNanos() <= freshFor.toNanos();
    }

    /** The stream is passed on to that address. */
    synchronized void seen(String stream, long client, String address) {
        if (freshFor != null) {
            // The others' streams come and go.
            streams.values().forEach(leads -> leads.values().removeIf(lead -> !isFresh(lead)));
            streams.values().removeIf(Map::isEmpty);
        }
        streams.computeIfAbsent(stream, unknown -> new LinkedHashMap<>())
                .put(client, new Lead(client, address, time == null ? 0 : time.nanoTime()));
    }

    /** A push is gone. */
    synchronized void gone(String stream, long client) {
        var leads = streams.get(stream);
        if (leads != null) {
            leads.remove(client);
        }
    }

    /** Whether some stream goes to that target. */
    synchronized boolean goesTo(PushTarget target) {
        return streams.keySet().stream()
                .anyMatch(stream -> !pushesTo(stream, target).isEmpty());
    }

    /** The pushes by which a stream goes to that target. */
    synchronized List<Lead> pushesTo(String stream, PushTarget target) {
        return pushes(stream).stream()
                .filter(lead -> PushLocation.leadsTo(lead.address(), target))
                .toList();
    }

    /** All pushes of a stream. */
    synchronized List<Lead> pushes(String stream) {
        return streams.getOrDefault(stream, Map.of()).values().stream()
                .filter(this::isFresh)
                .toList();
    }

    @Override
    public synchronized String toString() {
        return "Carried[" + streams.size() + " streams]";
    }
}
