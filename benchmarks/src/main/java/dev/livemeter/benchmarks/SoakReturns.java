package dev.livemeter.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** When a platform of a soak was there again, and whether streams reached it after that. One thread. */
final class SoakReturns {

    /** Attempts follow each other by a minute and a quarter at most; then come a keyframe and what a busy machine adds. */
    private static final Duration HEALED = Duration.ofSeconds(90);

    private final SoakArrivals arrived;
    private final SoakOutages outages;
    private final List<Instant> all = new ArrayList<>();

    /**
     * Nothing was away yet.
     *
     * @param arrived what that platform recorded
     */
    SoakReturns(SoakArrivals arrived, SoakOutages outages) {
        this.arrived = arrived;
        this.outages = outages;
    }

    /** The platform is there again. */
    void note(Instant now) {
        all.add(now);
    }

    /** Finds it wrong where somebody who streams all the time did not reach it again. */
    void look(List<SoakArtist> artists, SoakFindings findings) throws IOException {
        for (var artist : artists) {
            if (artist.manner() != SoakArtist.Manner.STEADY) {
                continue;
            }
            var stretches = arrived.of(artist.user());
            for (var there : all) {
                var by = outages.by(there, HEALED);
                // What comes after the return itself, and not what waited in the connection of one that stood still.
                var came = stretches.stream()
                        .anyMatch(stretch -> !stretch.at().isAfter(by)
                                && stretch.written().isAfter(there.plusSeconds(2))
                                && stretch.end().isAfter(there));
                if (!came) {
                    findings.wrong(artist.user() + " did not reach the weak platform by " + by
                            + ", which was there again at " + there + ".");
                }
            }
        }
        findings.note("the weak platform was there again " + all.size() + " times");
    }
}
