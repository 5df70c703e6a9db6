package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.spi.SignalingTransport.Ending;
import dev.livemeter.spi.SignalingTransport.SendResult;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who is there, by id, and what waits for those who are not. Messages to somebody who is there take no lock; coming, leaving and waiting of
 * one id exclude each other, so that nothing falls between them. Thread-safe.
 *
 * <p>A {@link Cluster} comes in where {@link #deliver} finds nobody, and hears who leaves; without one nothing of it is passed through.
 */
final class Realm {

    /** What came of a wish to enter. */
    enum Entry {
        IN,
        TOOK_OVER,
        ID_TAKEN,
        FULL,
        /** Another connection took the id over before this one was in. */
        SUPERSEDED
    }

    private static final int STRIPES = 64;

    private final ConcurrentHashMap<String, Link> present = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Object[] locks = new Object[STRIPES];
    private final Waiting waiting;
    private final Presence presence;
    private final Tally tally;
    private final int most;
    private @Nullable Cluster cluster;

    Realm(int most, Waiting waiting, Presence presence, Tally tally) {
        this.most = most;
        this.waiting = waiting;
        this.presence = presence;
        this.tally = tally;
        for (var i = 0; i < STRIPES; i++) {
            locks[i] = new Object();
        }
    }

    /** Is one of several from now on; before anybody comes. */
    void join(Cluster joined) {
        cluster = joined;
    }

    /** What excludes coming, leaving and waiting of an id. */
    Object lock(String id) {
        return locks[(id.hashCode() * 0x9e3779b9) >>> 26];
    }

    int count() {
        return count.get();
    }

    Waiting waiting() {
        return waiting;
    }

    Collection<Link> links() {
        return present.values();
    }

    Presence presence() {
        return presence;
    }

    List<String> ids() {
        var others = cluster;
        if (others == null) {
            return List.copyOf(present.keySet());
        }
        var all = new LinkedHashSet<>(present.keySet());
        all.addAll(others.ids());
        return List.copyOf(all);
    }

    @Nullable
    Link find(String id) {
        return present.get(id);
    }

    /** Registers a connection under its id and gives it OPEN, then what waits, before anybody else can reach it. */
    Entry enter(Link link, long now) {
        var id = link.id().value();
        synchronized (lock(id)) {
            var holding = link.holding();
            if (cluster != null && holding != null && !cluster.isLatest(holding)) {
                return Entry.SUPERSEDED;
            }
            var before = present.get(id);
            if (before != null && !before.yieldsTo(link)) {
                return Entry.ID_TAKEN;
            }
            if (before == null && holding != null) {
                // All nodes together have found room for it.
                count.incrementAndGet();
            } else if (before == null && !takeRoom()) {
                return Entry.FULL;
            }
            if (before != null) {
                before.mute();
            }
            link.connection().send(Frames.open());
            for (var parked : waiting.take(id)) {
                if (!parked.isDue(now)
                        && parked.kind() != Parked.Kind.DISMISS
                        && !link.hasHeard(parked.origin(), parked.originNumber())
                        && link.connection().send(parked.frame()) == SendResult.QUEUED) {
                    link.heard(parked.origin(), parked.originNumber());
                    relayed(parked.frame());
                }
            }
            if (cluster != null && holding != null) {
                cluster.entered(holding);
            }
            present.put(id, link);
            link.giveVoice();
            presence.joined(link.id());
            tally.joins.increment();
            if (before == null) {
                return Entry.IN;
            }
            tally.takeovers.increment();
            if (!before.hasTokenOf(link)) {
                // Whoever is still there learns that it is not to come back; who broke down does not hear it.
                before.connection().send(Frames.idTaken());
            }
            before.connection().disconnect(Ending.DONE, "Another connection took over.", Link.LAST_WORDS);
            return Entry.TOOK_OVER;
        }
    }

    private boolean takeRoom() {
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Takes a connection out; whoever has taken its id over meanwhile is left alone. Idempotent. */
    void leave(Link link, Departure departure) {
        var id = link.id().value();
        synchronized (lock(id)) {
            if (present.remove(id, link)) {
                count.decrementAndGet();
                if (departure == Departure.LOST) {
                    tally.lost.increment();
                }
                presence.left(link.id(), departure);
                if (cluster != null) {
                    cluster.left(link, departure);
                }
            }
        }
    }

    /** Takes a connection out whose id another node's connection holds now. To be called under the lock of the id. */
    void displace(Link link, byte @Nullable [] lastWord, String sentence) {
        if (present.remove(link.id().value(), link)) {
            count.decrementAndGet();
            tally.takeovers.increment();
            link.mute();
            if (lastWord != null) {
                link.connection().send(lastWord);
            }
            link.connection().disconnect(Ending.DONE, sentence, Link.LAST_WORDS);
        }
    }

    /**
     * Passes a frame on, or lets it wait.
     *
     * @return false if nobody has the id and there is no room to wait, or it is of a kind that does not
     */
    boolean deliver(Link from, PeerId to, MessageType type, byte[] frame, long now) {
        var id = to.value();
        var target = present.get(id);
        if (target != null && sent(target, frame)) {
            return true;
        }
        synchronized (lock(id)) {
            // It may have come, or come back, a moment ago.
            target = present.get(id);
            if (target != null && sent(target, frame)) {
                return true;
            }
            var sender = from.id().value();
            if (cluster != null) {
                return cluster.forward(sender, id, type, frame, now);
            }
            return type.waits()
                    && waiting.park(id, new Parked(sender, type, frame, now + waiting.expireNanos())) != null;
        }
    }

    /** Whether it took the frame; who cannot be sent to is gone, however it looks. */
    boolean sent(Link target, byte[] frame) {
        switch (target.connection().send(frame)) {
            case QUEUED -> {
                relayed(frame);
                return true;
            }
            case OVERFLOW -> {
                tally.slow.increment();
                target.end(Departure.LOST, Ending.VIOLATION, "You read too slowly.");
                return false;
            }
            case NOT_CONNECTED -> {
                target.end(Departure.LOST, Ending.DONE, "");
                return false;
            }
        }
        return false;
    }

    private void relayed(byte[] frame) {
        tally.relayed.increment();
        tally.relayedBytes.add(frame.length);
    }

    /** Drops what waits for one peer from another. */
    void forget(String from, String to) {
        synchronized (lock(to)) {
            waiting.forget(from, to);
        }
    }

    /** Tells the senders of what waited too long, once for each receiver. */
    void expire(long now) {
        for (var id : waiting.receivers()) {
            final List<String> senders;
            synchronized (lock(id)) {
                senders = waiting.expire(id, now, tally);
            }
            for (var sender : senders) {
                expired(id, sender);
            }
        }
    }

    /** Says something to a peer that is there. */
    void tell(Link link, byte[] frame) {
        sent(link, frame);
    }

    /** Tells a sender that a receiver cannot be reached. */
    void expired(String receiver, String sender) {
        var link = present.get(sender);
        if (link != null) {
            sent(link, Frames.expire(receiver, sender));
        } else if (cluster != null) {
            cluster.tell(sender, Frames.expire(receiver, sender));
        }
    }
}
