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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Broadcasts on platforms, in memory, for tests. Thread-safe. */
final class InMemoryBroadcastStore implements BroadcastStore {

    private static final Comparator<BroadcastRecord> OLDEST_FIRST = Comparator.comparing(
                    (BroadcastRecord row) -> row.terms().openedAt())
            .thenComparing(row -> row.id().value());

    private final Map<BroadcastId, BroadcastRecord> rows = new HashMap<>();
    private final Map<UserId, StreamDetails> described = new HashMap<>();
    private final Map<SessionId, StreamStory> stories = new HashMap<>();

    @Override
    public synchronized Optional<StreamDetails> details(UserId user) {
        return Optional.ofNullable(described.get(user));
    }

    @Override
    public synchronized void describe(UserId user, StreamDetails details) {
        described.put(user, details);
    }

    @Override
    public synchronized void save(StreamStory story) {
        stories.put(story.session(), story);
    }

    @Override
    public synchronized Map<SessionId, StreamStory> stories(Collection<SessionId> sessions) {
        var found = new HashMap<SessionId, StreamStory>();
        for (var session : sessions) {
            var story = stories.get(session);
            if (story != null) {
                found.put(session, story);
            }
        }
        return found;
    }

    @Override
    public synchronized void insert(BroadcastRecord broadcast) {
        if (rows.putIfAbsent(broadcast.id(), broadcast) != null) {
            throw new LivemeterException(
                    "store.duplicate",
                    "There is a broadcast " + broadcast.id() + " already; give each an id of its own.");
        }
    }

    @Override
    public synchronized boolean update(BroadcastRecord broadcast) {
        var present = rows.get(broadcast.id());
        if (present == null || present.version() != broadcast.version() - 1) {
            return false;
        }
        rows.put(
                broadcast.id(),
                new BroadcastRecord(
                        present.id(),
                        present.terms(),
                        broadcast.state(),
                        broadcast.detail(),
                        broadcast.ref(),
                        broadcast.sealedTarget(),
                        broadcast.liveAt(),
                        broadcast.endedAt(),
                        broadcast.viewers(),
                        broadcast.video(),
                        broadcast.attempts(),
                        broadcast.dueAt(),
                        broadcast.version()));
        return true;
    }

    @Override
    public synchronized Optional<BroadcastRecord> find(BroadcastId id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public synchronized Map<SessionId, List<BroadcastRecord>> of(Collection<SessionId> sessions) {
        var found = new HashMap<SessionId, List<BroadcastRecord>>();
        rows.values().stream()
                .filter(row -> sessions.contains(row.terms().session()))
                .sorted(OLDEST_FIRST)
                .forEach(row -> found.computeIfAbsent(row.terms().session(), any -> new ArrayList<>())
                        .add(row));
        return found;
    }

    @Override
    public synchronized List<BroadcastRecord> due(Instant at, int limit) {
        return rows.values().stream()
                .filter(row -> row.dueAt() != null && !row.dueAt().isAfter(at))
                .sorted(Comparator.comparing((BroadcastRecord row) -> Objects.requireNonNull(row.dueAt()))
                        .thenComparing(row -> row.id().value()))
                .limit(limit)
                .toList();
    }
}
