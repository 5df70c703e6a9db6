package dev.livemeter.platforms;

import dev.livemeter.destination.StreamLimits;
import java.time.Duration;

/** What platforms take. Where each value comes from, and when it was looked up, stands in {@code docs/platforms.md}. */
final class PlatformLimits {

    private static final long KILOBIT = 1000;

    static final StreamLimits YOUTUBE = StreamLimits.of(51_000 * KILOBIT, 160 * KILOBIT, Duration.ofSeconds(2));
    static final StreamLimits TWITCH = StreamLimits.of(6_000 * KILOBIT, 320 * KILOBIT, Duration.ofSeconds(2));

    private PlatformLimits() {}
}
