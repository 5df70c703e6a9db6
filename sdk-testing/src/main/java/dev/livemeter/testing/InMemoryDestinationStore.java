package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.StoredDestination;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.DestinationStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Destinations in memory. Thread-safe. */
final class InMemoryDestinationStore implements DestinationStore {

    private final Map<DestinationId, StoredDestination> destinations = new HashMap<>();

    @Override
    public synchronized Optional<StoredDestination> insert(StoredDestination destination, int limit) {
        if (destinations.containsKey(destination.id())) {
            throw new LivemeterException(
                    "store.duplicate",
                    "There is a destination " + destination.id() + " already; give each an id of its own.");
        }
        var own = of(destination.owner());
        if (own.size() >= limit) {
            return Optional.empty();
        }
        var position = own.isEmpty() ? 0 : own.get(own.size() - 1).position() + 1;
        var stored = destination.at(position);
        destinations.put(stored.id(), stored);
        return Optional.of(stored);
    }

    @Override
    public synchronized boolean update(StoredDestination destination) {
        var stored = destinations.get(destination.id());
        if (stored == null || !stored.owner().equals(destination.owner())) {
            return false;
        }
        destinations.put(stored.id(), destination.at(stored.position()));
        return true;
    }

    @Override
    public synchronized boolean delete(UserId owner, DestinationId id) {
        var stored = destinations.get(id);
        return stored != null && stored.owner().equals(owner) && destinations.remove(id, stored);
    }

    @Override
    public synchronized List<StoredDestination> of(UserId owner) {
        return destinations.values().stream()
                .filter(destination -> destination.owner().equals(owner))
                .sorted(Comparator.comparingInt(StoredDestination::position))
                .toList();
    }
}
