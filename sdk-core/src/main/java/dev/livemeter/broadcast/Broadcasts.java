package dev.livemeter.broadcast;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.BroadcastStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What people say of their streams, and what platforms made of them. Thread-safe. */
public final class Broadcasts {

    /** Of somebody who said nothing. */
    static final StreamDetails UNDESCRIBED = StreamDetails.titled("Live stream");

    private final @Nullable BroadcastStore store;
    private final @Nullable BroadcastKeeper keeper;

    private Broadcasts(@Nullable BroadcastStore store, @Nullable BroadcastKeeper keeper) {
        this.store = store;
        this.keeper = keeper;
    }

    /** Of an application whose storage keeps no broadcasts. */
    public static Broadcasts none() {
        return new Broadcasts(null, null);
    }

    /**
     * Those of a store.
     *
     * @param keeper of what runs; null where nothing can
     */
    public static Broadcasts of(BroadcastStore store, @Nullable BroadcastKeeper keeper) {
        return new Broadcasts(store, keeper);
    }

    /** What a user says of their streams, as said last; a plain title where they said nothing. */
    public StreamDetails details(String user) {
        var owner = UserId.of(user);
        return store == null ? UNDESCRIBED : store.details(owner).orElse(UNDESCRIBED);
    }

    /**
     * From the next stream on, a user says that of their streams. What runs keeps what it began with. Idempotent.
     *
     * @throws LivemeterException {@code broadcast.none} where the storage keeps none
     */
    public void describe(String user, StreamDetails details) {
        var owner = UserId.of(user);
        if (store == null) {
            throw new LivemeterException(
                    "broadcast.none",
                    "The storage of this application does not keep what streams are called; its developer gives another one with .storage(...).");
        }
        store.describe(owner, details);
    }

    /** The broadcasts of a session, the oldest first, as of half a minute ago at most; none where it went to no connected account. */
    public List<BroadcastRecord> of(SessionId session) {
        return of(Set.of(session)).getOrDefault(session, List.of());
    }

    /** As {@link #of(SessionId)}, of several; one without any is left out. */
    public Map<SessionId, List<BroadcastRecord>> of(Collection<SessionId> sessions) {
        return store == null || sessions.isEmpty() ? Map.of() : store.of(sessions);
    }

    /** What is remembered of a stream: what it was called, and how many watched on all platforms together; of one that runs here, up to now. */
    public Optional<StreamStory> story(SessionId session) {
        return Optional.ofNullable(stories(Set.of(session)).get(session));
    }

    /** As {@link #story}, of several; one of which nothing is known is left out. */
    public Map<SessionId, StreamStory> stories(Collection<SessionId> sessions) {
        if (store == null || sessions.isEmpty()) {
            return Map.of();
        }
        var found = new HashMap<SessionId, StreamStory>();
        var stored = new ArrayList<SessionId>();
        for (var session : sessions) {
            // What runs is asked for every second, and the store need not be.
            if (keeper != null && keeper.runs(session)) {
                keeper.story(session).ifPresent(story -> found.put(session, story));
            } else {
                stored.add(session);
            }
        }
        if (!stored.isEmpty()) {
            found.putAll(store.stories(stored));
        }
        return found;
    }
}
