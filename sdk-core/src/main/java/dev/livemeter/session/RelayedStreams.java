package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The streams that run here, and how many each user has, counted from before they are let in. Thread-safe. */
final class RelayedStreams {

    private final Map<SessionId, RelayedStream> streams = new ConcurrentHashMap<>();
    private final Map<UserId, Integer> byUser = new ConcurrentHashMap<>();

    /** One more of that user is about to come in; false where that would be more than the limit. Given back by {@link #release}. */
    boolean reserve(UserId user, int limit) {
        var granted = new boolean[1];
        byUser.compute(user, (key, count) -> {
            var present = count == null ? 0 : count;
            granted[0] = present < limit;
            return granted[0] ? present + 1 : count;
        });
        return granted[0];
    }

    /** One more of that user goes on, whatever the limit is by now: it runs. Given back as well. */
    void reserveBeyond(UserId user) {
        byUser.merge(user, 1, Integer::sum);
    }

    /** One of that user is gone, or did not come in. */
    void release(UserId user) {
        byUser.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
    }

    /** How many that user has, with those about to come in. */
    int of(UserId user) {
        return byUser.getOrDefault(user, 0);
    }

    void add(SessionId session, RelayedStream stream) {
        streams.put(session, stream);
    }

    /** Whether it was not there before; otherwise nothing is changed. */
    boolean addIfNew(SessionId session, RelayedStream stream) {
        return streams.putIfAbsent(session, stream) == null;
    }

    @Nullable
    RelayedStream find(SessionId session) {
        return streams.get(session);
    }

    boolean has(SessionId session) {
        return streams.containsKey(session);
    }

    @Nullable
    RelayedStream remove(SessionId session) {
        return streams.remove(session);
    }

    void each(BiConsumer<SessionId, RelayedStream> what) {
        streams.forEach(what);
    }

    /** As they are; those that come and go meanwhile may be seen or not. */
    Set<Map.Entry<SessionId, RelayedStream>> all() {
        return streams.entrySet();
    }
}
