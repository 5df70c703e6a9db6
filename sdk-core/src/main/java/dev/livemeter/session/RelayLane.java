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
import dev.livemeter.money.Money;
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

    private static final Logger log = LoggerFactory.getLogger(RelayLane.class);
    private static final String TAKE_OVER_REFUSED = "stream.not_taken_over";
    private static final String CONTESTED =
            "Two encoders want to stream with the same stream key, and the one that runs goes on. Stop one of them; the other one gets in "
                    + TakeOvers.SETTLES_WITHIN.toSeconds() + " seconds after the last attempt.";

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

    private Admission decide(PublishRequest request, Function<StoredStreamKey, Admission> onKey) {
        @Nullable UserId user = null;
        try {
            if (closing) {
                return refuse(null, Refusal.UNAVAILABLE, "Livemeter is closing.", request);
            }
            if (!keys.isWellFormed(request.streamKey())) {
                return refuse(
                        null,
                        Refusal.MALFORMED,
                        "What was sent cannot be a stream key. Copy the key again, the whole of it and nothing else.",
                        request);
            }
            var key = keys.find(request.streamKey()).orElse(null);
            if (key == null) {
                return refuse(
                        null,
                        Refusal.UNKNOWN_KEY,
                        "The stream key is unknown or was revoked. Copy the present key into the encoder.",
                        request);
            }
            user = key.owner();
            return onKey.apply(key);
        } catch (RuntimeException e) {
            log.error(
                    "A wish to publish could not be decided and is refused: {}",
                    e.getMessage(),
                    e instanceof LivemeterException known && known.retryable() ? null : e);
            return refuse(user, Refusal.UNAVAILABLE, "It could not be decided now. Try again in a moment.", request);
        }
    }

    private Admission open(StoredStreamKey key, PublishRequest request) {
        if (!takeOvers.enter(key.id())) {
            return refuse(
                    key.owner(),
                    Refusal.ALREADY_LIVE,
                    "Another encoder is just being let in with the same stream key. Try again in a moment.",
                    request);
        }
        try {
            var objection = endWhatRunsOn(key, request);
            return objection != null ? objection : openAlone(key, request);
        } finally {
            takeOvers.entered(key.id());
        }
    }

    /** One key is one stream, and the last encoder that came with it has it. Null where the way is free. */
    private Admission.@Nullable Refused endWhatRunsOn(StoredStreamKey key, PublishRequest request) {
        try {
            for (var running : streams.entrySet()) {
                var stream = running.getValue();
                if (stream.isOf(key.id())) {
                    if (!isLeaving(running.getKey(), stream)) {
                        var objection = objectionToBegin(key.owner(), request);
                        if (objection != null) {
                            return objection;
                        }
                    }
                    takeOverHere(running.getKey(), stream, key.id(), request.remoteAddress());
                }
            }
            return endWhatRunsElsewhereOn(key, request);
        } catch (LivemeterException e) {
            if (!e.code().equals(TAKE_OVER_REFUSED)) {
                throw e;
            }
            return refuse(key.owner(), Refusal.ALREADY_LIVE, String.valueOf(e.getMessage()), request);
        }
    }

    private Admission.@Nullable Refused endWhatRunsElsewhereOn(StoredStreamKey key, PublishRequest request) {
        var others = nodes;
        if (others == null) {
            return null;
        }
        for (var session : meter.elsewhere(key.owner(), Lane.RELAY, key.id())) {
            var objection = objectionToBegin(key.owner(), request);
            if (objection != null) {
                return objection;
            }
            if (takeOvers.isContested(key.id())) {
                throw notTakenOver(CONTESTED);
            }
            // Of a node that does not answer the session counts on, and the limit of streams decides.
            if (others.takeOver(session.id(), key.id(), request.remoteAddress())) {
                takeOvers.begin(key.id());
            }
        }
        return null;
    }

    /** Who could not begin anyway ends nothing that runs. */
    private Admission.@Nullable Refused objectionToBegin(UserId user, PublishRequest request) {
        if (destinations.of(user.value()).stream().noneMatch(SavedDestination::enabled)) {
            return refuse(
                    user,
                    Refusal.NO_DESTINATION,
                    "The user has no enabled destination, so the stream that runs with this key goes on. Add one, or enable one, and publish again.",
                    request);
        }
        var least = meter.policy().minimumToStart();
        var posted = wallet.balance(user).map(WalletBalance::posted).orElse(null);
        var hasMoney = posted != null && !posted.isLessThan(least);
        if (hasMoney || meter.minutesAfterwards(user).compareTo(meter.policy().quota()) >= 0) {
            return null;
        }
        return refuse(
                user,
                Refusal.INSUFFICIENT_FUNDS,
                "A new stream takes a balance of " + least
                        + ", so the one that runs with this key goes on. Pay in, or stop it first.",
                request);
    }

    private boolean isLeaving(SessionId session, RelayedStream stream) {
        return stream.hasLeft() || meter.ordered(session).isPresent();
    }

    /**
     * Ends a stream that runs here, for one that comes with the same key. Blocks until it is charged, for a second at most.
     *
     * @throws LivemeterException {@code stream.not_taken_over} where it goes on, or is not over in time
     */
    private void takeOverHere(SessionId session, RelayedStream stream, StreamKeyId key, String remoteAddress) {
        if (!isLeaving(session, stream)) {
            if (!takeOvers.begin(key)) {
                throw notTakenOver(CONTESTED);
            }
            log.info("Session {} is taken over by another encoder with the same stream key.", session);
            meter.stop(
                    session,
                    new SessionEnd.Stopped(
                            "Livemeter", "another encoder at " + remoteAddress + " came with the same stream key"));
        }
        if (!takeOvers.awaitOver(session, () -> streams.containsKey(session))) {
            throw notTakenOver("The stream that ran with this key is still being ended. Try again in a moment.");
        }
    }

    private static LivemeterException notTakenOver(String why) {
        return new LivemeterException(TAKE_OVER_REFUSED, why, true, null);
    }

    private Admission openAlone(StoredStreamKey key, PublishRequest request) {
        var user = key.owner();
        if (!reserveStream(user)) {
            return refuseOneMore(user, request);
        }
        var admitted = false;
        try {
            if (isBeyondLimit(user)) {
                return refuseOneMore(user, request);
            }
            var admission = openReserved(key, request);
            admitted = admission instanceof Admission.Admitted;
            return admission;
        } finally {
            if (!admitted) {
                releaseStream(user);
            }
        }
    }

    private Admission refuseOneMore(UserId user, PublishRequest request) {
        return refuse(
                user,
                Refusal.ALREADY_LIVE,
                "The user runs " + meter.policy().concurrentStreams()
                        + " stream already, which is the limit. Stop the other one first.",
                request);
    }

    /**
     * Together with the one that is reserved here, and with what the nodes have that share this relay. Where none does, what is stored as another node's is mostly what this application left when
     * it was killed, and would keep its own encoders out until that lease is over.
     */
    private boolean isBeyondLimit(UserId user) {
        var elsewhere = nodes == null ? 0 : meter.elsewhere(user, Lane.RELAY);
        return streamsByUser.getOrDefault(user, 0) + elsewhere > meter.policy().concurrentStreams();
    }

    /** Looks once more, now that other nodes see it: of two that came at one moment, neither may have seen the other before. */
    private boolean isStillWithinLimit(SessionId opened, UserId user) {
        var within = false;
        try {
            within = !isBeyondLimit(user);
            return within;
        } finally {
            if (!within) {
                meter.ended(opened, EndCause.LEFT);
            }
        }
    }

    private Admission openReserved(StoredStreamKey key, PublishRequest request) {
        var user = key.owner();
        var changesBefore = changes.get();
        var chosen = destinations.of(user.value()).stream()
                .filter(SavedDestination::enabled)
                .toList();
        if (chosen.isEmpty()) {
            return refuse(
                    user,
                    Refusal.NO_DESTINATION,
                    "The user has no enabled destination. Add one, or enable one, and publish again.",
                    request);
        }
        var stream = new RelayedStream(user, key.id(), onAir.begin(chosen));
        if (stream.goesNowhere()) {
            return refuse(
                    user,
                    Refusal.NO_DESTINATION,
                    "No destination can be reached as it is: "
                            + stream.statuses().get(0).name() + ": "
                            + stream.statuses().get(0).detail(),
                    request);
        }
        var price = prices.inForce(TariffKey.of(Service.RELAY, user));
        var kept = wallet.balance(user);
        if (kept.isEmpty() && !meter.isCovered(user)) {
            return refuse(
                    user,
                    Refusal.INSUFFICIENT_FUNDS,
                    "The user has no wallet. Pay in at least " + meter.policy().minimumToStart() + ".",
                    request);
        }
        var id = meter.newId();
        var nothing = Money.zero(price.tariff().currency());
        var balance = kept.orElseGet(() -> new WalletBalance(user, nothing, nothing));
        return meter.open(
                        id,
                        terms(key, price, chosen),
                        price.tariff(),
                        Math.max(1, stream.pushes().size()),
                        balance)
                .fold(
                        hold -> {
                            if (!isStillWithinLimit(id, user)) {
                                return refuseOneMore(user, request);
                            }
                            streams.put(id, stream);
                            meter.abandon(key.id());
                            onAir.began(id, stream);
                            keeper.began(id, stream);
                            if (changes.get() != changesBefore) {
                                // Somebody changed destinations since they were read.
                                scheduler.after(Duration.ZERO, () -> onAir.follow(id, stream));
                            }
                            return new Admission.Admitted(id, stream.pushes());
                        },
                        declined -> refuse(user, Refusal.INSUFFICIENT_FUNDS, declined.message(), request));
    }

    private static SessionTerms terms(StoredStreamKey key, Prices.InForce price, List<SavedDestination> chosen) {
        return new SessionTerms(
                Lane.RELAY,
                key.owner(),
                null,
                price.version(),
                key.id(),
                chosen.stream()
                        .map(destination -> new SessionDestination(
                                destination.id(),
                                destination.destination().platform(),
                                destination.destination().name()))
                        .toList());
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
        return meter.isElsewhere(session);
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
        var node = meter.nodeOf(session).orElse(null);
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
