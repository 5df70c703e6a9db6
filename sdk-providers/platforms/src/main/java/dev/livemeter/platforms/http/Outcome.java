package dev.livemeter.platforms.http;

import dev.livemeter.spi.PlatformTrouble;

/** What a request came to, before anybody read more into it than HTTP. */
public sealed interface Outcome {

    /** The platform answered, with whatever status. */
    record Reached(Reply reply) implements Outcome {}

    /** It did not, or was not asked. */
    record Unreached(PlatformTrouble trouble) implements Outcome {}
}
