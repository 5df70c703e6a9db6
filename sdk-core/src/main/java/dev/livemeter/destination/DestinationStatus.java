package dev.livemeter.destination;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one destination of a running stream fares.
 *
 * @param attempts how often the relay began to connect to it
 * @param detail a sentence for people; empty where there is nothing to say
 * @param since when it came into this state
 * @param lastError what went wrong last, kept while it goes well again; null where nothing did
 * @param nextRetryAt when it is tried again, roughly; null where nobody waits for that
 */
public record DestinationStatus(
        DestinationId id,
        String platform,
        String name,
        State state,
        int attempts,
        String detail,
        Instant since,
        @Nullable String lastError,
        @Nullable Instant nextRetryAt) {

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
        /** Somebody stopped it for this stream; it can be started again. */
        STOPPED,
        /** The stream does not go there any more: it is over, or the destination was removed. */
        ENDED
    }
}
