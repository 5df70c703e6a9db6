package dev.livemeter.money;

import java.time.Duration;
import java.util.List;

/** Cuts a session into runs of equal increments, one after the other, without looking at each increment. */
final class Runs {

    /** Nothing beyond this second is rated. */
    static final long HORIZON = Tariff.UNLIMITED.toSeconds();

    private final Tariff tariff;
    private final Months months;
    private final List<RatingBasis.Step> steps;
    private final long[] monthOfStep;
    private final DestinationFactor[] factorOfStep;

    Runs(Tariff tariff, Months months, List<RatingBasis.Step> steps) {
        this.tariff = tariff;
        this.months = months;
        this.steps = steps;
        this.monthOfStep = new long[steps.size()];
        this.factorOfStep = new DestinationFactor[steps.size()];
        for (var i = 0; i < monthOfStep.length; i++) {
            monthOfStep[i] = months.at(steps.get(i).from());
            factorOfStep[i] = tariff.factorFor(steps.get(i).destinations());
        }
    }

    Run first() {
        var start = tariff.free().toSeconds();
        var month = months.at(tariff.free());
        return run(start, month, months.endOf(month), start, 0, 0, 0);
    }

    Run after(Run before) {
        var start = before.end();
        var month = before.month();
        var monthEnd = before.monthEnd();
        var monthBegan = before.monthBegan();
        if (start >= monthEnd) {
            month = months.at(Duration.ofSeconds(start));
            monthEnd = months.endOf(month);
            monthBegan = start;
        }
        return run(
                start, month, monthEnd, monthBegan, before.step(), before.listAt(before.end()), before.weightAfter());
    }

    /** Whether no later step takes effect after the run. */
    boolean isTail(Run run) {
        return run.step() == steps.size() - 1;
    }

    private Run run(
            long start,
            long month,
            long monthEnd,
            long monthBegan,
            int stepBefore,
            long listBefore,
            long weightBefore) {
        var step = stepBefore;
        while (step + 1 < steps.size() && isInEffectAt(start, step + 1)) {
            step++;
        }
        var isInitial = start == tariff.free().toSeconds();
        var increment = tariff.increment();
        var length = (isInitial ? increment.initial() : increment.subsequent()).toSeconds();
        var usedBefore = (monthOfStep[step] == month ? usedElsewhere(step) : 0) + start - monthBegan;
        var graduated = tariff.tierModel() == TierModel.GRADUATED;
        var tier = tariff.tierAt(graduated ? usedBefore : usedElsewhere(0));

        var deciding = step;
        long count;
        if (takesEffectBefore(start + length, step + 1)) {
            // A step within the increment: it stands alone, and the highest factor in it counts.
            count = 1;
            for (var other = step + 1; takesEffectBefore(start + length, other); other++) {
                deciding = isDearer(other, deciding) ? other : deciding;
            }
        } else {
            count = startingBefore(HORIZON, start, length);
            count = Math.min(count, startingBefore(monthEnd, start, length));
            if (graduated) {
                count = Math.min(count, startingBefore(tariff.nextTierAfter(usedBefore), usedBefore, length));
            }
            if (step + 1 < steps.size()) {
                count = Math.min(count, (steps.get(step + 1).from().toSeconds() - start) / length);
            }
            if (isInitial && !increment.initial().equals(increment.subsequent())) {
                count = 1;
            }
        }
        return new Run(
                start,
                length,
                count,
                month,
                monthEnd,
                monthBegan,
                step,
                steps.get(deciding).destinations(),
                tier,
                factorOfStep[deciding],
                listBefore,
                weightBefore);
    }

    /** Whether that step has the higher factor, or more destinations at the same. */
    private boolean isDearer(int step, int other) {
        var factors = Integer.compare(factorOfStep[step].permille(), factorOfStep[other].permille());
        return factors > 0
                || (factors == 0
                        && steps.get(step).destinations() > steps.get(other).destinations());
    }

    /** How many increments begin before {@code limit}, the first of them at {@code start}. */
    private static long startingBefore(long limit, long start, long length) {
        return Math.floorDiv(limit - start - 1, length) + 1;
    }

    private boolean isInEffectAt(long second, int step) {
        return steps.get(step).from().compareTo(Duration.ofSeconds(second)) <= 0;
    }

    private boolean takesEffectBefore(long second, int step) {
        return step < steps.size() && steps.get(step).from().toSeconds() < second;
    }

    private long usedElsewhere(int step) {
        return steps.get(step).usedElsewhere().toSeconds();
    }
}
