package dev.livemeter.broadcast;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Counts viewers over time. Thread-safe. */
final class ViewerCount {

    private boolean told;
    private long peak;
    private Duration watched = Duration.ZERO;
    private Duration counted = Duration.ZERO;
    private @Nullable Long present;
    private Instant since = Instant.EPOCH;

    /** Goes on from what was counted before the application went away; null where nothing was. Once at most. */
    synchronized void goOn(@Nullable Viewers before) {
        if (before != null) {
            told = true;
            peak = Math.max(peak, before.peak());
            watched = watched.plus(before.watched());
            counted = counted.plus(before.counted());
        }
    }

    /**
     * So many watch from now on.
     *
     * @param viewers null where that is not known any more
     */
    synchronized void at(@Nullable Long viewers, Instant now) {
        add(now);
        present = viewers;
        since = now;
        if (viewers != null) {
            told = true;
            peak = Math.max(peak, viewers);
        }
    }

    private void add(Instant now) {
        var watching = present;
        if (watching != null && now.isAfter(since)) {
            var span = Duration.between(since, now);
            counted = counted.plus(span);
            watched = watched.plus(span.multipliedBy(watching));
            since = now;
        }
    }

    /** All that was counted up to now; null where nobody ever said how many watch. */
    @Nullable
    synchronized Viewers figures(Instant now) {
        add(now);
        return told ? new Viewers(peak, watched, counted) : null;
    }
}
