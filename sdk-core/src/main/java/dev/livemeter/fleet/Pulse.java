package dev.livemeter.fleet;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.RelayController;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a relay how it is, and takes no answer for an answer. */
final class Pulse {

    private static final Logger log = LoggerFactory.getLogger(Pulse.class);

    private Pulse() {}

    static RelayHealth of(RelayController relay) {
        try {
            return relay.health();
        } catch (RuntimeException e) {
            log.warn("A relay could not say how it is.", e);
            return RelayHealth.down("It could not say how it is: " + sentence(e));
        }
    }

    /** Only Livemeter's own exceptions are made for people. */
    static String sentence(RuntimeException e) {
        return e instanceof LivemeterException known
                ? Objects.requireNonNullElse(known.getMessage(), "it did not say why.")
                : e.getClass().getSimpleName() + "; the log knows more.";
    }
}
