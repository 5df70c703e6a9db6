package dev.livemeter.testing.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Leaves out of a script whatever it can, as long as something is still found: delta debugging by parts that become smaller. */
final class Shrinker {

    private static final int MOST_PLAYS = 3_000;

    /** A script that is as short as was possible, and what is found in it. */
    record Shrunk(List<Step> steps, String finding) {}

    private final Function<List<Step>, @Nullable String> play;
    private int plays;
    private List<Step> steps;
    private String finding;

    private Shrinker(Function<List<Step>, @Nullable String> play, List<Step> steps, String finding) {
        this.play = play;
        this.steps = steps;
        this.finding = finding;
    }

    /**
     * Shrinks a script.
     *
     * @param play plays a script in a new world, and tells what was found
     */
    static Shrunk shrink(List<Step> steps, String finding, Function<List<Step>, @Nullable String> play) {
        var shrinker = new Shrinker(play, List.copyOf(steps), finding);
        shrinker.leaveOut();
        shrinker.makeSmaller();
        shrinker.leaveOut();
        return new Shrunk(shrinker.steps, shrinker.finding);
    }

    private void leaveOut() {
        for (var part = Math.max(1, steps.size() / 2); part >= 1; part = part == 1 ? 0 : part / 2) {
            var again = true;
            while (again) {
                again = leaveOut(part) && part == 1;
            }
        }
    }

    private boolean leaveOut(int part) {
        var left = false;
        for (var from = steps.size() - part; from > -part; from -= part) {
            var first = Math.max(from, 0);
            var shorter = new ArrayList<>(steps.subList(0, first));
            shorter.addAll(steps.subList(Math.min(from + part, steps.size()), steps.size()));
            left |= take(shorter);
        }
        return left;
    }

    /** Faults of signals and odd numbers, one by one. */
    private void makeSmaller() {
        for (var i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            for (var simpler : List.of(
                    new Step(step.act(), step.a(), step.b(), 0, step.d()),
                    new Step(step.act(), step.a(), 0, step.c(), step.d()),
                    new Step(step.act(), 0, step.b(), step.c(), step.d()),
                    new Step(step.act(), step.a(), step.b(), step.c(), 0),
                    new Step(step.act(), step.a() / 1_000 * 1_000, step.b(), step.c(), step.d()))) {
                if (!simpler.equals(steps.get(i))) {
                    var simplified = new ArrayList<>(steps);
                    simplified.set(i, simpler);
                    take(simplified);
                }
            }
        }
    }

    private boolean take(List<Step> candidate) {
        if (plays >= MOST_PLAYS) {
            return false;
        }
        plays++;
        var found = play.apply(candidate);
        if (found == null) {
            return false;
        }
        steps = List.copyOf(candidate);
        finding = found;
        return true;
    }
}
