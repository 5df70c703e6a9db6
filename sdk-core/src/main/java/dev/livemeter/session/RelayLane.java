package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastKeeper;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.destination.Destinations;
import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import dev.livemeter.event.LiveEvent.RelayHostChanged;
import dev.livemeter.event.LiveEvent.StreamWarned;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.spi.DeliveryStore;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The relay lane: lets publishers in against a hold, and runs a metered session for each. The authority that a
 * {@link RelayController} asks. Thread-safe.
 */
public final class RelayLane implements RelayAuthority {

    private static final String CLOSING = "Livemeter is closing.";

    private final Meter meter;
    private final RelayController relay;
    private final Destinations destinations;
    private final TimeSource time;
    private final Events events;
    private final OnAir onAir;
    private final DeliveryKeeper keeper;
    private final RelayedStreams streams = new RelayedStreams();
    private final TakeOvers takeOvers;
    private final Refusals refusals;
    private final StreamTakeOver takeOver;
    private final StreamAdmission admission;
    private final StreamResumption resumption;
    private final @Nullable StreamNodes nodes;
    private volatile boolean closing;

    /** The lane of one relay, whose streams' destinations leave no history. */
    public RelayLane(
            RelayController relay,
            Meter meter,
            Wallet wallet,
            StreamKeys keys,
            Destinations destinations,
            Prices prices,
            TimeSource time,
            Scheduler scheduler,
            RandomGenerator random,
            Events events) {
        this(
                relay,
                meter,
                wallet,
                keys,
                destinations,
                prices,
                time,
                scheduler,
                random,
                events,
                DeliveryStore.forgetful(),
                null);
    }

    /**
     * The lane of one relay.
     *
     * @param broadcasts on platforms; null where none is asked for
     */
    public RelayLane(
            RelayController relay,
            Meter meter,
            Wallet wallet,
            StreamKeys keys,
            Destinations destinations,
            Prices prices,
            TimeSource time,
            Scheduler scheduler,
            RandomGenerator random,
            Events events,
            DeliveryStore deliveries,
            @Nullable BroadcastKeeper broadcasts) {
        this.relay = relay;
        this.meter = meter;
        this.destinations = destinations;
        this.time = time;
        this.events = events;
        this.onAir = new OnAir(meter, relay, destinations, time, scheduler, random, events, broadcasts);
        this.keeper = new DeliveryKeeper(deliveries, relay, time, scheduler);
        this.takeOvers = new TakeOvers(time);
        this.refusals = new Refusals(time, events);
        var parts = new RelayParts(meter, keys, destinations, time, onAir, keeper, streams, takeOvers, refusals);
        this.takeOver = new StreamTakeOver(parts, wallet);
        this.resumption = new StreamResumption(parts);
        this.nodes = relay.nodes()
                .map(exchange -> new StreamNodes(exchange, scheduler, new Here()))
                .orElse(null);
        this.admission = new StreamAdmission(parts, wallet, prices, scheduler, takeOver, nodes);
        meter.deliver(Lane.RELAY, new Relayed());
    }

    @Override
    public Admission publish(PublishRequest request) {
        return closing ? refuseAsClosing(request) : admission.publish(request);
    }

    @Override
    public Admission turnAway(PublishRequest request, String why) {
        return closing ? refuseAsClosing(request) : admission.turnAway(request, why);
    }

    private Admission refuseAsClosing(PublishRequest request) {
        return refusals.refuse(null, Refusal.UNAVAILABLE, CLOSING, request);
    }

    @Override
    public Admission resume(ResumeRequest request) {
        return closing ? new Admission.Refused(Refusal.UNAVAILABLE, CLOSING) : resumption.resume(request);
    }

    @Override
    public Optional<UserId> ownerOf(SessionId session) {
        return Optional.ofNullable(streams.find(session)).map(RelayedStream::user);
    }

    @Override
    public void stop(SessionId session, String reason) {
        meter.stop(session, new SessionEnd.Stopped("Livemeter", reason));
    }

    @Override
    public void hostChanged(RelayHostStatus status) {
        events.publish(new RelayHostChanged(status.since(), status));
    }

    @Override
    public Duration paidAhead(SessionId session) {
        return meter.paidAhead(session);
    }

    @Override
    public boolean isElsewhere(SessionId session) {
        return meter.elsewhere().nodeOf(session).isPresent();
    }

    @Override
    public boolean alive(SessionId session) {
        heard(session);
        return meter.alive(session);
    }

    @Override
    public boolean alive(SessionId session, Duration silent) {
        heard(session);
        return meter.confirmed(session, silent);
    }

    /** {@inheritDoc} Here: unless somebody is at the session just now. */
    @Override
    public boolean tryAlive(SessionId session) {
        if (!meter.tryAlive(session)) {
            return false;
        }
        heard(session);
        return true;
    }

    /** A stream gave a sign of life. Returns at once. */
    private void heard(SessionId session) {
        var stream = streams.find(session);
        if (stream != null) {
            onAir.entered(session, stream);
            keeper.alive(session, stream);
        }
    }

    @Override
    public void destinationChanged(
            SessionId session, DestinationId destination, DestinationStatus.State state, String detail) {
        report(session, destination, state, detail, null);
    }

    @Override
    public void destinationRetries(SessionId session, DestinationId destination, String detail, Duration next) {
        report(
                session,
                destination,
                DestinationStatus.State.RETRYING,
                detail,
                time.instant().plus(next));
    }

    private void report(
            SessionId session,
            DestinationId destination,
            DestinationStatus.State state,
            String detail,
            @Nullable Instant nextRetryAt) {
        var stream = streams.find(session);
        if (stream == null) {
            return;
        }
        onAir.entered(session, stream);
        stream.report(destination, state, detail, nextRetryAt, time.instant())
                .ifPresent(status ->
                        events.publish(new DestinationChanged(status.since(), stream.user(), session, status)));
        onAir.fares(session, destination, state);
        if (state == DestinationStatus.State.LIVE) {
            meter.delivered(session);
        }
    }

    @Override
    public void destinationLags(SessionId session, DestinationId destination, Duration behind) {
        var stream = streams.find(session);
        if (stream != null) {
            stream.route(destination)
                    .map(route -> route.status().name())
                    .ifPresent(name ->
                            warn(session, stream, stream.warnings().lags(destination, name, behind, time.instant())));
        }
    }

    @Override
    public void streamSeen(SessionId session, StreamFormat format) {
        var stream = streams.find(session);
        if (stream != null) {
            var advice = StreamAdvice.on(format, relay::carries, places(stream), time.instant());
            warn(session, stream, stream.warnings().seen(advice));
        }
    }

    private List<StreamAdvice.Place> places(RelayedStream stream) {
        return stream.routes().stream()
                .filter(route -> route.push() != null)
                .map(route -> route.status())
                .flatMap(status -> destinations.provider(status.platform()).stream()
                        .map(provider -> new StreamAdvice.Place(
                                status.id(), status.name(), provider.displayName(), provider.limits())))
                .toList();
    }

    private void warn(SessionId session, RelayedStream stream, List<StreamWarning> fresh) {
        fresh.forEach(warning -> events.publish(new StreamWarned(warning.since(), stream.user(), session, warning)));
    }

    List<StreamWarning> warnings(SessionId session) {
        var stream = streams.find(session);
        return stream == null
                ? List.of()
                : stream.warnings().present().stream()
                        .filter(warning -> warning.destination() == null || goesTo(stream, warning.destination()))
                        .toList();
    }

    private static boolean goesTo(RelayedStream stream, DestinationId destination) {
        return stream.route(destination).filter(route -> route.push() != null).isPresent();
    }

    @Override
    public void ended(SessionId session, EndCause cause) {
        var stream = streams.find(session);
        if (stream != null) {
            stream.leaves();
            keeper.ended(stream);
            onAir.quiet(session);
        }
        meter.ended(session, cause);
    }

    /** Orders the end of the streams that run on a key, on every node. */
    public void stopStreamsOf(StreamKeyId key) {
        stopStreamsHere(key);
        tell(StreamNodes.News.KEY_REVOKED, key.value());
    }

    /** Money was paid in: the other nodes that share the relay hear of it. */
    public void toppedUp(UserId user) {
        tell(StreamNodes.News.TOPPED_UP, user.value());
    }

    private void tell(StreamNodes.News news, String about) {
        var others = nodes;
        if (others != null) {
            others.tell(news, about);
        }
    }

    private void stopStreamsHere(StreamKeyId key) {
        for (var status : meter.running()) {
            if (key.equals(status.session().streamKey())) {
                meter.stop(status.session().id(), new SessionEnd.Stopped("Livemeter", "the stream key was revoked"));
            }
        }
    }

    /** A user's destinations changed: the streams that run follow, on every node. Blocks on stores and providers. */
    public void destinationsChanged(UserId user) {
        tell(StreamNodes.News.DESTINATIONS_CHANGED, user.value());
        follow(user);
    }

    /**
     * An account is about to be disconnected: the streams that go there do not any more, on every node, and are ended on its platform while that still listens. Blocks on stores and platforms.
     */
    public void disconnecting(UserId user, AccountId account) {
        tell(StreamNodes.News.ACCOUNT_DISCONNECTED, account.value());
        leave(account);
        onAir.disconnecting(user, account);
    }

    private void leave(AccountId account) {
        streams.each((session, stream) -> onAir.disconnected(session, stream, account));
    }

    private void follow(UserId user) {
        admission.destinationsChanged();
        streams.each((session, stream) -> {
            if (stream.user().equals(user)) {
                onAir.follow(session, stream);
            }
        });
    }

    /**
     * Changes how a stream goes to a destination, on whichever node it runs.
     *
     * @throws LivemeterException {@code session.not_running}; {@code session.elsewhere}, with retryable set, where the node that has it does not answer; what the order itself may throw
     */
    void order(StreamNodes.Order order, SessionId session, DestinationId destination) {
        if (!orderHere(order, session, destination) && !isDoneElsewhere(order, session, destination.value(), "")) {
            throw Streams.notRunning(session);
        }
    }

    /**
     * Orders the end of a session that another node has.
     *
     * @return whether one has it
     * @throws LivemeterException {@code session.elsewhere}, with retryable set, where that node does not answer
     */
    boolean stopElsewhere(SessionId session, String by, String reason) {
        return isDoneElsewhere(StreamNodes.Order.STOP, session, by, reason);
    }

    private boolean isDoneElsewhere(StreamNodes.Order order, SessionId session, String one, String other) {
        var node = meter.elsewhere().nodeOf(session).orElse(null);
        if (node == null) {
            return false;
        }
        var others = nodes;
        if (others == null || !others.ask(order, session, one, other)) {
            throw new LivemeterException(
                    "session.elsewhere",
                    "The session " + session + " runs on the node " + node + ", which "
                            + (others == null
                                    ? "cannot be reached from here; ask there."
                                    : "did not answer; ask again in a moment."),
                    true,
                    null);
        }
        return true;
    }

    private boolean orderHere(StreamNodes.Order order, SessionId session, DestinationId destination) {
        var stream = streams.find(session);
        if (stream == null) {
            return false;
        }
        switch (order) {
            case RETRY_DESTINATION -> onAir.retryNow(session, stream, destination);
            case STOP_DESTINATION -> {
                onAir.stop(session, stream, destination);
                keeper.changed(session, stream);
            }
            case START_DESTINATION -> {
                onAir.start(session, stream, destination);
                keeper.changed(session, stream);
            }
            default -> throw new IllegalArgumentException("An order for a whole session is none for a destination.");
        }
        return true;
    }

    List<DestinationTraffic> traffic(SessionId session) {
        return streams.has(session) ? relay.traffic(session) : List.of();
    }

    /** Lets nobody in any more and orders the end of what runs; or leaves it to a relay that goes on with it. */
    public void close() {
        closing = true;
        if (!relay.resumesWithin().isZero()) {
            // First the relay, or it would hear from here that its streams may not go on.
            relay.close();
            meter.leave(Lane.RELAY);
            return;
        }
        streams.each((session, stream) ->
                meter.stop(session, new SessionEnd.Stopped("Livemeter", "the application is closing")));
    }

    private final class Here implements StreamNodes.Here {
        @Override
        public boolean stop(SessionId session, String by, String reason) {
            return meter.stop(session, new SessionEnd.Stopped(by, reason));
        }

        @Override
        public boolean destination(StreamNodes.Order order, SessionId session, DestinationId destination) {
            return orderHere(order, session, destination);
        }

        @Override
        public boolean takeOver(SessionId session, StreamKeyId key, String remoteAddress) {
            var stream = streams.find(session);
            if (stream == null || !stream.isOf(key)) {
                return false;
            }
            takeOver.here(session, stream, key, remoteAddress);
            return true;
        }

        @Override
        public void toppedUp(UserId user) {
            meter.toppedUp(user);
        }

        @Override
        public void destinationsChanged(UserId user) {
            follow(user);
        }

        @Override
        public void disconnected(AccountId account) {
            leave(account);
        }

        @Override
        public void keyRevoked(StreamKeyId key) {
            stopStreamsHere(key);
        }
    }

    private final class Relayed implements Delivery {
        @Override
        public void cut(SessionId session) {
            relay.disconnect(session);
        }

        @Override
        public Duration resumesWithin() {
            return relay.resumesWithin();
        }

        @Override
        public Duration resumesLater() {
            return relay.resumesLater();
        }

        @Override
        public void over(Session session) {
            var stream = streams.remove(session.id());
            if (stream != null) {
                streams.release(session.payer());
                keeper.over(session.id(), stream);
            }
            onAir.over(session);
            takeOvers.over(session.id());
        }

        @Override
        public List<DestinationStatus> destinations(SessionId session) {
            var stream = streams.find(session);
            return stream == null ? List.of() : stream.forPeople();
        }

        @Override
        public List<StreamWarning> warnings(SessionId session) {
            return RelayLane.this.warnings(session);
        }
    }
}
