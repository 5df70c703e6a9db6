package dev.livemeter.session;

import dev.livemeter.broadcast.BroadcastStatus;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.StreamProvider.Preparation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes of a user's destination what a relay can push to. Thread-safe; blocks while a provider prepares. */
final class Preparations {

    private static final Logger log = LoggerFactory.getLogger(Preparations.class);

    private final Destinations destinations;
    private final RelayController relay;
    private final boolean hosting;

    /**
     * Of a relay.
     *
     * @param hosting whether platforms are asked to show streams of connected accounts
     */
    Preparations(Destinations destinations, RelayController relay, boolean hosting) {
        this.destinations = destinations;
        this.relay = relay;
        this.hosting = hosting;
    }

    /** What came of it. */
    sealed interface Prepared {

        /**
         * The relay can push there.
         *
         * @param broadcast what the platform says, where it was asked to show the stream; else null
         */
        record Ready(Push push, @Nullable BroadcastStatus broadcast) implements Prepared {}

        /**
         * The platform must be asked first, which takes a while.
         *
         * @param why a sentence for people
         */
        record Asked(String why) implements Prepared {}

        /**
         * It cannot.
         *
         * @param retryable whether a later try may do without anybody's help
         * @param why a sentence for people, without the secret
         * @param notWithin how long the platform wants to be left alone; null where it did not say
         */
        record Failed(
                boolean retryable, String why, @Nullable Duration notWithin) implements Prepared {

            Failed(boolean retryable, String why) {
                this(retryable, why, null);
            }
        }
    }

    Prepared prepare(SavedDestination saved) {
        var destination = saved.destination();
        var provider = destinations.provider(destination.platform()).orElse(null);
        if (provider == null) {
            return new Prepared.Failed(false, "The platform " + destination.platform() + " is not installed any more.");
        }
        if (destination.account() != null) {
            return provider instanceof HostsBroadcasts && hosting
                    ? new Prepared.Asked(provider.displayName() + " is being asked to take the stream.")
                    : new Prepared.Failed(
                            false,
                            provider.displayName()
                                    + " cannot be asked to take the stream of a connected account here; enter a stream key instead.");
        }
        final Preparation preparation;
        try {
            preparation = provider.prepare(destination);
        } catch (RuntimeException e) {
            log.error("The provider {} failed to prepare destination {}.", provider.name(), saved.id(), e);
            return new Prepared.Failed(true, provider.displayName() + " could not be prepared.");
        }
        return preparation.fold(
                target -> ready(saved.id(), target, null),
                notReady -> new Prepared.Failed(notReady.retryable(), notReady.message()));
    }

    /** A platform gave a target: whether the relay can push there. */
    Prepared ready(DestinationId id, PushTarget target, @Nullable BroadcastStatus broadcast) {
        return relay.objectionTo(target)
                .<Prepared>map(objection -> new Prepared.Failed(false, objection))
                .orElseGet(() -> new Prepared.Ready(new Push(id, target), broadcast));
    }
}
