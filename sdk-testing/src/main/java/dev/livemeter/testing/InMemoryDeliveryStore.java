package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.DeliveryStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** How destinations fared, in memory, for tests. Thread-safe. */
final class InMemoryDeliveryStore implements DeliveryStore {

    private final Predicate<SessionId> known;
    private final Map<SessionId, List<DeliveryRecord>> records = new HashMap<>();

    InMemoryDeliveryStore(Predicate<SessionId> known) {
        this.known = known;
    }

    @Override
    public synchronized void save(SessionId session, List<DeliveryRecord> all) {
        if (!known.test(session)) {
            throw new LivemeterException(
                    "store.unknown_session",
                    "There is no session " + session + "; store it before how its destinations fared.");
        }
        records.put(session, List.copyOf(all));
    }

    @Override
    public synchronized Map<SessionId, List<DeliveryRecord>> of(Collection<SessionId> sessions) {
        var found = new HashMap<SessionId, List<DeliveryRecord>>();
        for (var session : sessions) {
            var its = records.getOrDefault(session, List.of());
            if (!its.isEmpty()) {
                found.put(session, its);
            }
        }
        return found;
    }
}
