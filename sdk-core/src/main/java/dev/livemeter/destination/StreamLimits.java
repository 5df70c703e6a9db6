package dev.livemeter.destination;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a platform takes, as it says itself. What is null or empty is not known, and nobody is warned of it.
 *
 * @param videoBitsPerSecond at most
 * @param audioBitsPerSecond at most
 * @param keyframeInterval at most, from one whole picture to the next
 * @param height at most, in pixels
 * @param framesPerSecond at most
 * @param videoCodecs those that it takes, such as {@code H264}
 */
public record StreamLimits(
        @Nullable Long videoBitsPerSecond,
        @Nullable Long audioBitsPerSecond,
        @Nullable Duration keyframeInterval,
        @Nullable Integer height,
        @Nullable Integer framesPerSecond,
        Set<String> videoCodecs) {

    private static final StreamLimits UNKNOWN = new StreamLimits(null, null, null, null, null, Set.of());

    public StreamLimits {
        videoCodecs = Set.copyOf(videoCodecs);
    }

    /** Nothing is known. */
    public static StreamLimits unknown() {
        return UNKNOWN;
    }

    /** Limits of bits per second and of the time between two keyframes, as most platforms state them. */
    public static StreamLimits of(long videoBitsPerSecond, long audioBitsPerSecond, Duration keyframeInterval) {
        return new StreamLimits(videoBitsPerSecond, audioBitsPerSecond, keyframeInterval, null, null, Set.of());
    }
}
