package dev.livemeter.spi;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.StoredDestination;
import dev.livemeter.identity.UserId;
import java.util.List;
import java.util.Optional;

/** Keeps destinations. Thread-safe; each call is atomic and durable when it returns. */
public interface DestinationStore {

    /**
     * Adds a destination at the end of its owner's list; its {@code position} is given by the store.
     *
     * @param limit how many an owner may have
     * @return what was stored, or empty if the owner has {@code limit} already, however many calls race
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if the id is known
     */
    Optional<StoredDestination> insert(StoredDestination destination, int limit);

    /**
     * Replaces everything but owner and position.
     *
     * @return whether the owner has a destination of that id
     */
    boolean update(StoredDestination destination);

    /**
     * Removes a destination. Idempotent.
     *
     * @return whether there was one
     */
    boolean delete(UserId owner, DestinationId id);

    /** All of a user, by position. */
    List<StoredDestination> of(UserId owner);
}
