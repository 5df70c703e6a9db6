package dev.livemeter.testing.simulation;

import dev.livemeter.LivemeterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One thing that happens in a world: an act and its numbers. Nothing is drawn while a script is played, so that parts of it mean the same alone. */
record Step(Act act, int a, int b, int c, int d) {

    static Step of(Act act, int... numbers) {
        var four = java.util.Arrays.copyOf(numbers, 4);
        return new Step(act, four[0], four[1], four[2], four[3]);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(act.word());
        var numbers = new int[] {a, b, c, d};
        for (var i = 0; i < act.arguments(); i++) {
            text.append(' ').append(numbers[i]);
        }
        return text.toString();
    }

    /** Reads what {@link #toString} wrote. */
    static Step parse(String text) {
        var words = List.of(text.trim().split("\\s+", -1));
        try {
            var act = Act.valueOf(words.get(0).toUpperCase(Locale.ROOT));
            if (words.size() == act.arguments() + 1) {
                return of(
                        act, words.stream().skip(1).mapToInt(Integer::parseInt).toArray());
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new LivemeterException(
                "simulation.malformed_step",
                "The step '" + text + "' was given; expected an act and its numbers, such as 'pass 1500'.");
    }

    /** A script in one line: the seed of the world, and its steps. */
    static String script(long seed, List<Step> steps) {
        return seed + ": " + steps.stream().map(Step::toString).collect(Collectors.joining("; "));
    }

    /** The steps of a script. */
    static List<Step> steps(String script) {
        var steps = new ArrayList<Step>();
        for (var part : script.substring(script.indexOf(':') + 1).split(";", -1)) {
            if (!part.isBlank()) {
                steps.add(parse(part));
            }
        }
        return steps;
    }

    /** The seed of a script. */
    static long seed(String script) {
        var colon = script.indexOf(':');
        try {
            return Long.parseLong(script.substring(0, Math.max(colon, 0)).trim());
        } catch (NumberFormatException e) {
            throw new LivemeterException(
                    "simulation.malformed_script",
                    "The script does not begin with the seed of its world; expected the form '42: credit 0 500 0; pass 1500'.",
                    false,
                    e);
        }
    }
}
