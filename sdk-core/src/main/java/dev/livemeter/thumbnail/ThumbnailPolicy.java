package dev.livemeter.thumbnail;

import dev.livemeter.config.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;

/**
 * How large the pictures of streams are, and how long they are kept. Immutable.
 *
 * @param width of the square that a picture fits in, in pixels, 64 to 1280
 * @param mostBytes of a picture, 4,000 to 500,000; a larger one is not kept
 * @param retention how long a picture is kept after it was made, from a minute on
 */
public record ThumbnailPolicy(int width, int mostBytes, Duration retention) {

    private static final int USUAL_WIDTH = 320;
    private static final int USUAL_BYTES = 100_000;
    private static final Duration USUAL_RETENTION = Duration.ofDays(90);

    /**
     * Rules.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public ThumbnailPolicy {
        var faults = new ArrayList<String>();
        if (width < 64 || width > 1280) {
            faults.add("Thumbnails are to be " + width + " pixels wide; expected 64 to 1280.");
        }
        if (mostBytes < 4_000 || mostBytes > 500_000) {
            faults.add("Thumbnails are to have at most " + mostBytes + " bytes; expected 4000 to 500000.");
        }
        if (retention.compareTo(Duration.ofMinutes(1)) < 0) {
            faults.add("Thumbnails are to be kept for " + retention.toSeconds()
                    + " seconds; expected at least 60, and no thumbnails where none are to be kept.");
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** 320 pixels, 100 kB, 90 days. */
    public static ThumbnailPolicy defaults() {
        return new ThumbnailPolicy(USUAL_WIDTH, USUAL_BYTES, USUAL_RETENTION);
    }
}
