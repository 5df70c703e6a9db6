package dev.livemeter.http;

import java.time.Duration;

/** When a client that polls asks again: soon where much is said, later where it is quiet, and later still where many ask. */
final class PollPace {

    private static final Duration SOON_AFTER_WAITING = Duration.ofMillis(250);
    private static final int BUSY_PERCENT = 50;
    private static final int FULL_PERCENT = 80;

    private PollPace() {}

    /**
     * How long to wait.
     *
     * @param sinceLast how long ago something was said
     * @param loadPercent of the polls that this node lets wait
     */
    static Duration next(Duration sinceLast, int loadPercent, Style style) {
        var pause = quiet(sinceLast);
        if (style == Style.WAITS && pause.compareTo(SOON_AFTER_WAITING) > 0) {
            // It is answered as soon as there is something, so a pause would only delay.
            pause = sinceLast.compareTo(Duration.ofSeconds(5)) <= 0 ? pause : SOON_AFTER_WAITING;
        }
        var factor = loadPercent < BUSY_PERCENT ? 1 : loadPercent < FULL_PERCENT ? 2 : 4;
        return pause.multipliedBy(factor);
    }

    private static Duration quiet(Duration sinceLast) {
        var seconds = sinceLast.toSeconds();
        if (seconds <= 5) {
            return Duration.ofMillis(500);
        }
        if (seconds <= 30) {
            return Duration.ofSeconds(1);
        }
        if (seconds <= 120) {
            return Duration.ofSeconds(2);
        }
        return seconds <= 600 ? Duration.ofSeconds(5) : Duration.ofSeconds(10);
    }

    /** How a client polls. */
    enum Style {
        /** It is answered at once. */
        ASKS,
        /** Its request waits until there is something. */
        WAITS
    }
}
