package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.spi.StreamKeyStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stream keys in memory. Thread-safe. */
final class InMemoryStreamKeyStore implements StreamKeyStore {

    private static final Comparator<StoredStreamKey> NEWEST_FIRST = Comparator.comparing(StoredStreamKey::createdAt)
            .thenComparing(key -> key.id().value())
            .reversed();

    private final Map<StreamKeyId, StoredStreamKey> keys = new LinkedHashMap<>();

    @Override
    public synchronized void insert(StoredStreamKey key) {
        if (keys.containsKey(key.id()) || findByHash(key.hash()).isPresent()) {
            throw new LivemeterException(
                    "store.duplicate",
                    "There is a stream key " + key.id() + ", or one of the same hash, already; make a new one.");
        }
        keys.put(key.id(), key);
    }

    @Override
    public synchronized Optional<StoredStreamKey> findByHash(String hash) {
        return keys.values().stream().filter(key -> key.hash().equals(hash)).findFirst();
    }

    @Override
    public synchronized List<StoredStreamKey> of(UserId owner) {
        return keys.values().stream()
                .filter(key -> key.owner().equals(owner))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    @Override
    public synchronized Optional<StoredStreamKey> revoke(UserId owner, StreamKeyId id, Instant at) {
        var key = keys.get(id);
        if (key == null || !key.owner().equals(owner)) {
            return Optional.empty();
        }
        if (key.isGood()) {
            key = new StoredStreamKey(key.id(), key.owner(), key.hash(), key.hint(), key.createdAt(), at);
            keys.put(id, key);
        }
        return Optional.of(key);
    }
}
