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
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.StreamProvider.Preparation;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.HoldResult;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final SessionParts parts;
    private final RelayController relay;
    private final StreamKeys keys;
    private final Destinations destinations;
    private final IdSource ids;
    private final Tariff tariff;
    private final Map<SessionId, Running> running = new ConcurrentHashMap<>();
    private final Map<UserId, Integer> streams = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /** The lane of one relay, at one tariff. */
    public RelayLane(
            RelayController relay,
            Wallet wallet,
            SessionStore store,
            StreamKeys keys,
            Destinations destinations,
            Tariff tariff,
            SessionPolicy policy,
            TimeSource time,
            Scheduler scheduler,
            IdSource ids,
            Events events) {
        this.parts = new SessionParts(wallet, store, time, scheduler, events, policy);
        this.relay = relay;
        this.keys = keys;
        this.destinations = destinations;
        this.ids = ids;
        this.tariff = tariff;
    }

    /**
     * Charges and closes what a crash left open. To be called before the relay is opened.
     *
     * @return how many sessions were found
     */
    public int reconcile() {
        var left = parts.store().open();
        for (var session : left) {
            log.info(
                    "Session {} of {} was left open; closing it at its last sign of life.",
                    session.id(),
                    session.payer());
            MeteredSession.leftOpen(parts, new Ended(), session).reconcile();
        }
        return left.size();
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
                    "The user runs " + parts.policy().concurrentStreams()
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
        var now = parts.time().instant();
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
        var balance = parts.wallet().balance(user).orElse(null);
        if (balance == null) {
            return refuse(
                    user,
                    Refusal.INSUFFICIENT_FUNDS,
                    "The user has no wallet. Pay in at least " + parts.policy().minimumToStart() + ".",
                    request);
        }
        var session = MeteredSession.opening(
                parts,
                new Ended(),
                Session.authorizing(
                        new SessionId(ids.next()),
                        Lane.RELAY,
                        user,
                        key.id(),
                        now.truncatedTo(ChronoUnit.MILLIS),
                        Metering.start(tariff),
                        balance.posted(),
                        chosen.stream()
                                .map(destination -> new SessionDestination(
                                        destination.id(),
                                        destination.destination().platform(),
                                        destination.destination().name()))
                                .toList()));
        running.put(session.id(), new Running(session, stream));
        var admitted = false;
        try {
            var result = session.authorize();
            admitted = result instanceof HoldResult.Placed;
            return result.fold(
                    hold -> new Admission.Admitted(session.id(), stream.pushes()),
                    declined -> refuse(user, Refusal.INSUFFICIENT_FUNDS, declined.message(), request));
        } finally {
            if (!admitted) {
                running.remove(session.id());
            }
        }
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
        var stream = running.get(session);
        return stream != null && stream.session().alive();
    }

    @Override
    public void destinationChanged(
            SessionId session, DestinationId destination, DestinationStatus.State state, String detail) {
        var stream = running.get(session);
        if (stream == null) {
            return;
        }
        stream.destinations()
                .change(destination, state, detail, parts.time().instant())
                .ifPresent(status -> parts.events()
                        .publish(new DestinationChanged(
                                status.since(), stream.session().session().payer(), session, status)));
        if (state == DestinationStatus.State.LIVE) {
            stream.session().delivered();
        }
    }

    @Override
    public void ended(SessionId session, EndCause cause) {
        var stream = running.get(session);
        if (stream != null) {
            stream.session().ended(cause);
        }
    }

    /** What runs now. */
    List<SessionStatus> statuses() {
        return running.values().stream().map(Running::status).toList();
    }

    /** That session, if it runs. */
    Optional<SessionStatus> status(SessionId session) {
        return Optional.ofNullable(running.get(session)).map(Running::status);
    }

    /** Orders the end of a session; whether it runs. */
    boolean stop(SessionId session, SessionEnd why) {
        var stream = running.get(session);
        if (stream == null) {
            return false;
        }
        stream.session().stop(why);
        return true;
    }

    /** Orders the end of the streams that run on a key. */
    public void stopStreamsOf(StreamKeyId key) {
        running.values().stream()
                .filter(stream -> stream.session().session().streamKey().equals(key))
                .forEach(stream ->
                        stream.session().stop(new SessionEnd.Stopped("Livemeter", "the stream key was revoked")));
    }

    /** Lets the streams of a user go on after a top-up. */
    public void toppedUp(UserId user) {
        running.values().stream()
                .filter(stream -> stream.session().session().payer().equals(user))
                .forEach(stream -> stream.session().toppedUp());
    }

    /** Lets nobody in any more and orders the end of what runs. */
    public void close() {
        closing = true;
        for (var stream : running.values()) {
            stream.session().stop(new SessionEnd.Stopped("Livemeter", "the application is closing"));
        }
    }

    private boolean reserveStream(UserId user) {
        var limit = parts.policy().concurrentStreams();
        var granted = new boolean[1];
        streams.compute(user, (key, count) -> {
            var present = count == null ? 0 : count;
            granted[0] = present < limit;
            return granted[0] ? present + 1 : count;
        });
        return granted[0];
    }

    private void releaseStream(UserId user) {
        streams.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
    }

    private Admission refuse(@Nullable UserId user, Refusal reason, String message, PublishRequest request) {
        parts.events()
                .publish(new PublishRefused(parts.time().instant(), user, reason, message, request.remoteAddress()));
        return new Admission.Refused(reason, message);
    }

    private final class Ended implements MeteredSession.Runner {
        @Override
        public void cut(SessionId session) {
            relay.disconnect(session);
        }

        @Override
        public void over(MeteredSession session) {
            if (running.remove(session.id()) != null) {
                releaseStream(session.session().payer());
            }
        }
    }

    private record Running(MeteredSession session, RelayedStream destinations) {
        SessionStatus status() {
            var reading = session.read();
            return new SessionStatus(
                    reading.session(),
                    reading.used(),
                    reading.cost(),
                    reading.balance(),
                    reading.timeLeft(),
                    reading.low(),
                    reading.finalUnit(),
                    destinations.statuses());
        }
    }
}
