package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.money.Money;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.Wallet;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.time.Scheduler;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides who may publish, and opens a metered session for each who may. Thread-safe. */
final class StreamAdmission {

    private static final Logger log = LoggerFactory.getLogger(StreamAdmission.class);

    private final Meter meter;
    private final Wallet wallet;
    private final StreamKeys keys;
    private final Destinations destinations;
    private final Prices prices;
    private final Scheduler scheduler;
    private final RelayedStreams streams;
    private final OnAir onAir;
    private final DeliveryKeeper keeper;
    private final Refusals refusals;
    private final TakeOvers takeOvers;
    private final StreamTakeOver takeOver;
    private final @Nullable StreamNodes nodes;
    private final AtomicLong changes = new AtomicLong();

    /**
     * The door of a lane.
     *
     * @param nodes the other nodes that share the relay; null where there are none
     */
    StreamAdmission(
            RelayParts parts,
            Wallet wallet,
            Prices prices,
            Scheduler scheduler,
            StreamTakeOver takeOver,
            @Nullable StreamNodes nodes) {
        this.meter = parts.meter();
        this.keys = parts.keys();
        this.destinations = parts.destinations();
        this.streams = parts.streams();
        this.onAir = parts.onAir();
        this.keeper = parts.keeper();
        this.refusals = parts.refusals();
        this.takeOvers = parts.takeOvers();
        this.wallet = wallet;
        this.prices = prices;
        this.scheduler = scheduler;
        this.takeOver = takeOver;
        this.nodes = nodes;
    }

    /** As {@link dev.livemeter.spi.RelayAuthority#publish}. */
    Admission publish(PublishRequest request) {
        return decide(request, key -> open(key, request));
    }

    /** As {@link dev.livemeter.spi.RelayAuthority#turnAway}. */
    Admission turnAway(PublishRequest request, String why) {
        return decide(request, key -> refusals.refuse(key.owner(), Refusal.UNAVAILABLE, why, request));
    }

    /** Destinations changed: who is just being let in, with those from before, looks once more. */
    void destinationsChanged() {
        changes.incrementAndGet();
    }

    private Admission decide(PublishRequest request, Function<StoredStreamKey, Admission> onKey) {
        @Nullable UserId user = null;
        try {
            if (!keys.isWellFormed(request.streamKey())) {
                return refusals.refuse(
                        null,
                        Refusal.MALFORMED,
                        "What was sent cannot be a stream key. Copy the key again, the whole of it and nothing else.",
                        request);
            }
            var key = keys.find(request.streamKey()).orElse(null);
            if (key == null) {
                return refusals.refuse(
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
            return refusals.refuse(
                    user, Refusal.UNAVAILABLE, "It could not be decided now. Try again in a moment.", request);
        }
    }

    private Admission open(StoredStreamKey key, PublishRequest request) {
        if (!takeOvers.enter(key.id())) {
            return refusals.refuse(
                    key.owner(),
                    Refusal.ALREADY_LIVE,
                    "Another encoder is just being let in with the same stream key. Try again in a moment.",
                    request);
        }
        try {
            var objection = takeOver.endWhatRunsOn(key, request, nodes);
            return objection != null ? objection : openAlone(key, request);
        } finally {
            takeOvers.entered(key.id());
        }
    }

    private Admission openAlone(StoredStreamKey key, PublishRequest request) {
        var user = key.owner();
        if (!streams.reserve(user, meter.policy().concurrentStreams())) {
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
                streams.release(user);
            }
        }
    }

    private Admission refuseOneMore(UserId user, PublishRequest request) {
        return refusals.refuse(
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
        var elsewhere = nodes == null ? 0 : meter.elsewhere().count(user, Lane.RELAY);
        return streams.of(user) + elsewhere > meter.policy().concurrentStreams();
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
            return refusals.refuse(
                    user,
                    Refusal.NO_DESTINATION,
                    "The user has no enabled destination. Add one, or enable one, and publish again.",
                    request);
        }
        var stream = new RelayedStream(user, key.id(), onAir.begin(chosen));
        if (stream.goesNowhere()) {
            return refusals.refuse(
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
            return refusals.refuse(
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
                            streams.add(id, stream);
                            meter.abandon(key.id());
                            onAir.began(id, stream);
                            keeper.began(id, stream);
                            if (changes.get() != changesBefore) {
                                // Somebody changed destinations since they were read.
                                scheduler.after(Duration.ZERO, () -> onAir.follow(id, stream));
                            }
                            return new Admission.Admitted(id, stream.pushes());
                        },
                        declined -> refusals.refuse(user, Refusal.INSUFFICIENT_FUNDS, declined.message(), request));
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
}
