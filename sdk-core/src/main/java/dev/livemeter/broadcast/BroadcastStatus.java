package dev.livemeter.broadcast;

import dev.livemeter.spi.PlatformTrouble;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a platform says of a broadcast while the stream goes there.
 *
 * @param phase as it said last
 * @param page where people watch it; null where the platform does not say
 * @param viewers now; null where the platform does not tell
 * @param issues what it finds wrong, the gravest first
 * @param since when it came into this phase
 * @param trouble why the platform did not answer, or did not do what was due, the last time it was asked; null where all is well
 */
public record BroadcastStatus(
        BroadcastReport.Phase phase,
        @Nullable URI page,
        @Nullable Long viewers,
        List<BroadcastIssue> issues,
        Instant since,
        @Nullable PlatformTrouble trouble) {

    public BroadcastStatus {
        issues = List.copyOf(issues);
    }

    /** One that was just opened, or is taken up again. */
    static BroadcastStatus of(BroadcastReport.Phase phase, @Nullable URI page, Instant since) {
        return new BroadcastStatus(phase, page, null, List.of(), since, null);
    }

    BroadcastStatus seen(BroadcastReport report, Instant now) {
        return new BroadcastStatus(
                report.phase(), page, report.viewers(), report.issues(), report.phase() == phase ? since : now, null);
    }

    BroadcastStatus unanswered(PlatformTrouble why) {
        return new BroadcastStatus(phase, page, viewers, issues, since, why);
    }
}
