package dev.livemeter.destination;

import dev.livemeter.broadcast.BroadcastStatus;
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
 * @param broadcast what the platform itself says, where it can be asked; null where it cannot, as for a destination by stream key, and while nothing is opened there
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
        @Nullable Instant nextRetryAt,
        @Nullable BroadcastStatus broadcast) {

    /** As the relay alone knows it. */
    public DestinationStatus(
            DestinationId id,
            String platform,
            String name,
            State state,
            int attempts,
            String detail,
            Instant since,
            @Nullable String lastError,
            @Nullable Instant nextRetryAt) {
        this(id, platform, name, state, attempts, detail, since, lastError, nextRetryAt, null);
    }

    /**
     * What the relay knows, and the platform where it can be asked. Whether a platform shows the stream, only the platform can tell: of one that cannot be asked, {@code LIVE} says that it takes the
     * stream.
     */
    public enum State {
        /** The platform is asked to take the stream and show it; or it has the stream, and does not show it yet. */
        PREPARING,
        /** Not tried yet. */
        WAITING,
        /** The relay is connecting. */
        CONNECTING,
        /** The platform's server took the connection and media flows; where the platform can be asked, it shows the stream. */
        LIVE,
        /** It was refused or lost; the relay tries again. */
        RETRYING,
        /** It cannot work as it is, or the platform does not show the stream any more; somebody must change something. */
        FAILED,
        /** Somebody stopped it for this stream; it can be started again. */
        STOPPED,
        /** The stream does not go there any more: it is over, or the destination was removed. */
        ENDED
    }
}
