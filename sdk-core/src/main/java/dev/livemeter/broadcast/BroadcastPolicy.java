package dev.livemeter.broadcast;

import dev.livemeter.config.ConfigurationException;
import java.time.Duration;
import java.util.List;

/**
 * The rules for broadcasts on platforms. Immutable.
 *
 * @param videoAfter how long after the end of a broadcast its video is looked for first; after that in growing intervals, for a day
 */
public record BroadcastPolicy(Duration videoAfter) {

    private static final Duration USUAL = Duration.ofMinutes(1);
    private static final Duration LEAST = Duration.ofSeconds(5);
    private static final Duration MOST = Duration.ofHours(1);

    /**
     * Rules.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public BroadcastPolicy {
        if (videoAfter.compareTo(LEAST) < 0 || videoAfter.compareTo(MOST) > 0) {
            throw new ConfigurationException(List.of("Videos of broadcasts would be looked for "
                    + videoAfter.toSeconds() + " seconds after the end; expected 5 seconds to an hour."));
        }
    }

    /** A minute. */
    public static BroadcastPolicy defaults() {
        return new BroadcastPolicy(USUAL);
    }
}
