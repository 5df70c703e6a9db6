package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The price of one session: a tariff applied to a basis. The rate is never rounded; the sum over all increments begun is exact, and rounded
 * down once. So no slicing changes it, and longer never costs less.
 *
 * <p>A step that is appended to the basis at or after what was rated changes no increment that has ended. Immutable and thread-safe; no
 * answer takes time that grows with the number of increments.
 */
public final class Rating {

    private static final List<RatingBasis.Step> PLAIN = List.of(new RatingBasis.Step(Duration.ZERO, 1, Duration.ZERO));

    /** Its free time includes what bundles cover: both cost nothing, and are no use of the month. */
    private final Tariff tariff;

    private final Duration covered;
    private final Runs runs;
    private final List<Run> known;

    Rating(Tariff tariff, RatingBasis basis) {
        this(
                basis.covered().isZero()
                        ? tariff
                        : tariff.withFree(tariff.free().plus(basis.covered())),
                Months.of(basis.startedAt(), basis.zone()),
                basis.steps(),
                basis.covered());
    }

    /** Of a plain session: one destination, nothing used before, all in one month. */
    Rating(Tariff tariff) {
        this(tariff, Months.ENDLESS, PLAIN, Duration.ZERO);
    }

    private Rating(Tariff tariff, Months months, List<RatingBasis.Step> steps, Duration covered) {
        this.tariff = tariff;
        this.covered = covered;
        this.runs = new Runs(tariff, months, steps);
        this.known = new ArrayList<>();
        var run = runs.first();
        known.add(run);
        // What the steps decide is worked out now; what comes after the last one is a few runs a month.
        while (!runs.isTail(run)) {
            run = runs.after(run);
            known.add(run);
        }
    }

    /**
     * What the session costs in all once it has lasted that long: every increment begun, the minimum at least; zero within the free time.
     *
     * @throws LivemeterException {@code money.overflow}; {@code tariff.beyond_range} for more than {@link Tariff#UNLIMITED}
     */
    public Money cost(Duration used) {
        var begun = begun(used);
        if (begun <= freeSeconds()) {
            return Money.zero(tariff.currency());
        }
        var run = runOf(begun);
        return worth(run.weightAt(run.due(begun))).max(tariff.minimum());
    }

    /**
     * How long the session can last on that much money in all: the end of the last increment that it pays in full;
     * {@link Tariff#UNLIMITED} where it never ends.
     */
    public Duration affordable(Money budget) {
        if (budget.isNegative()) {
            return Duration.ZERO;
        }
        if (budget.isLessThan(tariff.minimum())) {
            return tariff.free();
        }
        var most = weightWithin(budget);
        var run = known.get(firstKnown(candidate -> candidate.weightAfter() > most));
        while (run.weightAfter() <= most) {
            if (run.end() >= Runs.HORIZON) {
                return Tariff.UNLIMITED;
            }
            run = runs.after(run);
        }
        var end = run.endWithin(most);
        return Duration.ofSeconds(Math.min(end, Runs.HORIZON));
    }

    /** The end of the first increment that ends after {@code paid}. */
    public Duration nextStepAfter(Duration paid) {
        return tariff.nextStepAfter(paid);
    }

    /**
     * How much of what bundles cover is used once the session has lasted that long: every second begun after the free time, as far as they reach.
     *
     * @throws LivemeterException {@code tariff.beyond_range} for more than {@link Tariff#UNLIMITED}
     */
    public Duration coveredOf(Duration used) {
        var begun = begun(used) - reallyFree().toSeconds();
        return Duration.ofSeconds(Math.max(0, Math.min(begun, covered.toSeconds())));
    }

    /**
     * What the session adds to the payer's use of that month once it has lasted that long: the increments begun in it. What other sessions
     * have to know as {@link RatingBasis.Step#usedElsewhere}.
     *
     * @throws LivemeterException {@code tariff.beyond_range} for more than {@link Tariff#UNLIMITED}
     */
    public Duration usedIn(YearMonth month, Duration used) {
        var begun = begun(used);
        var sum = 0L;
        for (var run = known.get(0); run.start() < begun; run = runs.after(run)) {
            if (Months.month(run.month()).equals(month)) {
                sum += Math.min(run.end(), run.due(begun)) - run.start();
            }
        }
        return Duration.ofSeconds(sum);
    }

    /**
     * Why the price is what it is: the increments begun after {@code from} and until {@code to}, put together where they cost the same.
     * The amounts add up exactly to {@code cost(to) - cost(from)}.
     *
     * @throws LivemeterException {@code money.overflow}; {@code tariff.beyond_range} for more than {@link Tariff#UNLIMITED}, or where
     *     {@code to} lies before {@code from}
     */
    public List<RatedSpan> explain(Duration from, Duration to) {
        if (to.compareTo(from) < 0) {
            throw new LivemeterException(
                    "tariff.beyond_range",
                    "The span to explain ends at " + to + ", before it begins at " + from
                            + "; give the earlier first.");
        }
        return new Explanation(tariff, this).between(from, to);
    }

    /** The free time of the session, without what bundles cover. */
    Duration reallyFree() {
        return tariff.free().minus(covered);
    }

    Run firstRun() {
        return known.get(0);
    }

    Run runAfter(Run run) {
        return runs.after(run);
    }

    /** The run in which that second lies, of those that are sold. */
    Run runOf(long second) {
        var run = known.get(firstKnown(candidate -> candidate.end() >= second));
        while (run.end() < second) {
            run = runs.after(run);
        }
        return run;
    }

    /** The whole seconds begun. */
    long begun(Duration used) {
        if (used.compareTo(Tariff.UNLIMITED) > 0) {
            throw new LivemeterException(
                    "tariff.beyond_range",
                    "A session of " + used + " is to be rated; expected at most " + Tariff.UNLIMITED.toDays()
                            + " days.");
        }
        if (used.isNegative()) {
            return 0;
        }
        return used.getNano() == 0 ? used.getSeconds() : used.getSeconds() + 1;
    }

    /** What a weight is worth at the rate, rounded down to a micro-unit: the only rounding there is. */
    Money worth(long weight) {
        var price = tariff.rate().price().micros();
        var per = tariff.rate().per().toSeconds() * Run.UNIT;
        var product = price * weight;
        if (Math.multiplyHigh(price, weight) == 0 && product >= 0) {
            return new Money(product / per, tariff.currency());
        }
        try {
            var micros = BigInteger.valueOf(price)
                    .multiply(BigInteger.valueOf(weight))
                    .divide(BigInteger.valueOf(per))
                    .longValueExact();
            return new Money(micros, tariff.currency());
        } catch (ArithmeticException e) {
            throw Money.overflow(weight / Run.UNIT + " s at " + tariff.rate());
        }
    }

    /** The greatest weight that is worth no more than {@code budget}. */
    private long weightWithin(Money budget) {
        var price = tariff.rate().price().micros();
        if (price == 0) {
            return Long.MAX_VALUE;
        }
        // floor(price*w/per) <= budget  <=>  price*w < (budget+1)*per: rounding down gives the payer the last fraction.
        var per = tariff.rate().per().toSeconds() * Run.UNIT;
        var above = budget.micros() + 1;
        var product = above * per;
        if (Math.multiplyHigh(above, per) == 0 && product > 0) {
            return (product - 1) / price;
        }
        return BigInteger.valueOf(budget.micros())
                .add(BigInteger.ONE)
                .multiply(BigInteger.valueOf(per))
                .subtract(BigInteger.ONE)
                .divide(BigInteger.valueOf(price))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    /** The first of the known runs that is so, or the last; what is so for one is so for all after it. */
    private int firstKnown(Predicate<Run> isSo) {
        var low = 0;
        var high = known.size() - 1;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (isSo.test(known.get(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private long freeSeconds() {
        return tariff.free().toSeconds();
    }
}
