package dev.livemeter.testing.simulation;

import dev.livemeter.LivemeterException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/**
 * Plays worlds of payers, streams, nodes and faults, and compares books and sessions with a simple model after every step. Everything follows from
 * a seed: the same seed plays the same again. Immutable; a run is done in the calling thread, and blocks as long as its stores do.
 *
 * <pre>{@code
 * Simulation.on(time -> new MyStores(time)).seed(42).events(100_000).run();
 * }</pre>
 */
public final class Simulation {

    /** A world is long enough for every fault to meet every other, and short enough to be shrunk. */
    private static final int EVENTS_IN_A_WORLD = 2_000;

    private final WorldStores.Factory factory;
    private final String name;
    private final long seed;
    private final int events;
    private final Looks looks;
    private final boolean together;

    private Simulation(WorldStores.Factory factory, String name, long seed, int events, Looks looks, boolean together) {
        this.factory = factory;
        this.name = name;
        this.seed = seed;
        this.events = events;
        this.looks = looks;
        this.together = together;
    }

    /** A simulation on stores of any kind. */
    public static Simulation on(WorldStores.Factory stores) {
        return new Simulation(stores, "w", 1, 10_000, Looks.USUAL, false);
    }

    /** A simulation in memory. */
    public static Simulation inMemory() {
        return on(InMemoryWorld::new);
    }

    /** The same with another seed for its first world; the others have those that follow. 1 where nothing is given. */
    public Simulation seed(long first) {
        return new Simulation(factory, name, first, events, looks, together);
    }

    /**
     * The same with another length, which is rounded up to whole worlds of 2,000 events each. 10,000 where nothing is given.
     *
     * @throws LivemeterException {@code simulation.malformed_events} for fewer than one
     */
    public Simulation events(int count) {
        if (count < 1) {
            throw new LivemeterException(
                    "simulation.malformed_events", "A run of " + count + " events was asked for; expected 1 or more.");
        }
        return new Simulation(factory, name, seed, count, looks, together);
    }

    /**
     * The same with another beginning for all names and ids: 1 to 8 characters of {@code a-z 0-9}. Needed only where several runs share one
     * database.
     *
     * @throws LivemeterException {@code simulation.malformed_name}
     */
    public Simulation named(String beginning) {
        if (!beginning.matches("[a-z0-9]{1,8}")) {
            throw new LivemeterException(
                    "simulation.malformed_name",
                    "The run was named '" + beginning + "'; expected 1 to 8 characters of a-z 0-9.");
        }
        return new Simulation(factory, beginning, seed, events, looks, together);
    }

    /**
     * The same, but a wallet's balance is read back after every n-th call that changes something, not after each: on a database this is a third
     * of all calls. All are read back whenever the books are proved and at the end of each world anyway.
     *
     * @throws LivemeterException {@code simulation.malformed_events} for less than one
     */
    public Simulation readingBackEvery(int calls) {
        if (calls < 1) {
            throw new LivemeterException(
                    "simulation.malformed_events",
                    "Balances were to be read back after every " + calls + " calls; expected 1 or more.");
        }
        return new Simulation(factory, name, seed, events, new Looks(calls, looks.proveEvery()), together);
    }

    /**
     * The same, but everything is read back and the books are proved after every n-th event, not after each 500th: with 1, nothing that is wrong for the
     * length of one event is missed. What that takes grows with the books.
     *
     * @throws LivemeterException {@code simulation.malformed_events} for less than one
     */
    public Simulation provingEvery(int count) {
        if (count < 1) {
            throw new LivemeterException(
                    "simulation.malformed_events",
                    "The books were to be proved after every " + count + " events; expected 1 or more.");
        }
        return new Simulation(factory, name, seed, events, new Looks(looks.readBackEvery(), count), together);
    }

    /** The same, but no world settles wallet and sessions one after the other, unless the stores have no settler. */
    public Simulation settledTogether() {
        return new Simulation(factory, name, seed, events, looks, true);
    }

    /**
     * Plays the worlds one after the other.
     *
     * @throws SimulationFailure at the first thing that is wrong, once its script was made as short as possible
     */
    public SimulationReport run() {
        var began = System.nanoTime();
        var worlds = (events + EVENTS_IN_A_WORLD - 1) / EVENTS_IN_A_WORLD;
        var sessions = 0L;
        var settlements = 0L;
        var takeovers = 0L;
        var entries = 0L;
        var faults = new TreeMap<String, Long>();
        for (var i = 0; i < worlds; i++) {
            var steps = Script.draw(seed + i, EVENTS_IN_A_WORLD);
            var outcome = play(seed + i, steps, i);
            sessions += outcome.sessions();
            settlements += outcome.settlements();
            takeovers += outcome.takeovers();
            entries += outcome.entries();
            outcome.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
        }
        return new SimulationReport(
                seed,
                worlds,
                (long) worlds * EVENTS_IN_A_WORLD,
                sessions,
                settlements,
                takeovers,
                entries,
                faults,
                since(began));
    }

    /**
     * Plays a script that a {@link SimulationFailure} gave, for a test that keeps it. The seed of this simulation does not matter.
     *
     * @throws SimulationFailure if something is wrong
     * @throws LivemeterException {@code simulation.malformed_*} if it is not a script
     */
    public SimulationReport replay(String script) {
        var began = System.nanoTime();
        var steps = Step.steps(script);
        var outcome = play(Step.seed(script), steps, 0);
        return new SimulationReport(
                seed,
                1,
                steps.size(),
                outcome.sessions(),
                outcome.settlements(),
                outcome.takeovers(),
                outcome.entries(),
                outcome.faults(),
                since(began));
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private Play.Outcome play(long worldSeed, List<Step> steps, int number) {
        var outcome = Play.of(worldSeed, steps, name + number, looks, together, factory);
        var finding = outcome.finding();
        if (finding == null) {
            return outcome;
        }
        var tries = new int[1];
        var played = steps.subList(0, Math.min(outcome.step() + 1, steps.size()));
        var shrunk = Shrinker.shrink(
                played,
                finding,
                candidate -> Play.of(worldSeed, candidate, name + number + "s" + tries[0]++, looks, together, factory)
                        .finding());
        throw new SimulationFailure(worldSeed, outcome.step(), finding, shrunk);
    }
}
