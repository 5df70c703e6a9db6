package dev.livemeter.signaling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages for peers that are not there, each with a time of its own. What waits for one peer, from one peer and in all is limited. Orders are not: nobody who fills what others may use keeps a connection that has to
 * end, and there is one at most from each peer to each other at a time. Whoever changes or reads what waits for an id holds the lock of that id.
 */
final class Waiting {

    private static final Logger log = LoggerFactory.getLogger(Waiting.class);

    /** What a message costs beside its bytes, roughly. */
    private static final int OVERHEAD = 96;

    private final SignalingLimits limits;
    private final long expireNanos;
    private final ConcurrentHashMap<String, Line> lines = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, AtomicInteger> bySender = new ConcurrentHashMap<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Waiting(SignalingLimits limits, long expireNanos) {
        this.limits = limits;
        this.expireNanos = expireNanos;
    }

    int messages() {
        return messages.get();
    }

    long bytes() {
        return bytes.get();
    }

    /** Those for whom something waits. */
    Set<String> receivers() {
        return lines.keySet();
    }

    /** How long a message waits, in nanoseconds. */
    long expireNanos() {
        return expireNanos;
    }

    /** Lets a message wait for somebody who is not there; null if there is no room. */
    @Nullable
    Parked park(String to, Parked parked) {
        return park(to, parked, limits.waitingBytesPerPeer(), limits.waitingMessagesPerPeer());
    }

    /** Keeps a message until another node has passed it on to somebody who is there: as much as may wait for a peer that reads slowly. Null if there is no room. */
    @Nullable
    Parked parkForNode(String to, Parked parked) {
        return park(
                to,
                parked,
                Math.max(limits.queueBytes() + OVERHEAD, limits.waitingBytesPerPeer()),
                Math.max(limits.queueMessages(), limits.waitingMessagesPerPeer()));
    }

    private @Nullable Parked park(String to, Parked parked, int mostBytes, int mostMessages) {
        var sender = parked.sender();
        var size = parked.frame().length + OVERHEAD;
        var line = lines.computeIfAbsent(to, id -> new Line());
        if (parked.isOrder()) {
            return parkOrder(line, parked);
        }
        if (line.messages.size() - line.orders >= mostMessages
                || line.bytes + size > mostBytes
                || !takeRoom(sender, size, mostBytes)) {
            if (line.messages.isEmpty()) {
                lines.remove(to);
            }
            return null;
        }
        line.bytes += size;
        line.messages.add(parked);
        messages.incrementAndGet();
        return parked;
    }

    private Parked parkOrder(Line line, Parked order) {
        line.orders++;
        line.messages.add(order);
        messages.incrementAndGet();
        return order;
    }

    /** What waits for a peer; null where nothing does. */
    @Nullable
    Line line(String id) {
        return lines.get(id);
    }

    /** One message waits no longer. */
    void remove(String id, Parked parked) {
        var line = lines.get(id);
        if (line == null) {
            return;
        }
        if (line.messages.peekFirst() != parked) {
            remove(line, id, List.of(parked));
            return;
        }
        line.messages.removeFirst();
        given(line, parked);
        if (line.messages.isEmpty()) {
            lines.remove(id);
        }
    }

    private void given(Line line, Parked parked) {
        if (parked.isOrder()) {
            line.orders--;
        } else {
            line.bytes -= parked.frame().length + OVERHEAD;
        }
        giveBack(parked);
    }

    private boolean takeRoom(String sender, int size, int mostBytes) {
        if (bytes.addAndGet(size) > limits.waitingBytes()) {
            bytes.addAndGet(-size);
            return false;
        }
        var isRoom = new boolean[1];
        bySender.compute(sender, (id, before) -> {
            var used = before == null ? new AtomicInteger() : before;
            isRoom[0] = used.get() + size <= mostBytes;
            if (isRoom[0]) {
                used.addAndGet(size);
            }
            return used.get() == 0 ? null : used;
        });
        if (!isRoom[0]) {
            bytes.addAndGet(-size);
        }
        return isRoom[0];
    }

    private void giveBack(Parked parked) {
        messages.decrementAndGet();
        if (parked.isOrder()) {
            return;
        }
        var size = parked.frame().length + OVERHEAD;
        bytes.addAndGet(-size);
        bySender.computeIfPresent(parked.sender(), (id, used) -> used.addAndGet(-size) <= 0 ? null : used);
    }

    /** All that waits for a peer, in order; it waits no longer. */
    List<Parked> take(String id) {
        var line = lines.remove(id);
        if (line == null) {
            return List.of();
        }
        line.messages.forEach(this::giveBack);
        return List.copyOf(line.messages);
    }

    /** Drops what waits for one peer from another. */
    void forget(String from, String to) {
        var line = lines.get(to);
        if (line != null) {
            remove(
                    line,
                    to,
                    line.messages.stream()
                            .filter(parked -> parked.sender().equals(from))
                            .toList());
        }
    }

    /**
     * Drops what waited too long for a peer. What follows an offer that expires goes with it: the connection that it belongs to comes to
     * nothing, and it would only be told of twice.
     *
     * @return who is to be told
     */
    List<String> expire(String id, long now, Tally tally) {
        var line = lines.get(id);
        if (line == null) {
            return List.of();
        }
        var senders = new LinkedHashSet<String>();
        var going = new ArrayList<Parked>();
        var withTheirOffer = new HashSet<String>();
        for (var parked : line.messages) {
            if (parked.isDue(now)) {
                going.add(parked);
                if (parked.isOrder()) {
                    log.warn("An order for a peer on another node could not be brought there in time and is given up.");
                    continue;
                }
                senders.add(parked.sender());
                if (parked.type() == MessageType.OFFER) {
                    withTheirOffer.add(parked.sender());
                }
            } else if (parked.type() == MessageType.OFFER) {
                withTheirOffer.remove(parked.sender());
            } else if (withTheirOffer.contains(parked.sender())) {
                going.add(parked);
            }
        }
        remove(line, id, going);
        tally.expired.add(going.size());
        return List.copyOf(senders);
    }

    private void remove(Line line, String id, List<Parked> going) {
        if (going.isEmpty()) {
            return;
        }
        // by identity: two messages can be alike
        var gone = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<Parked, Boolean>());
        gone.addAll(going);
        line.messages.removeIf(gone::contains);
        for (var parked : going) {
            given(line, parked);
        }
        if (line.messages.isEmpty()) {
            lines.remove(id);
        }
    }

    /** All that waits for one peer, in order. */
    static final class Line {

        private final ArrayDeque<Parked> messages = new ArrayDeque<>();
        private int bytes;
        private int orders;
        private long route;

        ArrayDeque<Parked> messages() {
            return messages;
        }

        /** The attempt by which what waits is on its way to another node; 0 where it is not. */
        long route() {
            return route;
        }

        void route(long attempt) {
            route = attempt;
        }
    }
}
