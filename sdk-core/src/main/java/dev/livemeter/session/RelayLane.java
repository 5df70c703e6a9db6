package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.StreamProvider.Preparation;
import dev.livemeter.spi.Wallet;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.time.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay lane: lets publishers in against a hold, and runs a metered session for each. The authority that a
 * {@link RelayController} asks. Thread-safe.
 */
public final class RelayLane implements RelayAuthority {

    private static final Logger log = LoggerFactory.getLogger(RelayLane.class);

    private final Meter meter;
    private final RelayController relay;
    private final Wallet wallet;
    private final StreamKeys keys;
    private final Destinations destinations;
    private final Prices prices;
    private final TimeSource time;
    private final Events events;
    private final Map<SessionId, RelayedStream> streams = new ConcurrentHashMap<>();
    private final Map<UserId, Integer> streamsByUser = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /** The lane of one relay. */
    public RelayLane(
            RelayController relay,
            Meter meter,
            Wallet wallet,
            StreamKeys keys,
            Destinations destinations,
            Prices prices,
            TimeSource time,
            Events events) {
        this.relay = relay;
        this.meter = meter;
        this.wallet = wallet;
        this.keys = keys;
        this.destinations = destinations;
        this.prices = prices;
        this.time = time;
        this.events = events;
        meter.deliver(Lane.RELAY, new Relayed());
    }

    @Override
    public Admission publish(PublishRequest request) {
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
            return open(key, request);
        } catch (RuntimeException e) {
            log.error(
                    "A wish to publish could not be decided and is refused: {}",
                    e.getMessage(),
                    e instanceof LivemeterException known && known.retryable() ? null : e);
            return refuse(user, Refusal.UNAVAILABLE, "It could not be decided now. Try again in a moment.", request);
        }
    }

    private Admission open(StoredStreamKey key, PublishRequest request) {
        var user = key.owner();
        if (!reserveStream(user)) {
            return refuse(
                    user,
                    Refusal.ALREADY_LIVE,
                    "The user runs " + meter.policy().concurrentStreams()
                            + " stream already, which is the limit. Stop the other one first.",
                    request);
        }
        var admitted = false;
        try {
            var admission = openReserved(key, request);
            admitted = admission instanceof Admission.Admitted;
            return admission;
        } finally {
            if (!admitted) {
                releaseStream(user);
            }
        }
    }

    private Admission openReserved(StoredStreamKey key, PublishRequest request) {
        var user = key.owner();
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
        var now = time.instant();
        var stream = new RelayedStream();
        chosen.forEach(destination -> prepare(destination, stream, now));
        if (stream.pushes().isEmpty()) {
            return refuse(
                    user,
                    Refusal.NO_DESTINATION,
                    "No destination can be reached as it is: "
                            + stream.statuses().get(0).name() + ": "
                            + stream.statuses().get(0).detail(),
                    request);
        }
        var balance = wallet.balance(user).orElse(null);
        if (balance == null) {
            return refuse(
                    user,
                    Refusal.INSUFFICIENT_FUNDS,
                    "The user has no wallet. Pay in at least " + meter.policy().minimumToStart() + ".",
                    request);
        }
        var id = meter.newId();
        var price = prices.inForce(TariffKey.of(Service.RELAY, user));
        return meter.open(
                        id,
                        terms(key, price, chosen),
                        price.tariff(),
                        stream.pushes().size(),
                        balance)
                .fold(
                        hold -> {
                            streams.put(id, stream);
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

    private void prepare(SavedDestination saved, RelayedStream stream, Instant now) {
        var destination = saved.destination();
        var remembered = new SessionDestination(saved.id(), destination.platform(), destination.name());
        var provider = destinations.provider(destination.platform()).orElse(null);
        if (provider == null) {
            stream.fail(
                    remembered, false, "The platform " + destination.platform() + " is not installed any more.", now);
            return;
        }
        final Preparation preparation;
        try {
            preparation = provider.prepare(destination);
        } catch (RuntimeException e) {
            log.error("The provider {} failed to prepare destination {}.", provider.name(), saved.id(), e);
            stream.fail(remembered, true, provider.displayName() + " could not be prepared.", now);
            return;
        }
        if (preparation instanceof Preparation.NotReady notReady) {
            stream.fail(remembered, notReady.retryable(), notReady.message(), now);
        } else {
            push(saved.id(), remembered, ((Preparation.Ready) preparation).target(), stream, now);
        }
    }

    private void push(
            DestinationId id, SessionDestination remembered, PushTarget target, RelayedStream stream, Instant now) {
        relay.objectionTo(target)
                .ifPresentOrElse(
                        objection -> stream.fail(remembered, false, objection, now),
                        () -> stream.push(remembered, new Push(id, target), now));
    }

    @Override
    public boolean alive(SessionId session) {
        return meter.alive(session);
    }

    @Override
    public void destinationChanged(
            SessionId session, DestinationId destination, DestinationStatus.State state, String detail) {
        var stream = streams.get(session);
        if (stream == null) {
            return;
        }
        var payer = meter.running(session).map(status -> status.session().payer());
        stream.change(destination, state, detail, time.instant())
                .ifPresent(status -> payer.ifPresent(
                        user -> events.publish(new DestinationChanged(status.since(), user, session, status))));
        if (state == DestinationStatus.State.LIVE) {
            meter.delivered(session);
        }
    }

    @Override
    public void ended(SessionId session, EndCause cause) {
        meter.ended(session, cause);
    }

    /** Orders the end of the streams that run on a key. */
    public void stopStreamsOf(StreamKeyId key) {
        for (var status : meter.running()) {
            if (key.equals(status.session().streamKey())) {
                meter.stop(status.session().id(), new SessionEnd.Stopped("Livemeter", "the stream key was revoked"));
            }
        }
    }

    /** Lets nobody in any more and orders the end of what runs. */
    public void close() {
        closing = true;
        for (var session : streams.keySet()) {
            meter.stop(session, new SessionEnd.Stopped("Livemeter", "the application is closing"));
        }
    }

    private boolean reserveStream(UserId user) {
        var limit = meter.policy().concurrentStreams();
        var granted = new boolean[1];
        streamsByUser.compute(user, (key, count) -> {
            var present = count == null ? 0 : count;
            granted[0] = present < limit;
            return granted[0] ? present + 1 : count;
        });
        return granted[0];
    }

    private void releaseStream(UserId user) {
        streamsByUser.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
    }

    private Admission refuse(@Nullable UserId user, Refusal reason, String message, PublishRequest request) {
        events.publish(new PublishRefused(time.instant(), user, reason, message, request.remoteAddress()));
        return new Admission.Refused(reason, message);
    }

    private final class Relayed implements Delivery {
        @Override
        public void cut(SessionId session) {
            relay.disconnect(session);
        }

        @Override
        public void over(Session session) {
            if (streams.remove(session.id()) != null) {
                releaseStream(session.payer());
            }
        }

        @Override
        public List<DestinationStatus> destinations(SessionId session) {
            var stream = streams.get(session);
            return stream == null ? List.of() : stream.statuses();
        }
    }
}
