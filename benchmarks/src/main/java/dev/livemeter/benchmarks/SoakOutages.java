package dev.livemeter.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What was broken during a soak and when, and what may become of encoders by that. Thread-safe. */
final class SoakOutages {

    /** After something broke, encoders may be turned away for so long: until the last of them has noticed and come back. */
    static final Duration AFTERMATH = Duration.ofSeconds(30);

    /** Each stream that outlived the absence of the application is answered for again in that time: it is listened to for a heartbeat and some seconds, and taken up with the next. */
    static final Duration RECOVERY = SoakApplication.HEARTBEAT.multipliedBy(3).plusSeconds(3);

    /** The pushes of a stream that is younger may be cut while the application is away: nginx has no answer to repeat yet. */
    static final Duration YOUNG = SoakApplication.HEARTBEAT.multipliedBy(2);

    /** What breaks. */
    enum Kind {
        /** Nobody answers nginx: no encoder is let in, and those that stream go on. */
        AWAY,
        /** nginx or its worker dies, and all streams with it. */
        BROKEN
    }

    /** From when until when; {@link Instant#MAX} while it goes on. */
    record Outage(Kind kind, Instant from, Instant until) {

        /** Whether something that is so young when it begins may suffer by it. */
        boolean hits(Instant began) {
            return !began.isAfter(from) && began.plus(YOUNG).isAfter(from);
        }
    }

    private final List<Outage> all = new ArrayList<>();

    /** Something breaks, and stays so until {@link #end}. */
    synchronized void begin(Kind kind, Instant now) {
        all.add(new Outage(kind, now, Instant.MAX));
    }

    /** What broke last is well again. */
    synchronized void end(Instant now) {
        var last = all.remove(all.size() - 1);
        all.add(new Outage(last.kind(), last.from(), now));
    }

    /** Whether encoders that come may be turned away for reasons that are not theirs. */
    synchronized boolean mayTurnAway(Instant now) {
        return all.stream().anyMatch(outage -> isWithin(outage, AFTERMATH, now));
    }

    /** Whether an encoder that came at {@code began} may be thrown out for reasons that are not its own: by the death of nginx, or where it was too young to outlive an outage. */
    synchronized boolean mayThrowOut(Instant began, Instant now) {
        return all.stream()
                .anyMatch(outage -> isWithin(outage, AFTERMATH, now)
                        && (outage.kind() == Kind.BROKEN || began.plus(YOUNG).isAfter(outage.from())));
    }

    private static boolean isWithin(Outage outage, Duration after, Instant now) {
        return !now.isBefore(outage.from())
                && (outage.until().equals(Instant.MAX)
                        || now.isBefore(outage.until().plus(after)));
    }

    /** Whether nobody answered nginx until a moment ago, so that not every stream was answered for again. */
    synchronized boolean isRecovering(Instant now) {
        return away().stream().anyMatch(outage -> isWithin(outage, RECOVERY, now));
    }

    /** Until when something should be done that takes so long while nothing is broken. */
    synchronized Instant by(Instant from, Duration undisturbed) {
        var until = from.plus(undisturbed);
        for (var outage : all) {
            var begin = from.isAfter(outage.from()) ? from : outage.from();
            if (begin.isBefore(until) && isWithin(outage, AFTERMATH, begin)) {
                until = until.plus(Duration.between(begin, outage.until().plus(AFTERMATH)));
            }
        }
        return until;
    }

    /** When nobody answered nginx. */
    synchronized List<Outage> away() {
        return all.stream().filter(outage -> outage.kind() == Kind.AWAY).toList();
    }
}
