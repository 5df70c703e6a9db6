package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
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
    private final Map<String, Map<Integer, Slot>> streams = new HashMap<>();

    private static final class Slot {
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
        this.time = time;
        this.collectedAtNanos = time.nanoTime() + collect.toNanos();
        this.overAtNanos = time.nanoTime() + over.toNanos();
    }

    private Carried() {
        time = null;
        collectedAtNanos = 0;
        overAtNanos = 0;
    }

    /** Nothing is carried: nginx was started just now. */
    static Carried nothing() {
        return new Carried();
    }

    boolean isCollecting() {
        return time != null && time.nanoTime() - collectedAtNanos < 0;
    }

    /** Whether whoever is unknown has to go. */
    boolean isOver() {
        return time == null || time.nanoTime() - overAtNanos >= 0;
    }

    /** The stream comes into the slot. */
    synchronized void entering(int slot, String stream, long client) {
        slot(slot, stream).slotClient = client;
    }

    /** What comes into the slot is passed on to that address. */
    synchronized void leaving(int slot, String stream, long client, String address) {
        var known = slot(slot, stream);
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
                        && slot.getValue().slotClient != NOBODY
                        && PushLocation.leadsTo(slot.getValue().address, target))
                .mapToInt(Map.Entry::getKey)
                .min();
    }

    /** How that slot is used; empty where nothing is known of it any more. */
    synchronized Optional<Lead> lead(String stream, int slot) {
        return Optional.ofNullable(streams.getOrDefault(stream, Map.of()).get(slot))
                .filter(known -> known.slotClient != NOBODY && known.pushClient != NOBODY)
                .map(known -> new Lead(known.slotClient, known.pushClient));
    }

    @Override
    public synchronized String toString() {
        return "Carried[" + streams.size() + " streams]";
    }
}
