package dev.livemeter.destination;

import java.time.Instant;

/**
 * How one destination of a running stream fares.
 *
 * @param attempts how often the relay began to connect to it
 * @param detail a sentence for people; empty where there is nothing to say
 * @param since when it came into this state
 */
public record DestinationStatus(
        DestinationId id, String platform, String name, State state, int attempts, String detail, Instant since) {

    /** What the relay knows. Whether a platform shows the stream, only the platform can tell. */
    public enum State {
        /** Not tried yet. */
        WAITING,
        /** The relay is connecting. */
        CONNECTING,
        /** The platform's server took the connection and media flows. */
        LIVE,
        /** It was refused or lost; the relay tries again. */
        RETRYING,
        /** It cannot work as it is; somebody must change something. */
        FAILED,
        /** The stream is over. */
        ENDED
    }
}
