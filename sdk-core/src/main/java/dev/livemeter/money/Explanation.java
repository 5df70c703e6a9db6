package dev.livemeter.money;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Puts the increments of a rating together into spans that a person can check. */
final class Explanation {

    private final Tariff tariff;
    private final Rating rating;

    Explanation(Tariff tariff, Rating rating) {
        this.tariff = tariff;
        this.rating = rating;
    }

    List<RatedSpan> between(Duration from, Duration to) {
        var spans = new ArrayList<RatedSpan>();
        var free = rating.reallyFree();
        if (from.compareTo(free) < 0 && to.compareTo(from) > 0) {
            spans.add(unpaid(RatedSpan.Kind.FREE, from, Collections.min(List.of(to, free))));
        }
        var coveredBefore = rating.coveredOf(from);
        var covered = rating.coveredOf(to);
        if (covered.compareTo(coveredBefore) > 0) {
            spans.add(unpaid(RatedSpan.Kind.COVERED, free.plus(coveredBefore), free.plus(covered)));
        }
        var at = due(from);
        var end = due(to);
        while (at < end) {
            var first = rating.runOf(at + 1);
            var begin = at;
            var run = first;
            var destinations = first.destinations();
            at = Math.min(run.end(), end);
            while (at < end && rating.runAfter(run).looksLike(first)) {
                run = rating.runAfter(run);
                at = Math.min(run.end(), end);
                destinations = Math.max(destinations, run.destinations());
            }
            spans.add(span(
                    RatedSpan.Kind.TIME,
                    Duration.ofSeconds(begin),
                    Duration.ofSeconds(at),
                    first,
                    destinations,
                    rating.worth(run.listAt(at)).minus(rating.worth(first.listAt(begin))),
                    rating.worth(run.weightAt(at)).minus(rating.worth(first.weightAt(begin)))));
        }
        var minimum = toppedUp(to).minus(toppedUp(from));
        if (!minimum.isZero()) {
            var run = rating.runOf(end);
            spans.add(new RatedSpan(
                    RatedSpan.Kind.MINIMUM,
                    from,
                    to,
                    Months.month(run.month()),
                    tariff.rate(),
                    Tier.FIRST,
                    tariff.tierModel(),
                    DestinationFactor.PLAIN,
                    run.destinations(),
                    tariff.minimum(),
                    minimum));
        }
        return List.copyOf(spans);
    }

    /** The end of what is sold once that much is used. */
    private long due(Duration used) {
        var begun = Math.max(rating.begun(used), tariff.free().toSeconds());
        return rating.runOf(begun).due(begun);
    }

    /** What the minimum adds to the increments begun. */
    private Money toppedUp(Duration used) {
        var end = due(used);
        var sold = end == tariff.free().toSeconds()
                ? Money.zero(tariff.currency())
                : rating.worth(rating.runOf(end).weightAt(end));
        return rating.cost(used).minus(sold);
    }

    private RatedSpan unpaid(RatedSpan.Kind kind, Duration from, Duration to) {
        var run = rating.firstRun();
        var nothing = Money.zero(tariff.currency());
        return span(kind, from, to, run, run.destinations(), nothing, nothing);
    }

    private RatedSpan span(
            RatedSpan.Kind kind, Duration from, Duration to, Run run, int destinations, Money listPrice, Money amount) {
        return new RatedSpan(
                kind,
                from,
                to,
                Months.month(run.month()),
                tariff.rate(),
                run.tier(),
                tariff.tierModel(),
                run.factor(),
                destinations,
                listPrice,
                amount);
    }
}
