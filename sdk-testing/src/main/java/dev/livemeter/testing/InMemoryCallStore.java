package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.Call;
import dev.livemeter.call.CallId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CallStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calls in memory, for tests. Thread-safe. */
final class InMemoryCallStore implements CallStore {

    private static final Comparator<Call> OLDEST_FIRST = Comparator.comparing(Call::invitedAt)
            .thenComparing(call -> call.id().value());

    private final Map<CallId, Call> rows = new HashMap<>();
    private @Nullable String key;

    @Override
    public synchronized void insert(Call call) {
        if (rows.putIfAbsent(call.id(), call) != null) {
            throw new LivemeterException(
                    "store.duplicate", "There is a call " + call.id() + " already; give each an id of its own.");
        }
    }

    @Override
    public synchronized boolean update(Call call) {
        var present = rows.get(call.id());
        if (present == null
                || (present.state().isOver()
                        && (!call.state().isOver() || (present.hasFigures() && !call.hasFigures())))) {
            return false;
        }
        rows.put(call.id(), call);
        return true;
    }

    @Override
    public synchronized Optional<Call> find(CallId id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public synchronized Optional<Call> of(SessionId session) {
        return rows.values().stream()
                .filter(call -> session.equals(call.session()))
                .findFirst();
    }

    @Override
    public synchronized List<Call> open(int limit, @Nullable CallId after) {
        var border = after == null ? null : rows.get(after);
        if (after != null && border == null) {
            return List.of();
        }
        return rows.values().stream()
                .filter(call -> !call.state().isOver() && (border == null || OLDEST_FIRST.compare(call, border) > 0))
                .sorted(OLDEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Call> history(UserId user, int limit, @Nullable CallId before) {
        var border = before == null ? null : rows.get(before);
        if (before != null && border == null) {
            return List.of();
        }
        return rows.values().stream()
                .filter(call -> call.isOf(user) && (border == null || OLDEST_FIRST.compare(call, border) < 0))
                .sorted(OLDEST_FIRST.reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized String tokenKey(String sealedIfNone) {
        if (key == null) {
            key = sealedIfNone;
        }
        return key;
    }
}
