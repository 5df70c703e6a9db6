package dev.livemeter.testing.simulation;

import dev.livemeter.session.Session;
import dev.livemeter.spi.RelayAuthority.EndCause;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One script, played from an empty world to the end of all its sessions. */
final class Play {

    /**
     * What came of it.
     *
     * @param step at which the finding was made; the number of steps for the end of the world
     * @param finding null where nothing is wrong
     */
    record Outcome(
            int step,
            @Nullable String finding,
            int sessions,
            long settlements,
            long takeovers,
            long entries,
            Map<String, Long> faults) {}

    private final World world;
    private final List<Step> steps;
    private final int proveEvery;

    private Play(World world, List<Step> steps, int proveEvery) {
        this.world = world;
        this.steps = steps;
        this.proveEvery = proveEvery;
    }

    static Outcome of(
            long seed, List<Step> steps, String name, Looks looks, boolean together, WorldStores.Factory factory) {
        var world = new World(seed, name, looks, together, factory);
        try {
            return new Play(world, steps, looks.proveEvery()).run();
        } finally {
            world.close();
        }
    }

    private Outcome run() {
        var director = new Director(world);
        var step = 0;
        try {
            for (; step < steps.size() && world.findings().first() == null; step++) {
                director.play(steps.get(step));
                world.check();
                if (step % proveEvery == proveEvery - 1) {
                    world.checkAll();
                }
            }
            if (world.findings().first() == null) {
                end();
                step++;
            }
        } catch (RuntimeException e) {
            world.findings().found("The step failed with " + e + " at " + e.getStackTrace()[0] + ".");
            step++;
        }
        return new Outcome(
                step - 1,
                world.findings().first(),
                world.sessions(),
                world.witness().settlements(),
                world.witness().takeovers(),
                world.entries(),
                world.faults());
    }

    /** All faults end, all streams end; then nothing may be left over. */
    private void end() {
        world.alive().forEach(Node::heal);
        for (var i = 0; i < world.rules().nodes(); i++) {
            world.start(i);
        }
        world.time().advance(Duration.ofSeconds(15));
        List.copyOf(world.open()).forEach(stream -> new Relay(world, stream).leave(EndCause.LEFT, 0));
        world.time().advance(world.untilCalm().plus(Duration.ofMinutes(3)));
        world.check();
        for (Session session : world.witness().sessions()) {
            world.findings()
                    .check(
                            session.state().isOver(),
                            () -> "At the end of the world, the session " + session.id() + " is still open: " + session
                                    + ".");
        }
        if (world.isStepwise()) {
            // What a node reserved step by step just before it was killed or fenced, nobody knows of; time gives it
            // back.
            world.time().setWall(world.time().instant().plus(Duration.ofDays(2)));
        }
        for (var payer : world.model().posted().keySet()) {
            world.findings()
                    .check(
                            world.model().open(payer).isEmpty(),
                            () -> "At the end of the world, holds are still open: "
                                    + world.model().open(payer) + ".");
        }
        world.bundles().checkNothingReserved();
        world.checkAll();
        world.witness().checkEachRow();
    }
}
