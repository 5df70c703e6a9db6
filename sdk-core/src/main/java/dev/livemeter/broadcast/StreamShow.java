package dev.livemeter.broadcast;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.BroadcastStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One running stream with all its broadcasts, and what the history will know of it. Thread-safe. */
final class StreamShow {

    private final BroadcastStore store;
    private final SessionId session;
    private final UserId owner;
    private final Map<DestinationId, RunningBroadcast> broadcasts = new HashMap<>();
    private final Map<DestinationId, Long> watching = new HashMap<>();
    private final ViewerCount viewers = new ViewerCount();

    /** Held while the store is asked, so that details are copied once. */
    private final ReentrantLock storing = new ReentrantLock();

    private volatile @Nullable StreamDetails details;
    private volatile boolean stored;
    private boolean said;
    private boolean closed;
    private boolean begun;
    private List<BroadcastRecord> left = List.of();

    StreamShow(BroadcastStore store, SessionId session, UserId owner) {
        this.store = store;
        this.session = session;
        this.owner = owner;
    }

    UserId owner() {
        return owner;
    }

    /** What the artist said of it when it began; remembers that. Blocks on the store. */
    StreamDetails details() {
        storing.lock();
        try {
            return details(true);
        } finally {
            storing.unlock();
        }
    }

    /** Remembers what the artist said of it, if they said anything. Blocks on the store. May be repeated. */
    void begin() {
        storing.lock();
        try {
            details(false);
        } finally {
            storing.unlock();
        }
    }

    private StreamDetails details(boolean evenIfNothingWasSaid) {
        var known = details;
        if (known == null) {
            var before = store.stories(Set.of(session)).get(session);
            var found = before == null ? store.details(owner) : Optional.of(before.details());
            if (before != null) {
                goOn(before.viewers());
            }
            said = found.isPresent();
            known = found.orElse(Broadcasts.UNDESCRIBED);
            details = known;
            stored = before != null;
        }
        if (!stored && (said || evenIfNothingWasSaid)) {
            store.save(new StreamStory(session, known, null));
            stored = true;
        }
        return known;
    }

    private synchronized void goOn(@Nullable Viewers before) {
        viewers.goOn(before);
    }

    /** What the history will know, up to now; empty before anything was said or seen. Looks at memory alone. */
    Optional<StreamStory> story(Instant now) {
        var known = stored ? details : null;
        return known == null ? Optional.empty() : Optional.of(new StreamStory(session, known, figures(now)));
    }

    private synchronized @Nullable Viewers figures(Instant now) {
        return viewers.figures(now);
    }

    /** Stores how many watched. Blocks on the store. */
    void save(Instant now) {
        storing.lock();
        try {
            var known = details;
            if (stored && known != null) {
                store.save(new StreamStory(session, known, figures(now)));
            }
        } finally {
            storing.unlock();
        }
    }

    /** So many watch at one destination from now on; null where that is not known. */
    synchronized void watched(DestinationId destination, @Nullable Long count, Instant now) {
        if (count == null) {
            watching.remove(destination);
        } else {
            watching.put(destination, count);
        }
        viewers.at(
                watching.isEmpty()
                        ? null
                        : (Long)
                                watching.values().stream().mapToLong(one -> one).sum(),
                now);
    }

    synchronized Optional<RunningBroadcast> broadcast(DestinationId destination) {
        return Optional.ofNullable(broadcasts.get(destination));
    }

    /** Puts another one in place, unless the stream is over. */
    synchronized Optional<RunningBroadcast> broadcast(
            DestinationId destination, Function<@Nullable RunningBroadcast, RunningBroadcast> change) {
        if (closed) {
            return Optional.empty();
        }
        var next = change.apply(broadcasts.get(destination));
        broadcasts.put(destination, next);
        return Optional.of(next);
    }

    /** Those that are at none of these destinations. */
    synchronized List<RunningBroadcast> elsewhere(Set<DestinationId> goesTo) {
        return broadcasts.entrySet().stream()
                .filter(one -> !goesTo.contains(one.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    synchronized List<RunningBroadcast> all() {
        return new ArrayList<>(broadcasts.values());
    }

    /** Nothing is opened any more. */
    synchronized void close() {
        closed = true;
    }

    /** What an earlier process opened and nobody goes on with. */
    synchronized void leaves(List<BroadcastRecord> others) {
        left = List.copyOf(others);
    }

    /**
     * The stream runs here now.
     *
     * @return what is left to be ended; nothing the second time
     */
    synchronized List<BroadcastRecord> runs() {
        var others = left;
        left = List.of();
        begun = true;
        return others;
    }

    /** Closes it, unless the stream runs here. */
    synchronized boolean isForgotten() {
        closed |= !begun;
        return closed;
    }
}
