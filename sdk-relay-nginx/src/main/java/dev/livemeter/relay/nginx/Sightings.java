package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which of this machine's connections can be whose, as far as their server and the look that noticed them tell: a connection was made after the look before that. Who could be meant by the same ones is given the same answer,
 * made once for each look: there may be thousands of pushes to one server, and thousands of connections. Not thread-safe.
 */
final class Sightings {

    private final long originNanos;
    private final Map<Connection, Noticed> noticed = new HashMap<>();
    private final Map<Integer, NavigableMap<Long, Look>> byPort = new HashMap<>();
    private final Map<Group, Map<Connection, Queue>> groups = new HashMap<>();
    private Map<Connection, Queue> queues = Map.of();
    private long lastLook;

    /** When a connection was noticed, and when it was not there yet. */
    private record Noticed(long after, long at) {}

    /** What one look noticed. */
    private record Look(long after, List<Connection> connections) {}

    /** Connections to one server that were noticed from one look to another. */
    private record Group(Peer peer, long first, long last) {}

    Sightings(long nowNanos) {
        originNanos = nowNanos;
    }

    /** These there are now; those that were not there at the look before are noticed. */
    void look(Map<Connection, Queue> now, long nowNanos) {
        var at = nowNanos - originNanos;
        var fresh = new Noticed(lastLook, at);
        noticed.keySet().retainAll(now.keySet());
        byPort.clear();
        groups.clear();
        queues = now;
        for (var connection : now.keySet()) {
            var when = noticed.computeIfAbsent(connection, ignored -> fresh);
            byPort.computeIfAbsent(connection.peerPort(), port -> new TreeMap<>())
                    .computeIfAbsent(when.at(), look -> new Look(when.after(), new ArrayList<>()))
                    .connections()
                    .add(connection);
        }
        lastLook = at;
    }

    /** It was not looked this time: what waits is not known, and who was noticed before is not forgotten. */
    void lookAway() {
        byPort.clear();
        groups.clear();
        queues = Map.of();
    }

    /** Those to a server that can have been made within that time, with what waits in them. */
    Map<Connection, Queue> of(Peer peer, long fromNanos, long toNanos) {
        var looks = byPort.get(peer.port());
        var from = fromNanos - originNanos;
        var to = toNanos - originNanos;
        if (looks == null || from > to) {
            return Map.of();
        }
        // The first look from then on can have noticed what was made before; those after it cannot.
        var next = looks.ceilingEntry(to);
        var last = next != null && next.getValue().after() < to ? next.getKey() : looks.lowerKey(to);
        if (last == null || last < from) {
            return Map.of();
        }
        var within = looks.subMap(from, true, last, true);
        return within.isEmpty()
                ? Map.of()
                : groups.computeIfAbsent(
                        new Group(peer, within.firstKey(), last), group -> members(peer, within.values()));
    }

    private Map<Connection, Queue> members(Peer peer, Collection<Look> looks) {
        var found = new HashMap<Connection, Queue>();
        for (var look : looks) {
            for (var connection : look.connections()) {
                var queue = queues.get(connection);
                if (queue != null && peer.isOf(connection)) {
                    found.put(connection, queue);
                }
            }
        }
        return found;
    }
}
