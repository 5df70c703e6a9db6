package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.broadcast.BroadcastId;
import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamStory;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.BroadcastStore;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A store of broadcasts that is away, loses answers or takes its time, as a test wants. */
final class FaultyBroadcasts implements BroadcastStore {

    /** No row is null. */
    private static final Predicate<BroadcastRecord> NONE = Predicate.isEqual(null);

    private final BroadcastStore store;
    private final AtomicReference<Predicate<BroadcastRecord>> lost = new AtomicReference<>(NONE);
    private volatile Predicate<BroadcastRecord> bad = NONE;
    private volatile boolean away;
    private volatile Runnable whileSaving = () -> {};

    FaultyBroadcasts(BroadcastStore store) {
        this.store = store;
    }

    /** The next write of such a row is carried out, and nobody hears of it. */
    void lose(Predicate<BroadcastRecord> row) {
        lost.set(row);
    }

    /** Whether everything that was to be lost is lost. */
    boolean hasLost() {
        return lost.get() == NONE;
    }

    /** From now on such rows cannot be written. */
    void spoil(Predicate<BroadcastRecord> rows) {
        bad = rows;
    }

    /** Whether it answers nothing. */
    void away(boolean yes) {
        away = yes;
    }

    /** Is run while what is remembered of a stream is stored. */
    void whileSaving(Runnable task) {
        whileSaving = task;
    }

    private static LivemeterException unavailable() {
        return new LivemeterException("storage.unavailable", "The database did not answer.", true, null);
    }

    private void check() {
        if (away) {
            throw unavailable();
        }
    }

    private void answer(BroadcastRecord row) {
        var losing = lost.get();
        if (losing.test(row) && lost.compareAndSet(losing, NONE)) {
            throw unavailable();
        }
    }

    @Override
    public Optional<StreamDetails> details(UserId user) {
        check();
        return store.details(user);
    }

    @Override
    public void describe(UserId user, StreamDetails details) {
        check();
        store.describe(user, details);
    }

    @Override
    public void save(StreamStory story) {
        check();
        whileSaving.run();
        store.save(story);
    }

    @Override
    public Map<SessionId, StreamStory> stories(Collection<SessionId> sessions) {
        check();
        return store.stories(sessions);
    }

    @Override
    public void insert(BroadcastRecord broadcast) {
        check();
        store.insert(broadcast);
        answer(broadcast);
    }

    @Override
    public boolean update(BroadcastRecord broadcast) {
        check();
        if (bad.test(broadcast)) {
            throw unavailable();
        }
        var done = store.update(broadcast);
        if (done) {
            answer(broadcast);
        }
        return done;
    }

    @Override
    public Optional<BroadcastRecord> find(BroadcastId id) {
        check();
        return store.find(id);
    }

    @Override
    public Map<SessionId, List<BroadcastRecord>> of(Collection<SessionId> sessions) {
        check();
        return store.of(sessions);
    }

    @Override
    public List<BroadcastRecord> due(Instant at, int limit) {
        check();
        return store.due(at, limit);
    }
}
