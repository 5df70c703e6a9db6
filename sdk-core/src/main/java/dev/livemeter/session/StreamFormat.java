package dev.livemeter.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an encoder sends, as far as a relay sees it.
 *
 * @param videoCodec such as {@code H264}; empty where there is a picture of a kind that the relay does not know; null where no picture comes
 * @param audioCodec such as {@code AAC}; empty as above; null where no sound comes
 * @param width of the picture, in pixels; 0 where it is not known
 * @param height of the picture, in pixels; 0 where it is not known
 * @param framesPerSecond 0 where it is not known
 * @param videoBitsPerSecond lately, averaged over some seconds; 0 where it is not known
 * @param audioBitsPerSecond as above
 * @param keyframeInterval from one whole picture to the next; null where it is not known
 */
public record StreamFormat(
        @Nullable String videoCodec,
        @Nullable String audioCodec,
        int width,
        int height,
        int framesPerSecond,
        long videoBitsPerSecond,
        long audioBitsPerSecond,
        @Nullable KeyframeInterval keyframeInterval) {

    /**
     * How far whole pictures are apart.
     *
     * @param length the longest that was seen
     * @param atLeast whether that is only how long none came
     * @param varies whether others were clearly shorter, as where it is left to the encoder
     */
    public record KeyframeInterval(Duration length, boolean atLeast, boolean varies) {

        /** One as long as the other. */
        public KeyframeInterval(Duration length, boolean atLeast) {
            this(length, atLeast, false);
        }
    }
}
