package dev.livemeter.destination;

import java.net.URI;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What people should know who add a destination of a platform.
 *
 * @param keyLifetime how long a key that was copied lasts
 * @param serverChoice whether a destination names a server
 * @param server where streams go unless a destination names another one; null where it has to
 * @param backup a second server of the platform, for those who want one; null where none is known
 * @param transport what the platform takes
 * @param whereTheKeyIs a sentence
 * @param docs the platform's own page about it; null where none is known
 * @param verifiedOn when all this was looked up last; null where it was not
 */
public record PlatformGuide(
        KeyLifetime keyLifetime,
        ServerChoice serverChoice,
        @Nullable URI server,
        @Nullable URI backup,
        Transport transport,
        String whereTheKeyIs,
        @Nullable URI docs,
        @Nullable LocalDate verifiedOn) {

    /** How long a stream key lasts. */
    public enum KeyLifetime {
        /** Until somebody has it replaced; the platform's API tells it to who connected an account. */
        API,
        /** Until somebody has it replaced. */
        STATIC,
        /** For one broadcast: before the next one it is copied anew. */
        PER_SESSION
    }

    /** Whether a destination names a server. */
    public enum ServerChoice {
        /** No: the platform has one for all. */
        FIXED,
        /** If its owner wants another one than the usual. */
        OPTIONAL,
        /** Yes: the platform shows it beside the key. */
        REQUIRED
    }

    /** What a platform takes. */
    public enum Transport {
        /** RTMP, with TLS or without. */
        RTMP_OR_RTMPS,
        /** RTMP over TLS alone. */
        RTMPS
    }
}
