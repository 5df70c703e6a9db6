package dev.livemeter.spi;

import dev.livemeter.broadcast.BroadcastId;
import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamStory;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps broadcasts on platforms, and what people said of their streams; nothing of it is money. Thread-safe; each call is atomic and durable when it returns.
 */
public interface BroadcastStore {

    /** What a user says of their streams, as said last. */
    Optional<StreamDetails> details(UserId user);

    /** From now on a user says that of their streams. Idempotent. */
    void describe(UserId user, StreamDetails details);

    /** From now on that is remembered of a stream, in place of anything earlier. Idempotent. */
    void save(StreamStory story);

    /** What is remembered of those streams; one of which nothing is known is left out. */
    Map<SessionId, StreamStory> stories(Collection<SessionId> sessions);

    /**
     * Keeps a new broadcast.
     *
     * @param broadcast of version 1
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if the id is known
     */
    void insert(BroadcastRecord broadcast);

    /**
     * Replaces all of a broadcast but its id and its terms, if what is stored is one version older. Of two that change the same version, one wins.
     *
     * @return whether it was replaced
     */
    boolean update(BroadcastRecord broadcast);

    Optional<BroadcastRecord> find(BroadcastId id);

    /** The broadcasts of those sessions, of each the oldest first; a session without any is left out. */
    Map<SessionId, List<BroadcastRecord>> of(Collection<SessionId> sessions);

    /**
     * Those that somebody must look after at that moment, the longest due first.
     *
     * @param limit at most so many, 1 to 500
     */
    List<BroadcastRecord> due(Instant at, int limit);
}
