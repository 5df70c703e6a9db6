package dev.livemeter.testing.simulation;

import java.io.Serial;

/** The simulator found something wrong. The message says what, and gives a short script that plays it again. */
public final class SimulationFailure extends AssertionError {

    @Serial
    private static final long serialVersionUID = 1L;

    private final long seed;
    private final int step;
    private final String finding;
    private final String script;

    SimulationFailure(long seed, int step, String found, Shrinker.Shrunk shrunk) {
        super("In the world of seed " + seed + ", at step " + step + ": " + found + "\nThe shortest script of "
                + shrunk.steps().size() + " steps that finds something: " + shrunk.finding() + "\n    replay(\""
                + Step.script(seed, shrunk.steps()) + "\")");
        this.seed = seed;
        this.step = step;
        this.finding = shrunk.finding();
        this.script = Step.script(seed, shrunk.steps());
    }

    /** Of the world in which it was found. */
    public long seed() {
        return seed;
    }

    /** At which step of that world it was found, counted from 0, before the script was shrunk. */
    public int step() {
        return step;
    }

    /** What is wrong at the end of {@link #script()}, in a sentence. */
    public String finding() {
        return finding;
    }

    /** The shortest script that was found, for {@link Simulation#replay}. */
    public String script() {
        return script;
    }

    /** How many steps the script has. */
    public int length() {
        return Step.steps(script).size();
    }
}
