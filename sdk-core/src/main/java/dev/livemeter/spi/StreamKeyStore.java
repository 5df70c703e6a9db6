package dev.livemeter.spi;

import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKeyId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps stream keys, as hashes. Thread-safe; each call is atomic and durable when it returns. */
public interface StreamKeyStore {

    /**
     * Adds a key.
     *
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if the id or the hash is known
     */
    void insert(StoredStreamKey key);

    /** The key with that hash, revoked or not. */
    Optional<StoredStreamKey> findByHash(String hash);

    /** All keys of a user, the newest first. */
    List<StoredStreamKey> of(UserId owner);

    /**
     * Marks a key as revoked. Idempotent: the first moment stays.
     *
     * @return the key as it stands afterwards, or empty if the owner has none of that id
     */
    Optional<StoredStreamKey> revoke(UserId owner, StreamKeyId id, Instant at);
}
