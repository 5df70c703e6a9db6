package dev.livemeter.testing.simulation;

import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import java.util.ArrayList;
import java.util.List;

/** To how many destinations a stream was passed on, and from when: every change that its meter was told. */
final class Destinations {

    /**
     * A number that counts from then on; of two at the same moment, the later.
     *
     * @param from metered nanoseconds
     */
    record Change(long from, int count) {}

    private final List<Change> changes = new ArrayList<>();

    Destinations(int count) {
        changes.add(new Change(0, count));
    }

    /** Those that a row tells of, where it is not known what its meter was told. */
    static List<Change> in(RatingBasis basis) {
        return basis.steps().stream()
                .map(step -> new Change(step.from().toNanos(), step.destinations()))
                .toList();
    }

    void change(long elapsed, int count) {
        changes.add(new Change(elapsed, count));
    }

    /** Whether the last change was at that moment of metered time, which does not pass while a stream is restricted. */
    boolean isChangedAt(long elapsed) {
        return elapsed > 0 && changes.get(changes.size() - 1).from() == elapsed;
    }

    /** The last change was refused. */
    void takeBack() {
        changes.remove(changes.size() - 1);
    }

    List<Change> all() {
        return first(changes.size());
    }

    List<Change> first(int count) {
        return List.copyOf(changes.subList(0, count));
    }

    /** Those that were told before a moment, and what was opened with. */
    List<Change> before(long moment) {
        return before(changes, moment);
    }

    /** Those of them that were told before a moment, and the first. */
    static List<Change> before(List<Change> changes, long moment) {
        var known = 1;
        while (known < changes.size() && changes.get(known).from() < moment) {
            known++;
        }
        return List.copyOf(changes.subList(0, known));
    }

    int count() {
        return changes.size();
    }

    /**
     * How many of the changes a row tells of. It may not know the last ones, for they are stored with the next settlement; but what was told before
     * time was used, is stored with that use.
     *
     * @param atLeast how many it told of before
     * @return 0 where it tells of something else
     */
    int toldBy(RatingBasis basis, Tariff tariff, long used, int atLeast) {
        var least = Math.max(atLeast, before(used).size());
        for (var count = least; count <= changes.size(); count++) {
            if (sameFactors(tariff, first(count), in(basis))) {
                return count;
            }
        }
        return 0;
    }

    private static boolean sameFactors(Tariff tariff, List<Change> ours, List<Change> theirs) {
        var moments = new ArrayList<Change>(ours);
        moments.addAll(theirs);
        return moments.stream()
                .allMatch(moment -> permille(tariff, countAt(ours, moment.from()))
                        == permille(tariff, countAt(theirs, moment.from())));
    }

    private static int countAt(List<Change> changes, long moment) {
        var count = 0;
        for (var change : changes) {
            count = change.from() <= moment ? change.count() : count;
        }
        return count;
    }

    /** The highest factor, in thousandths, of an increment. */
    static int highestPermille(Tariff tariff, List<Change> changes, long start, long end) {
        var highest = 0;
        for (var i = 0; i < changes.size(); i++) {
            var from = changes.get(i).from();
            var until = i + 1 == changes.size()
                    ? Long.MAX_VALUE
                    : changes.get(i + 1).from();
            if (from < end && until > start && until > from) {
                highest = Math.max(highest, permille(tariff, changes.get(i).count()));
            }
        }
        return highest;
    }

    private static int permille(Tariff tariff, int count) {
        var permille = 1000;
        for (var factor : tariff.factors()) {
            if (count >= factor.from()) {
                permille = factor.permille();
            }
        }
        return permille;
    }
}
