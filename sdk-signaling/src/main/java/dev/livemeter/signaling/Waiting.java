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

/**
 * Messages for peers that are not there, each with a time of its own. What waits for one peer, from one peer and in all is limited. Whoever
 * changes what waits for an id holds the lock of that id.
 */
final class Waiting {

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

    /** Whether there was room. */
    boolean park(Link from, String to, MessageType type, byte[] frame, long now) {
        var sender = from.id().value();
        var size = frame.length + OVERHEAD;
        var line = lines.computeIfAbsent(to, id -> new Line());
        if (line.messages.size() >= limits.waitingMessagesPerPeer()
                || line.bytes + size > limits.waitingBytesPerPeer()
                || !takeRoom(sender, size)) {
            if (line.messages.isEmpty()) {
                lines.remove(to);
            }
            return false;
        }
        line.bytes += size;
        line.messages.add(new Parked(sender, type, frame, now + expireNanos));
        messages.incrementAndGet();
        return true;
    }

    private boolean takeRoom(String sender, int size) {
        if (bytes.addAndGet(size) > limits.waitingBytes()) {
            bytes.addAndGet(-size);
            return false;
        }
        var isRoom = new boolean[1];
        bySender.compute(sender, (id, before) -> {
            var used = before == null ? new AtomicInteger() : before;
            isRoom[0] = used.get() + size <= limits.waitingBytesPerPeer();
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
        var size = parked.frame().length + OVERHEAD;
        messages.decrementAndGet();
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
                senders.add(parked.sender());
                going.add(parked);
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
            line.bytes -= parked.frame().length + OVERHEAD;
            giveBack(parked);
        }
        if (line.messages.isEmpty()) {
            lines.remove(id);
        }
    }

    private static final class Line {

        private final ArrayDeque<Parked> messages = new ArrayDeque<>();
        private int bytes;
    }

    /** A message that waits. */
    static final class Parked {

        private final String sender;
        private final MessageType type;
        private final byte[] frame;
        private final long dueNanos;

        private Parked(String sender, MessageType type, byte[] frame, long dueNanos) {
            this.sender = sender;
            this.type = type;
            this.frame = frame;
            this.dueNanos = dueNanos;
        }

        String sender() {
            return sender;
        }

        MessageType type() {
            return type;
        }

        byte[] frame() {
            return frame;
        }

        boolean isDue(long now) {
            return now - dueNanos >= 0;
        }
    }
}
