package dev.livemeter.session;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.RelayAuthority.Push;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The destinations of one stream: where it goes, and how each of them fares. Thread-safe. */
final class RelayedStream {

    private final UserId user;
    private final StreamWarnings warnings = new StreamWarnings();
    private final DeliveryLog deliveries = new DeliveryLog();
    private final Map<DestinationId, Route> routes = new LinkedHashMap<>();

    /** Held by whoever changes where the stream goes; never while the relay or the meter calls. */
    private final ReentrantLock changing = new ReentrantLock();

    private boolean changed;
    private boolean entered;

    RelayedStream(UserId user, List<Route> routes) {
        this.user = user;
        routes.forEach(route -> this.routes.put(route.saved().id(), route));
    }

    UserId user() {
        return user;
    }

    DeliveryLog deliveries() {
        return deliveries;
    }

    StreamWarnings warnings() {
        return warnings;
    }

    ReentrantLock changing() {
        return changing;
    }

    synchronized List<Route> routes() {
        return List.copyOf(routes.values());
    }

    synchronized Optional<Route> route(DestinationId id) {
        return Optional.ofNullable(routes.get(id));
    }

    synchronized List<Push> pushes() {
        return pushes(routes.values());
    }

    static List<Push> pushes(Iterable<Route> routes) {
        var pushes = new ArrayList<Push>();
        for (var route : routes) {
            var push = route.push();
            if (push != null) {
                pushes.add(push);
            }
        }
        return List.copyOf(pushes);
    }

    synchronized List<DestinationStatus> statuses() {
        return routes.values().stream().map(Route::status).toList();
    }

    /** The status after a report of the relay, or empty where nothing changed. */
    synchronized Optional<DestinationStatus> report(
            DestinationId id, State state, String detail, @Nullable Instant nextRetryAt, Instant now) {
        var before = routes.get(id);
        if (before == null
                || before.push() == null
                || (before.status().state() == state
                        && before.status().detail().equals(detail)
                        && Objects.equals(before.status().nextRetryAt(), nextRetryAt))) {
            return Optional.empty();
        }
        var after = before.changed(state, detail, nextRetryAt, now);
        routes.put(id, after);
        deliveries.observe(statuses(), now);
        return Optional.of(after.status());
    }

    /**
     * From now on it goes to these. Where the way stays the same, how it fares is what the relay said last.
     *
     * @return what came to be in another state
     */
    synchronized List<DestinationStatus> replace(List<Route> next, Instant now) {
        var news = new ArrayList<DestinationStatus>();
        var before = new LinkedHashMap<>(routes);
        routes.clear();
        for (var route : next) {
            var known = before.remove(route.saved().id());
            var same = known != null && route.push() != null && route.push().equals(known.push());
            var after = same ? known.renamed(route.saved()) : route;
            routes.put(after.saved().id(), after);
            if (known == null || !known.status().equals(after.status())) {
                news.add(after.status());
            }
        }
        before.values()
                .forEach(gone ->
                        news.add(gone.changed(State.ENDED, "", null, now).status()));
        changed = true;
        deliveries.observe(statuses(), now);
        return news;
    }

    /** Puts one in place of what there is of it. */
    synchronized DestinationStatus put(Route route) {
        routes.put(route.saved().id(), route);
        return route.status();
    }

    /**
     * The relay gave a sign of the stream.
     *
     * @return whether it is the first, and orders that were given before may have found nobody
     */
    synchronized boolean enters() {
        var first = !entered;
        entered = true;
        return first && changed;
    }
}
