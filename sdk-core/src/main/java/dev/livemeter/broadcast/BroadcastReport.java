package dev.livemeter.broadcast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a platform says that a broadcast fares.
 *
 * @param issues the gravest first
 * @param viewers now; null where the platform does not tell
 */
public record BroadcastReport(
        Phase phase, List<BroadcastIssue> issues, @Nullable Long viewers) {

    public BroadcastReport {
        issues = List.copyOf(issues);
    }

    /** Where a broadcast stands. */
    public enum Phase {
        /** The platform does not show it yet. */
        PREPARING,
        /** People can see it. */
        LIVE,
        /** It is over there. */
        ENDED
    }
}
