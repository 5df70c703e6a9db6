package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of recordings, in memory, for tests. Thread-safe. */
final class InMemoryRecordingStore implements RecordingStore {

    private static final Comparator<Recording> OLDEST_FIRST = Comparator.comparing(Recording::startedAt)
            .thenComparing(recording -> recording.id().value());

    private final Map<RecordingId, Recording> rows = new HashMap<>();

    @Override
    public synchronized void insert(Recording recording) {
        if (rows.putIfAbsent(recording.id(), recording) != null) {
            throw new LivemeterException(
                    "store.duplicate",
                    "There is a recording " + recording.id() + " already; give each an id of its own.");
        }
    }

    @Override
    public synchronized boolean change(RecordingState before, Recording now) {
        var present = rows.get(now.id());
        if (present == null || present.state() != before) {
            return false;
        }
        rows.put(now.id(), now);
        return true;
    }

    @Override
    public synchronized Optional<Recording> find(RecordingId id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public synchronized List<Recording> of(UserId owner, int limit, @Nullable RecordingId before) {
        var border = before == null ? null : rows.get(before);
        if (before != null && border == null) {
            return List.of();
        }
        return present(recording -> recording.owner().equals(owner)
                        && (border == null || OLDEST_FIRST.compare(recording, border) < 0))
                .sorted(OLDEST_FIRST.reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Recording> of(SessionId session) {
        return present(recording -> recording.session().equals(session))
                .sorted(OLDEST_FIRST)
                .toList();
    }

    @Override
    public synchronized List<Recording> in(RecordingState state, int limit) {
        return rows.values().stream()
                .filter(recording -> recording.state() == state)
                .sorted(OLDEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Recording> expired(Instant at, int limit) {
        return present(recording -> {
                    var end = recording.expiresAt();
                    return end != null && !end.isAfter(at);
                })
                .sorted(OLDEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized long bytesOf(UserId owner) {
        return present(recording -> recording.owner().equals(owner))
                .mapToLong(Recording::bytes)
                .sum();
    }

    @Override
    public synchronized long bytesInAll() {
        return present(recording -> true).mapToLong(Recording::bytes).sum();
    }

    @Override
    public synchronized boolean remove(RecordingId id) {
        var present = rows.get(id);
        return present != null && present.state() == RecordingState.DELETED && rows.remove(id) != null;
    }

    private Stream<Recording> present(Predicate<Recording> which) {
        return rows.values().stream()
                .filter(recording -> recording.state() != RecordingState.DELETED && which.test(recording));
    }
}
