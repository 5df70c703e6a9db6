package dev.livemeter.relay.nginx;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Push;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which slot of a session leads to which destination, at this moment. A slot that is freed can be given anew at once: nginx numbers its connections, so
 * what it still tells of the former tenant is not taken for news of the next one. Thread-safe.
 */
final class SlotTable {

    private final SessionId session;
    private final @Nullable PushLane[] lanes;
    private final Reports reports;
    private final PushLane.Surroundings around;

    SlotTable(SessionId session, int slots, Reports reports, PushLane.Surroundings around) {
        this.session = session;
        this.lanes = new @Nullable PushLane[slots];
        this.reports = reports;
        this.around = around;
    }

    /**
     * What a change comes to.
     *
     * @param freed slots that lead somewhere else now, or nowhere, and are to be closed
     * @param homeless what no slot is left for
     */
    record Change(List<Integer> freed, List<DestinationId> homeless) {}

    /** From now on the slots lead to exactly these; lanes that fit already are not touched. */
    synchronized Change assign(List<Push> pushes) {
        var wanted = new LinkedHashMap<DestinationId, Push>();
        pushes.forEach(push -> wanted.putIfAbsent(push.destination(), push));
        var idle = new ArrayList<Integer>();
        var freed = new ArrayList<Integer>();
        for (var slot = 1; slot <= lanes.length; slot++) {
            var lane = lanes[slot - 1];
            if (lane == null) {
                idle.add(slot);
            } else if (!wanted.remove(lane.push().destination(), lane.push())) {
                lane.stop();
                lanes[slot - 1] = null;
                freed.add(slot);
            }
        }
        // nginx asks again for idle slots all the time, and for a closed one only after a while.
        idle.addAll(freed);
        var free = idle.iterator();
        var homeless = new ArrayList<DestinationId>();
        for (var push : wanted.values()) {
            if (free.hasNext()) {
                int slot = free.next();
                var lane = new PushLane(session, slot, push, reports, around);
                lanes[slot - 1] = lane;
                lane.begin();
            } else {
                homeless.add(push.destination());
            }
        }
        return new Change(List.copyOf(freed), List.copyOf(homeless));
    }

    /** What runs already, in the slots that it runs in: nothing of it is opened anew. */
    synchronized void adopt(List<Push> pushes, Carried carried) {
        for (var push : pushes) {
            carried.slotTo(session.value(), push.target())
                    .ifPresent(slot -> carried.lead(session.value(), slot).ifPresent(lead -> {
                        if (slot <= lanes.length && lanes[slot - 1] == null) {
                            lanes[slot - 1] = PushLane.adopted(session, slot, push, reports, around, lead);
                        }
                    }));
        }
    }

    /** The lanes that there are now, by slot. */
    synchronized SortedMap<Integer, PushLane> lanes() {
        var found = new TreeMap<Integer, PushLane>();
        for (var slot = 1; slot <= lanes.length; slot++) {
            var lane = lanes[slot - 1];
            if (lane != null) {
                found.put(slot, lane);
            }
        }
        return found;
    }

    int size() {
        return lanes.length;
    }

    /** The lane of a slot, from 1; empty where the slot leads nowhere. */
    synchronized Optional<PushLane> lane(int slot) {
        return slot <= lanes.length ? Optional.ofNullable(lanes[slot - 1]) : Optional.empty();
    }

    /** The lane to a destination. */
    synchronized Optional<PushLane> lane(DestinationId destination) {
        for (var lane : lanes) {
            if (lane != null && lane.push().destination().equals(destination)) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }

    /** Where the slots lead now, by slot. */
    synchronized SortedMap<Integer, DestinationId> tenants() {
        var tenants = new TreeMap<Integer, DestinationId>();
        for (var slot = 1; slot <= lanes.length; slot++) {
            var lane = lanes[slot - 1];
            if (lane != null) {
                tenants.put(slot, lane.push().destination());
            }
        }
        return tenants;
    }

    synchronized void stop() {
        for (var lane : lanes) {
            if (lane != null) {
                lane.stop();
            }
        }
    }
}
