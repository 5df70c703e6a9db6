package dev.livemeter.session;

import dev.livemeter.broadcast.BroadcastStatus;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
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
    private final @Nullable StreamKeyId key;
    private final StreamWarnings warnings = new StreamWarnings();
    private final DeliveryLog deliveries = new DeliveryLog();
    private final Map<DestinationId, Route> routes = new LinkedHashMap<>();

    /** Held by whoever changes where the stream goes; never while the relay or the meter calls. */
    private final ReentrantLock changing = new ReentrantLock();

    /** Held by whoever has platforms asked for what the stream goes to now; never while a platform is asked. */
    private final ReentrantLock following = new ReentrantLock();

    private boolean changed;
    private boolean entered;
    private volatile boolean takenUp;
    private volatile boolean left;

    RelayedStream(UserId user, @Nullable StreamKeyId key, List<Route> routes) {
        this.user = user;
        this.key = key;
        routes.forEach(route -> this.routes.put(route.saved().id(), route));
    }

    UserId user() {
        return user;
    }

    /** Whether it came with that key. */
    boolean isOf(StreamKeyId other) {
        return other.equals(key);
    }

    /** It goes on that ran before this application did. */
    void takeUp() {
        takenUp = true;
    }

    boolean isTakenUp() {
        return takenUp;
    }

    /** Its publisher is gone; what it used is still to be settled. */
    void leaves() {
        left = true;
    }

    boolean hasLeft() {
        return left;
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

    ReentrantLock following() {
        return following;
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

    /** Whether nothing is passed on, nor will be once a platform has answered. */
    synchronized boolean goesNowhere() {
        return routes.values().stream().allMatch(route -> route.push() == null && !route.isPreparing());
    }

    /** As the relay knows them. */
    synchronized List<DestinationStatus> statuses() {
        return routes.values().stream().map(Route::status).toList();
    }

    /** As people are told. */
    synchronized List<DestinationStatus> forPeople() {
        return routes.values().stream().map(Route::forPeople).toList();
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
        return news(before, after);
    }

    /** The status after a word of its platform, or empty where people need not be told. */
    synchronized Optional<DestinationStatus> report(DestinationId id, BroadcastStatus platform) {
        var before = routes.get(id);
        if (before == null || before.broadcast() == null) {
            return Optional.empty();
        }
        var after = before.shown(platform);
        routes.put(id, after);
        return news(before, after);
    }

    private static Optional<DestinationStatus> news(Route before, Route after) {
        var old = before.forPeople();
        var now = after.forPeople();
        return old.state() == now.state()
                        && old.detail().equals(now.detail())
                        && Objects.equals(old.nextRetryAt(), now.nextRetryAt())
                ? Optional.empty()
                : Optional.of(now);
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
                news.add(after.forPeople());
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
        return route.forPeople();
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
