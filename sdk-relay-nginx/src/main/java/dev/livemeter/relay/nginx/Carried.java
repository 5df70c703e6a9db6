package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What an nginx that outlived the application shows of itself: which slot of which stream leads where. It is read off the heartbeats of the slots, for as long as
 * it takes until each has come; only then is it known where a stream goes, and it can be taken up. Addresses hold platforms' keys: prints without them. Thread-safe.
 */
final class Carried {

    private static final long NOBODY = -1;

    private final @Nullable TimeSource time;
    private final long collectedAtNanos;
    private final long overAtNanos;
    private final Duration collect;
    private final Map<String, Map<Integer, Slot>> streams = new HashMap<>();

    private final @Nullable Duration freshFor;
    private final Map<Long, Sighting> strangers = new LinkedHashMap<>();

    /** A publisher that is not known here, since when it comes to us without a pause, and when it came last. */
    private record Sighting(long sinceNanos, long lastNanos) {}

    private static final class Slot {
        private long seenAtNanos;
        private long slotClient = NOBODY;
        private long pushClient = NOBODY;
        private @Nullable String address;
    }

    /** A slot in use, as its connections are numbered. */
    record Lead(long slotClient, long pushClient) {}

    /**
     * Begins to collect.
     *
     * @param collect until every slot has given a heartbeat
     * @param over when nobody else is expected to show up
     */
    Carried(TimeSource time, Duration collect, Duration over) {
        this(time, time.nanoTime() + collect.toNanos(), time.nanoTime() + over.toNanos(), collect, null);
    }

    private Carried(
            @Nullable TimeSource time,
            long collectedAtNanos,
            long overAtNanos,
            Duration collect,
            @Nullable Duration freshFor) {
        this.time = time;
        this.collectedAtNanos = collectedAtNanos;
        this.overAtNanos = overAtNanos;
        this.collect = collect;
        this.freshFor = freshFor;
    }

    /**
     * Collects all the time, as other nodes work with the same nginx: what they leave comes here.
     *
     * @param collect as above, for each publisher that begins to come here
     * @param freshFor for how long it counts what a heartbeat has shown
     */
    static Carried amongOthers(TimeSource time, Duration collect, Duration freshFor) {
        return new Carried(time, 0, 0, collect, freshFor);
    }

    /** Nothing is carried: nginx was started just now. */
    static Carried nothing() {
        return new Carried(null, 0, 0, Duration.ZERO, null);
    }

    /** Whether whoever is unknown here may be another node's, now or a moment ago. */
    boolean isAmongOthers() {
        return freshFor != null;
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

    /** Whether a slot may show up that is not known here: another node's, or one from before that has not come yet since nobody else is expected. */
    boolean mayShowMore() {
        return freshFor != null || (time != null && time.nanoTime() - overAtNanos < collect.toNanos());
    }

    private boolean isFresh(Slot slot) {
        return freshFor == null || time == null || time.nanoTime() - slot.seenAtNanos <= freshFor.toNanos();
    }

    private Slot seen(int slot, String stream) {
        if (freshFor != null && !streams.containsKey(stream)) {
            // The others' streams come and go.
            streams.values().removeIf(slots -> slots.values().stream().noneMatch(this::isFresh));
        }
        var known = slot(slot, stream);
        if (time != null) {
            if (!isFresh(known)) {
                known.slotClient = NOBODY;
                known.pushClient = NOBODY;
                known.address = null;
            }
            known.seenAtNanos = time.nanoTime();
        }
        return known;
    }

    /** The stream comes into the slot. */
    synchronized void entering(int slot, String stream, long client) {
        seen(slot, stream).slotClient = client;
    }

    /** What comes into the slot is passed on to that address. */
    synchronized void leaving(int slot, String stream, long client, String address) {
        var known = seen(slot, stream);
        known.pushClient = client;
        known.address = address;
    }

    /** A connection of the slot is gone. */
    synchronized void gone(int slot, String stream, long client) {
        var known = slot(slot, stream);
        if (known.pushClient == client) {
            known.pushClient = NOBODY;
            known.address = null;
        } else if (known.slotClient == client) {
            known.slotClient = NOBODY;
        }
    }

    private Slot slot(int slot, String stream) {
        return streams.computeIfAbsent(stream, unknown -> new HashMap<>()).computeIfAbsent(slot, unknown -> new Slot());
    }

    /** Whether some stream goes to that target. */
    synchronized boolean goesTo(PushTarget target) {
        return streams.keySet().stream()
                .anyMatch(stream -> slotTo(stream, target).isPresent());
    }

    /** The slot by which a stream goes to that target. */
    synchronized OptionalInt slotTo(String stream, PushTarget target) {
        return streams.getOrDefault(stream, Map.of()).entrySet().stream()
                .filter(slot -> slot.getValue().address != null
                        && isFresh(slot.getValue())
                        && slot.getValue().slotClient != NOBODY
                        && PushLocation.leadsTo(slot.getValue().address, target))
                .mapToInt(Map.Entry::getKey)
                .min();
    }

    /** How that slot is used; empty where nothing is known of it any more. */
    synchronized Optional<Lead> lead(String stream, int slot) {
        return Optional.ofNullable(streams.getOrDefault(stream, Map.of()).get(slot))
                .filter(known -> isFresh(known) && known.slotClient != NOBODY && known.pushClient != NOBODY)
                .map(known -> new Lead(known.slotClient, known.pushClient));
    }

    @Override
    public synchronized String toString() {
        return "Carried[" + streams.size() + " streams]";
    }
}
