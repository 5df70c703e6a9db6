package dev.livemeter.session;

import dev.livemeter.destination.DestinationId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something about a running stream that its artist should change, before a platform complains. The stream goes on.
 *
 * @param kind for programs
 * @param destination whom it concerns; null where it concerns all
 * @param sentence what was seen, what is expected, what to do; without any secret
 * @param since when it was first noticed
 * @param code the platform's own word where it is the platform that complains, such as {@code gopSizeLong}; else empty
 */
public record StreamWarning(
        Kind kind, @Nullable DestinationId destination, String sentence, Instant since, String code) {

    /** One of our own. */
    public StreamWarning(Kind kind, @Nullable DestinationId destination, String sentence, Instant since) {
        this(kind, destination, sentence, since, "");
    }

    /** What it is about. */
    public enum Kind {
        /** The picture is encoded in a way that the relay cannot pass on. */
        VIDEO_CODEC,
        /** The sound is encoded in a way that the relay cannot pass on. */
        AUDIO_CODEC,
        /** No picture comes in. */
        NO_VIDEO,
        /** The picture has more bits per second than the platform takes. */
        VIDEO_BITRATE,
        /** The sound has more bits per second than the platform takes. */
        AUDIO_BITRATE,
        /** Whole pictures come too seldom. */
        KEYFRAME_INTERVAL,
        /** The picture has more lines than the platform takes. */
        RESOLUTION,
        /** More pictures per second come than the platform takes. */
        FRAME_RATE,
        /** The platform takes the stream slower than it comes. */
        SLOW_DESTINATION,
        /** The platform finds something wrong with the stream; what, its own word says. */
        PLATFORM
    }

    /** Whether it is the same matter, however it is put now. */
    boolean isAbout(StreamWarning other) {
        return kind == other.kind && code.equals(other.code) && Objects.equals(destination, other.destination);
    }
}
