package dev.livemeter.testing;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.session.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How the destinations of {@link InMemoryRelay} fare. Thread-safe. */
final class InMemoryDestinations {

    private final Set<Faring> faring = new HashSet<>();
    private final List<DestinationId> retries = new ArrayList<>();
    private final Map<SessionId, List<DestinationTraffic>> traffic = new HashMap<>();

    /** A destination that connects or is live. */
    private record Faring(SessionId session, DestinationId destination) {}

    synchronized void changed(SessionId session, DestinationId destination, State state) {
        var one = new Faring(session, destination);
        if (state == State.CONNECTING || state == State.LIVE) {
            faring.add(one);
        } else {
            faring.remove(one);
        }
    }

    /** It is to be tried again now; ignored where it connects or is live. */
    synchronized void retry(SessionId session, DestinationId destination) {
        if (!faring.contains(new Faring(session, destination))) {
            retries.add(destination);
        }
    }

    /** What was to be tried again, in order. */
    synchronized List<DestinationId> retries() {
        return List.copyOf(retries);
    }

    synchronized void traffic(SessionId session, List<DestinationTraffic> known) {
        traffic.put(session, List.copyOf(known));
    }

    synchronized List<DestinationTraffic> traffic(SessionId session) {
        return traffic.getOrDefault(session, List.of());
    }
}
