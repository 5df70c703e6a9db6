package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.PersonId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.moderation.BanId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.spi.BanStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bans, in memory, for tests. Thread-safe. */
final class InMemoryBanStore implements BanStore {

    private static final Comparator<Ban> OLDEST_FIRST =
            Comparator.comparing(Ban::at).thenComparing(ban -> ban.id().value());

    private final Map<BanId, Change> rows = new HashMap<>();
    private long version;

    @Override
    public synchronized void insert(Ban ban) {
        if (rows.containsKey(ban.id())) {
            throw new LivemeterException(
                    "store.duplicate", "There is a ban " + ban.id() + " already; give each an id of its own.");
        }
        rows.put(ban.id(), new Change(++version, ban));
    }

    @Override
    public synchronized Optional<Ban> lift(BanId id, Ban.Lift how) {
        var present = rows.get(id);
        if (present == null
                || present.ban().kind() == Ban.Kind.KICK
                || present.ban().lifted() != null) {
            return Optional.empty();
        }
        var lifted = present.ban().lifted(how);
        rows.put(id, new Change(++version, lifted));
        return Optional.of(lifted);
    }

    @Override
    public synchronized Optional<Ban> find(BanId id) {
        return Optional.ofNullable(rows.get(id)).map(Change::ban);
    }

    @Override
    public synchronized InForce inForce(Instant at) {
        return new InForce(
                version,
                rows.values().stream()
                        .map(Change::ban)
                        .filter(ban -> ban.isInForce(at))
                        .toList());
    }

    @Override
    public synchronized List<Change> changesAfter(long seen, int limit) {
        return rows.values().stream()
                .filter(change -> change.version() > seen)
                .sorted(Comparator.comparingLong(Change::version))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Ban> list(
            @Nullable BanScope scope, @Nullable PersonId person, int limit, @Nullable BanId before) {
        var border = before == null ? null : find(before).orElse(null);
        if (before != null && border == null) {
            return List.of();
        }
        return rows.values().stream()
                .map(Change::ban)
                .filter(ban -> scope == null || ban.scope().equals(scope))
                .filter(ban -> person == null || ban.person().equals(person))
                .filter(ban -> border == null || OLDEST_FIRST.compare(ban, border) < 0)
                .sorted(OLDEST_FIRST.reversed())
                .limit(limit)
                .toList();
    }
}
