package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which of this machine's connections can be whose, as far as their server and the look that noticed them tell. Who could be meant by the same ones is given the same answer, made once for each look: there may be thousands of
 * pushes to one server, and thousands of connections. Not thread-safe.
 */
final class Sightings {

    private final long originNanos;
    private final Map<Connection, Long> noticed = new HashMap<>();
    private final Map<Integer, NavigableMap<Long, List<Connection>>> byPort = new HashMap<>();
    private final Map<Group, Map<Connection, Queue>> groups = new HashMap<>();
    private Map<Connection, Queue> queues = Map.of();

    /** Connections to one server that were noticed from one look to another. */
    private record Group(Peer peer, long first, long last) {}

    Sightings(long nowNanos) {
        originNanos = nowNanos;
    }

    /** These there are now; those that were not there at the look before are noticed. */
    void look(Map<Connection, Queue> now, long nowNanos) {
        noticed.keySet().retainAll(now.keySet());
        byPort.clear();
        groups.clear();
        queues = now;
        for (var connection : now.keySet()) {
            var since = noticed.computeIfAbsent(connection, fresh -> nowNanos - originNanos);
            byPort.computeIfAbsent(connection.peerPort(), port -> new TreeMap<>())
                    .computeIfAbsent(since, look -> new ArrayList<>())
                    .add(connection);
        }
    }

    /** Those to a server that were noticed within that time, with what waits in them. */
    Map<Connection, Queue> of(Peer peer, long fromNanos, long toNanos) {
        var looks = byPort.get(peer.port());
        var from = fromNanos - originNanos;
        var to = toNanos - originNanos;
        if (looks == null || from > to) {
            return Map.of();
        }
        var within = looks.subMap(from, true, to, true);
        return within.isEmpty()
                ? Map.of()
                : groups.computeIfAbsent(
                        new Group(peer, within.firstKey(), within.lastKey()), group -> members(peer, within));
    }

    private Map<Connection, Queue> members(Peer peer, NavigableMap<Long, List<Connection>> looks) {
        var found = new HashMap<Connection, Queue>();
        for (var look : looks.values()) {
            for (var connection : look) {
                var queue = queues.get(connection);
                if (queue != null && peer.isOf(connection)) {
                    found.put(connection, queue);
                }
            }
        }
        return found;
    }
}
