package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The steps in which time is sold, in the telecom notation <em>initial/subsequent</em>: {@code 60/60} sells whole
 * minutes, {@code 1/1} seconds, {@code 60/1} at least a minute and seconds after it.
 *
 * @param initial whole seconds, 1 to 999999: the first step, due as soon as any time was used
 * @param subsequent whole seconds, 1 to 999999: each step after it
 */
public record Increment(Duration initial, Duration subsequent) {

    /** Whole minutes: {@code 60/60}. */
    public static final Increment MINUTES = new Increment(Duration.ofMinutes(1), Duration.ofMinutes(1));

    /** Seconds: {@code 1/1}. */
    public static final Increment SECONDS = new Increment(Duration.ofSeconds(1), Duration.ofSeconds(1));

    static final long LONGEST_SECONDS = 999_999;

    private static final Pattern NOTATION = Pattern.compile("([1-9][0-9]{0,5})/([1-9][0-9]{0,5})");

    public Increment {
        requireWholeSeconds(initial);
        requireWholeSeconds(subsequent);
    }

    /**
     * Reads the notation {@code initial/subsequent} in seconds.
     *
     * @throws LivemeterException {@code tariff.malformed_increment}
     */
    public static Increment parse(String notation) {
        var match = NOTATION.matcher(notation);
        if (!match.matches()) {
            throw new LivemeterException(
                    "tariff.malformed_increment",
                    "The increment '" + notation
                            + "' is not of the form initial/subsequent in seconds; write it like 60/60.");
        }
        return new Increment(
                Duration.ofSeconds(Long.parseLong(match.group(1))), Duration.ofSeconds(Long.parseLong(match.group(2))));
    }

    /** The end of the step in which that second lies, of those counted from 1. */
    long endOfStep(long second) {
        var first = initial.toSeconds();
        var step = subsequent.toSeconds();
        return first + Math.max(0, Math.floorDiv(second - first + step - 1, step)) * step;
    }

    private static void requireWholeSeconds(Duration step) {
        if (step.getSeconds() < 1 || step.getNano() != 0) {
            throw new LivemeterException(
                    "tariff.malformed_increment",
                    "The step " + step + " of an increment is not a whole number of seconds, at least one.");
        }
        if (step.getSeconds() > LONGEST_SECONDS) {
            throw new LivemeterException(
                    "tariff.malformed_increment",
                    "The step " + step + " of an increment is longer than " + LONGEST_SECONDS + " s.");
        }
    }

    @Override
    public String toString() {
        return initial.toSeconds() + "/" + subsequent.toSeconds();
    }
}
