package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.WalletBalance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the stream that runs on a key, for the encoder that comes with the same one (decision record 0039). Thread-safe. */
final class StreamTakeOver {

    private static final Logger log = LoggerFactory.getLogger(StreamTakeOver.class);
    private static final String TAKE_OVER_REFUSED = "stream.not_taken_over";
    private static final String CONTESTED =
            "Two encoders want to stream with the same stream key, and the one that runs goes on. Stop one of them; the other one gets in "
                    + TakeOvers.SETTLES_WITHIN.toSeconds() + " seconds after the last attempt.";

    private final Meter meter;
    private final Wallet wallet;
    private final Destinations destinations;
    private final RelayedStreams streams;
    private final TakeOvers takeOvers;
    private final Refusals refusals;

    StreamTakeOver(RelayParts parts, Wallet wallet) {
        this.meter = parts.meter();
        this.destinations = parts.destinations();
        this.streams = parts.streams();
        this.takeOvers = parts.takeOvers();
        this.refusals = parts.refusals();
        this.wallet = wallet;
    }

    /**
     * One key is one stream, and the last encoder that came with it has it: ends what runs on it, here and elsewhere. Blocks until that is over, a second at most for each.
     *
     * @param others the other nodes; null where there are none
     * @return why the newcomer is turned away; null where the way is free
     */
    Admission.@Nullable Refused endWhatRunsOn(
            StoredStreamKey key, PublishRequest request, @Nullable StreamNodes others) {
        try {
            for (var running : streams.all()) {
                var stream = running.getValue();
                if (stream.isOf(key.id())) {
                    if (!isLeaving(running.getKey(), stream)) {
                        var objection = objectionToBegin(key.owner(), request);
                        if (objection != null) {
                            return objection;
                        }
                    }
                    here(running.getKey(), stream, key.id(), request.remoteAddress());
                }
            }
            return endWhatRunsElsewhereOn(key, request, others);
        } catch (LivemeterException e) {
            if (!e.code().equals(TAKE_OVER_REFUSED)) {
                throw e;
            }
            return refusals.refuse(key.owner(), Refusal.ALREADY_LIVE, String.valueOf(e.getMessage()), request);
        }
    }

    private Admission.@Nullable Refused endWhatRunsElsewhereOn(
            StoredStreamKey key, PublishRequest request, @Nullable StreamNodes others) {
        if (others == null) {
            return null;
        }
        for (var session : meter.elsewhere().of(key.owner(), Lane.RELAY, key.id())) {
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
            return refusals.refuse(
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
        return refusals.refuse(
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
    void here(SessionId session, RelayedStream stream, StreamKeyId key, String remoteAddress) {
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
        if (!takeOvers.awaitOver(session, () -> streams.has(session))) {
            throw notTakenOver("The stream that ran with this key is still being ended. Try again in a moment.");
        }
    }

    private static LivemeterException notTakenOver(String why) {
        return new LivemeterException(TAKE_OVER_REFUSED, why, true, null);
    }
}
