package dev.livemeter.http;

import dev.livemeter.config.ConfigurationException;
import java.util.List;

/**
 * How often one caller may ask: a bucket of {@code burst} requests that refills at {@code perMinute}.
 *
 * @param perMinute at least one
 * @param burst at least one
 */
public record RateLimit(int perMinute, int burst) {

    /** Enough for several dashboards of one person, each of which asks about twice a second. */
    public static final RateLimit DEFAULT = new RateLimit(600, 120);

    public RateLimit {
        if (perMinute < 1 || burst < 1) {
            throw new ConfigurationException(List.of("The rate limit is " + perMinute
                    + " requests a minute with bursts of " + burst + "; expected at least one of each."));
        }
    }
}
