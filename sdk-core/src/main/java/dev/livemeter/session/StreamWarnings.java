package dev.livemeter.session;

import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.StreamWarning.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;

/** What there is to say about one stream now. A matter is told once, and again only after it had gone away. Thread-safe. */
final class StreamWarnings {

    private final List<StreamWarning> present = new ArrayList<>();

    /** What there is, in the order in which it came up. */
    synchronized List<StreamWarning> present() {
        return List.copyOf(present);
    }

    /**
     * What is seen of the stream's form now; earlier matters of that sort that are not among it are gone.
     *
     * @return what is new
     */
    synchronized List<StreamWarning> seen(List<StreamWarning> now) {
        return replace(warning -> warning.kind() != Kind.SLOW_DESTINATION && warning.kind() != Kind.PLATFORM, now);
    }

    /**
     * How far a destination lags behind.
     *
     * @return what is new
     */
    synchronized List<StreamWarning> lags(DestinationId id, String name, Duration behind, Instant at) {
        List<StreamWarning> now = behind.isZero()
                ? List.of()
                : List.of(new StreamWarning(
                        Kind.SLOW_DESTINATION,
                        id,
                        name + " takes the stream slower than it comes"
                                + (behind.toSeconds() > 0 ? " and is " + behind.toSeconds() + " s behind" : "")
                                + ", so pictures are lost there. Lower the bitrate in OBS (Settings > Output > Streaming), or choose another server of that"
                                + " platform.",
                        at));
        return replace(warning -> warning.kind() == Kind.SLOW_DESTINATION && id.equals(warning.destination()), now);
    }

    /**
     * What a platform finds wrong now; what it found earlier and does not find any more is gone.
     *
     * @return what is new
     */
    synchronized List<StreamWarning> found(DestinationId id, String name, List<BroadcastIssue> issues, Instant at) {
        var codes = new HashSet<String>();
        var now = issues.stream()
                .filter(issue -> issue.severity() != Severity.NOTE && codes.add(issue.code()))
                .map(issue -> new StreamWarning(Kind.PLATFORM, id, name + ": " + issue.sentence(), at, issue.code()))
                .toList();
        return replace(warning -> warning.kind() == Kind.PLATFORM && id.equals(warning.destination()), now);
    }

    private List<StreamWarning> replace(Predicate<StreamWarning> those, List<StreamWarning> now) {
        var fresh = new ArrayList<StreamWarning>();
        var next = new ArrayList<StreamWarning>();
        for (var warning : present) {
            if (!those.test(warning)) {
                next.add(warning);
                continue;
            }
            // How it is put follows what is seen; since when stays.
            now.stream()
                    .filter(warning::isAbout)
                    .findFirst()
                    .ifPresent(same -> next.add(new StreamWarning(
                            same.kind(), same.destination(), same.sentence(), warning.since(), same.code())));
        }
        for (var warning : now) {
            if (present.stream().noneMatch(warning::isAbout)) {
                next.add(warning);
                fresh.add(warning);
            }
        }
        present.clear();
        present.addAll(next);
        return List.copyOf(fresh);
    }
}
