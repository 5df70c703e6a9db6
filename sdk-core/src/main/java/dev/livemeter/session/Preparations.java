package dev.livemeter.session;

import dev.livemeter.destination.Destinations;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.StreamProvider.Preparation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes of a user's destination what a relay can push to. Thread-safe; blocks while a provider prepares. */
final class Preparations {

    private static final Logger log = LoggerFactory.getLogger(Preparations.class);

    private final Destinations destinations;
    private final RelayController relay;

    Preparations(Destinations destinations, RelayController relay) {
        this.destinations = destinations;
        this.relay = relay;
    }

    /** What came of it. */
    sealed interface Prepared {

        /** The relay can push there. */
        record Ready(Push push) implements Prepared {}

        /**
         * It cannot.
         *
         * @param retryable whether a later try may do without anybody's help
         * @param why a sentence for people, without the secret
         */
        record Failed(boolean retryable, String why) implements Prepared {}
    }

    Prepared prepare(SavedDestination saved) {
        var destination = saved.destination();
        var provider = destinations.provider(destination.platform()).orElse(null);
        if (provider == null) {
            return new Prepared.Failed(false, "The platform " + destination.platform() + " is not installed any more.");
        }
        final Preparation preparation;
        try {
            preparation = provider.prepare(destination);
        } catch (RuntimeException e) {
            log.error("The provider {} failed to prepare destination {}.", provider.name(), saved.id(), e);
            return new Prepared.Failed(true, provider.displayName() + " could not be prepared.");
        }
        return preparation.fold(
                target -> relay.objectionTo(target)
                        .<Prepared>map(objection -> new Prepared.Failed(false, objection))
                        .orElseGet(() -> new Prepared.Ready(new Push(saved.id(), target))),
                notReady -> new Prepared.Failed(notReady.retryable(), notReady.message()));
    }
}
