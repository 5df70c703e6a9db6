package dev.livemeter.session;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.spi.RelayAuthority.Push;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The destinations of one stream: where it goes, and how each of them fares. Thread-safe. */
final class RelayedStream {

    private final List<Push> pushes = new ArrayList<>();
    private final Map<DestinationId, DestinationStatus> statuses = new LinkedHashMap<>();

    /** A destination that the relay will push to. */
    synchronized void push(SessionDestination destination, Push push, Instant now) {
        pushes.add(push);
        put(destination, State.WAITING, "", now);
    }

    /** A destination that cannot be pushed to. */
    synchronized void fail(SessionDestination destination, boolean retryable, String why, Instant now) {
        put(destination, retryable ? State.RETRYING : State.FAILED, why, now);
    }

    synchronized List<Push> pushes() {
        return List.copyOf(pushes);
    }

    synchronized List<DestinationStatus> statuses() {
        return List.copyOf(statuses.values());
    }

    /** The status after a change, or empty where nothing changed. */
    synchronized Optional<DestinationStatus> change(DestinationId id, State state, String detail, Instant now) {
        var before = statuses.get(id);
        if (before == null || (before.state() == state && before.detail().equals(detail))) {
            return Optional.empty();
        }
        var attempts = before.attempts() + (state == State.CONNECTING ? 1 : 0);
        var after = new DestinationStatus(id, before.platform(), before.name(), state, attempts, detail, now);
        statuses.put(id, after);
        return Optional.of(after);
    }

    private void put(SessionDestination destination, State state, String detail, Instant now) {
        statuses.put(
                destination.id(),
                new DestinationStatus(
                        destination.id(), destination.platform(), destination.name(), state, 0, detail, now));
    }
}
