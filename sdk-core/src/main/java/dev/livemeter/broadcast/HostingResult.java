package dev.livemeter.broadcast;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.spi.PlatformTrouble;

/** What came of asking a platform to show a stream. */
public sealed interface HostingResult {

    /** The relay may push there. */
    record Ready(PushTarget target, BroadcastStatus status) implements HostingResult {}

    /** Not now, or not like this. */
    record Failed(PlatformTrouble trouble) implements HostingResult {}

    /** The stream did not want it any more when the platform answered; what was made is ended. */
    record Withdrawn() implements HostingResult {}
}
