package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastKeeper;
import dev.livemeter.broadcast.HostingResult;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.Preparations.Prepared;
import dev.livemeter.spi.RelayController;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has running streams go where their users want them to go now. Price first, relay second: a stream is never passed on to more destinations than its
 * rate was told of; where the rate cannot follow, nothing is added. What is taken away goes in any case. Thread-safe.
 */
final class OnAir {

    private static final Logger log = LoggerFactory.getLogger(OnAir.class);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);
    private static final String TOO_OFTEN =
            "The destinations of this stream changed too often for its price to follow; the change counts from the next stream on.";

    private static final Prepared DISCONNECTED =
            new Prepared.Failed(false, "The account was disconnected; choose another one for this destination.");

    private final Meter meter;
    private final RelayController relay;
    private final Destinations destinations;
    private final Preparations preparations;
    private final HostedRoutes hosted;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final Events events;

    /**
     * On a relay.
     *
     * @param keeper of broadcasts on platforms; null where none is asked for
     */
    OnAir(
            Meter meter,
            RelayController relay,
            Destinations destinations,
            TimeSource time,
            Scheduler scheduler,
            RandomGenerator random,
            Events events,
            @Nullable BroadcastKeeper keeper) {
        this.meter = meter;
        this.relay = relay;
        this.destinations = destinations;
        this.preparations = new Preparations(destinations, relay, keeper != null);
        this.hosted = new HostedRoutes(keeper, preparations, time, scheduler, events, this::prepared);
        this.time = time;
        this.scheduler = scheduler;
        this.random = random;
        this.events = events;
    }

    /** What a stream begins with. Blocks while providers prepare. */
    List<Route> begin(List<SavedDestination> chosen) {
        var now = time.instant();
        return chosen.stream()
                .map(saved -> Route.of(saved, preparations.prepare(saved), 0, null, now))
                .toList();
    }

    /**
     * What a stream goes on with that ran while the application was away: where it goes, and what was tried again; what somebody had stopped stays so. Where it is not known
     * whether somebody had, it goes no further without being told. Blocks on the store, and while providers prepare.
     *
     * @param before what was stored of it, if anything
     */
    List<Route> resume(
            Session session, List<SavedDestination> chosen, Predicate<PushTarget> goesTo, List<DeliveryRecord> before) {
        var now = time.instant();
        var opened = hosted.before(session.id(), session.payer(), chosen);
        var stopped = before.stream()
                .filter(DeliveryRecord::stopped)
                .map(DeliveryRecord::destination)
                .collect(Collectors.toSet());
        return begin(chosen).stream()
                .map(route -> takenUp(route, opened.get(route.saved().id()), now))
                .map(route -> {
                    var push = route.push();
                    if (push != null && goesTo.test(push.target())) {
                        return route;
                    }
                    if (stopped.contains(route.saved().id())) {
                        return route.stopped(now);
                    }
                    return before.isEmpty() ? route.notResumed(now) : route;
                })
                .toList();
    }

    private Route takenUp(Route route, HostingResult.@Nullable Ready opened, Instant now) {
        return opened == null || !route.isPreparing()
                ? route
                : Route.of(
                        route.saved(),
                        preparations.ready(route.saved().id(), opened.target(), opened.status()),
                        0,
                        null,
                        now);
    }

    /** It does not go on here after all. Idempotent. */
    void notResumed(SessionId session) {
        hosted.notResumed(session);
    }

    /** The stream goes on: its price follows where it goes now. */
    void resumed(SessionId session, RelayedStream stream) {
        try {
            // The rate keeps the last number that it was told of, so the same one changes nothing.
            meter.destinations(session, stream.pushes().size());
        } catch (LivemeterException e) {
            log.info("Session {} goes on at the price that it had: {}", session, e.getMessage());
        }
    }

    /** The stream was let in: platforms are asked, and what was not ready is tried again. */
    void began(SessionId session, RelayedStream stream) {
        stream.routes().forEach(route -> retryLater(session, stream, route));
        hosted.began(session, stream);
    }

    /** A platform answered: the stream goes there from now on, and costs as much, or it does not. */
    private void prepared(SessionId session, RelayedStream stream, SavedDestination asked, Prepared prepared) {
        change(
                session,
                stream,
                () -> stream.routes().stream()
                        .map(route -> route.isPreparing()
                                        && route.saved().id().equals(asked.id())
                                        && route.isAt(asked.destination())
                                ? Route.of(route.saved(), prepared, route.failures(), null, time.instant())
                                : route)
                        .toList(),
                true);
    }

    /** The relay said how a destination fares. */
    void fares(SessionId session, DestinationId destination, State state) {
        hosted.flows(session, destination, state == State.LIVE);
    }

    /** Nothing comes in any more. */
    void quiet(SessionId session) {
        hosted.quiet(session);
    }

    /** A stream is over and charged, or another node has it. */
    void over(Session session) {
        hosted.over(session);
    }

    /** An account is not connected any more: the stream does not go there, until its destination is given another one. Blocks on stores. */
    void disconnected(SessionId session, RelayedStream stream, AccountId account) {
        if (stream.routes().stream().noneMatch(route -> isOn(route, account))) {
            return;
        }
        try {
            change(
                    session,
                    stream,
                    () -> stream.routes().stream()
                            .map(route -> isOn(route, account)
                                    ? Route.of(route.saved(), DISCONNECTED, route.failures(), null, time.instant())
                                    : route)
                            .toList(),
                    true);
        } catch (RuntimeException e) {
            log.warn(
                    "Session {} still goes to an account that is disconnected ({}); trying again.",
                    session,
                    e.getMessage());
            scheduler.after(FIRST_RETRY, () -> disconnected(session, stream, account));
        }
    }

    private static boolean isOn(Route route, AccountId account) {
        return account.equals(route.saved().destination().account()) && (route.push() != null || route.mayStillGo());
    }

    /** Has ended on its platform what is shown for an account that is about to be disconnected. Blocks on store and platform. */
    void disconnecting(UserId owner, AccountId account) {
        hosted.disconnecting(owner, account);
    }

    /** The user's list changed; the stream follows. What the price cannot follow is told in the destination's status. Blocks on stores and providers. */
    void follow(SessionId session, RelayedStream stream) {
        try {
            change(session, stream, () -> wanted(stream, null), true);
        } catch (RuntimeException e) {
            log.warn(
                    "Session {} does not follow its user's destinations yet ({}); trying again.",
                    session,
                    e.getMessage());
            scheduler.after(FIRST_RETRY, () -> follow(session, stream));
        }
    }

    /**
     * Tries a destination again, from its preparation on; nothing where it is live or stopped.
     *
     * @throws LivemeterException {@code destination.not_on_air}; {@code rating.too_many_steps}, then nothing changed
     */
    void retryNow(SessionId session, RelayedStream stream, DestinationId id) {
        var state = find(session, stream, id).forPeople().state();
        if (state != State.RETRYING && state != State.FAILED) {
            return;
        }
        change(session, stream, () -> wanted(stream, id), false);
        relay.retryNow(session, id);
        hosted.again(session, id);
    }

    /**
     * The stream does not go there any more, until it is started again. Idempotent.
     *
     * @throws LivemeterException {@code destination.not_on_air}
     */
    void stop(SessionId session, RelayedStream stream, DestinationId id) {
        find(session, stream, id);
        change(
                session,
                stream,
                () -> stream.routes().stream()
                        .map(route -> route.saved().id().equals(id) && !route.isStopped()
                                ? route.stopped(time.instant())
                                : route)
                        .toList(),
                false);
    }

    /**
     * The stream goes there again. Idempotent.
     *
     * @throws LivemeterException {@code destination.not_on_air}; {@code rating.too_many_steps}, then nothing changed
     */
    void start(SessionId session, RelayedStream stream, DestinationId id) {
        if (find(session, stream, id).isStopped()) {
            change(session, stream, () -> wanted(stream, id), false);
        }
    }

    /** The relay has the stream now; what it was told before may have been too early. */
    void entered(SessionId session, RelayedStream stream) {
        if (stream.enters()) {
            scheduler.after(Duration.ZERO, () -> {
                stream.changing().lock();
                try {
                    relay.pushTo(session, stream.pushes());
                } finally {
                    stream.changing().unlock();
                }
            });
        }
    }

    /** The user's list as routes: those that stay as they are, those that are new, and one that is prepared again. */
    private List<Route> wanted(RelayedStream stream, @Nullable DestinationId again) {
        return destinations.of(stream.user().value()).stream()
                .filter(SavedDestination::enabled)
                .map(saved -> route(
                        saved, stream.route(saved.id()).orElse(null), saved.id().equals(again)))
                .toList();
    }

    private Route route(SavedDestination saved, @Nullable Route known, boolean again) {
        if (known != null
                && known.isAt(saved.destination())
                && !known.isStopped()
                && !(again && known.wantsAnother())) {
            // Its platform is not asked twice, as for another name.
            return known.renamed(saved);
        }
        var same = known != null && known.saved().destination().equals(saved.destination());
        if (known != null && !again && (same || known.isStopped())) {
            return known.renamed(saved);
        }
        var failures = same && known != null ? known.failures() : 0;
        var error = known == null ? null : known.status().lastError();
        return Route.of(saved, preparations.prepare(saved), failures, error, time.instant());
    }

    private void change(SessionId session, RelayedStream stream, Supplier<List<Route>> wish, boolean tellRefusal) {
        final List<DestinationStatus> news;
        stream.changing().lock();
        try {
            var next = wish.get();
            news = refused(session, next, stream, tellRefusal) ? refuse(next, stream) : go(session, next, stream);
        } finally {
            stream.changing().unlock();
        }
        news.forEach(status -> tell(session, stream, status));
        hosted.follow(session, stream);
    }

    private boolean refused(SessionId session, List<Route> next, RelayedStream stream, boolean tellRefusal) {
        var count = RelayedStream.pushes(next).size();
        if (count == stream.pushes().size()) {
            return false;
        }
        try {
            meter.destinations(session, count);
            return false;
        } catch (LivemeterException e) {
            if (!e.code().equals("rating.too_many_steps")) {
                throw e;
            }
            if (count < stream.pushes().size()) {
                log.info(
                        "Session {} leaves a destination at the price that it had with it: {}",
                        session,
                        e.getMessage());
                return false;
            }
            if (!tellRefusal) {
                throw e;
            }
            log.info("Session {} goes on to where it went before: {}", session, e.getMessage());
            return true;
        }
    }

    private List<DestinationStatus> go(SessionId session, List<Route> next, RelayedStream stream) {
        var news = stream.replace(next, time.instant());
        relay.pushTo(session, stream.pushes());
        stream.routes().forEach(route -> retryLater(session, stream, route));
        return news.stream()
                .map(status -> stream.route(status.id()).map(Route::forPeople).orElse(status))
                .toList();
    }

    private List<DestinationStatus> refuse(List<Route> next, RelayedStream stream) {
        var news = new ArrayList<DestinationStatus>();
        var now = time.instant();
        var missing = new ArrayList<>(stream.routes());
        for (var route : next) {
            var known = stream.route(route.saved().id()).orElse(null);
            missing.remove(known);
            if (known == null) {
                news.add(stream.put(Route.turnedAway(route.saved(), TOO_OFTEN, now)));
            } else if (!route.saved().destination().equals(known.saved().destination())) {
                news.add(stream.put(known.refused(TOO_OFTEN)));
            } else if (known.push() == null && route.push() != null) {
                // Its platform answered, and the price cannot follow.
                news.add(stream.put(Route.turnedAway(route.saved(), TOO_OFTEN, now)));
            }
        }
        missing.forEach(route -> news.add(stream.put(route.refused(TOO_OFTEN))));
        return news;
    }

    /** Has a preparation that failed, and that may do later, repeated after a while. */
    private void retryLater(SessionId session, RelayedStream stream, Route route) {
        if (route.status().state() != State.RETRYING
                || route.push() != null
                || route.status().nextRetryAt() != null) {
            return;
        }
        var wait = wait(route.failures() - 1, route.notWithin());
        stream.put(route.retriedAt(time.instant().plus(wait)));
        scheduler.after(wait, () -> prepareAgain(session, stream, route));
    }

    private void prepareAgain(SessionId session, RelayedStream stream, Route failed) {
        var present = stream.route(failed.saved().id()).orElse(null);
        if (present == null
                || present.push() != null
                || present.failures() != failed.failures()
                || present.isStopped()
                || !meter.running(session).isPresent()) {
            return;
        }
        try {
            change(session, stream, () -> wanted(stream, failed.saved().id()), true);
        } catch (RuntimeException e) {
            log.warn("Session {}: a destination cannot be prepared again yet ({}).", session, e.getMessage());
            scheduler.after(LAST_RETRY, () -> prepareAgain(session, stream, failed));
        }
    }

    private Duration wait(int failures, @Nullable Duration notWithin) {
        var doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 10));
        var whole = doubled.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : doubled;
        var quarter = whole.toMillis() / 4;
        var spread = whole.plusMillis(random.nextLong(-quarter, quarter + 1));
        return notWithin == null || notWithin.compareTo(spread) <= 0
                ? spread
                : notWithin.plusMillis(random.nextLong(quarter + 1));
    }

    private static Route find(SessionId session, RelayedStream stream, DestinationId id) {
        return stream.route(id)
                .orElseThrow(() -> new LivemeterException(
                        "destination.not_on_air",
                        "The session " + session + " has no destination " + id
                                + "; add it to the user's destinations, or enable it, and the stream goes there."));
    }

    private void tell(SessionId session, RelayedStream stream, DestinationStatus status) {
        events.publish(new DestinationChanged(time.instant(), stream.user(), session, status));
    }
}
