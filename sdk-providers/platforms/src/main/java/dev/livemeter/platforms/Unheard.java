package dev.livemeter.platforms;

import dev.livemeter.spi.PlatformTrouble;
import java.util.Set;

/** What is told of something that was to be said, where its answer was lost. */
final class Unheard {

    /** The codes of the client where a request may have arrived all the same. */
    private static final Set<String> LOST =
            Set.of("timeout", "connection_lost", "malformed", "too_long", "interrupted");

    private Unheard() {}

    /** The same trouble; one that invites nobody to say it twice where nobody knows whether it was said. */
    static PlatformTrouble of(PlatformTrouble trouble) {
        return LOST.contains(trouble.code())
                ? new PlatformTrouble(
                        false,
                        null,
                        "no_answer",
                        "The platform has not answered in time; look there before it is said again.")
                : trouble;
    }
}
