package dev.livemeter.testing.simulation;

import dev.livemeter.LivemeterException;
import dev.livemeter.event.Events;
import dev.livemeter.session.Delivery;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.SessionId;
import dev.livemeter.time.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process that meters: what it does passes through here, so that it can be killed, stopped, or left without an answer. */
final class Node implements Delivery, Scheduler {

    /** Which calls are undone by the books themselves. */
    enum Call {
        READING,
        SESSIONS,
        BOOKING
    }

    private enum Kind {
        FAIL_BEFORE,
        FAIL_AFTER,
        UNDONE,
        CRASH_BEFORE,
        CRASH_AFTER,
        FREEZE
    }

    private static final class Fault {
        private final Kind kind;
        private final int millis;
        private int callsBefore;

        private Fault(Kind kind, int callsBefore, int millis) {
            this.kind = kind;
            this.callsBefore = callsBefore;
            this.millis = millis;
        }
    }

    private final World world;
    private final Meter meter;
    private final long startedAt;
    private @Nullable NodeId id;
    private final List<Fault> faults = new ArrayList<>();
    private final Deque<Runnable> backlog = new ArrayDeque<>();
    private boolean dead;
    private boolean paused;
    private boolean frozen;
    private long diedAt = Long.MAX_VALUE;
    private long disturbedBeforeDeath = Long.MIN_VALUE;
    private long awayUntil = Long.MIN_VALUE;

    Node(World world) {
        this.world = world;
        this.startedAt = world.time().nanoTime();
        var events = new Events(Runnable::run);
        events.subscribe(event -> world.told(this, event));
        var seen = new Seen(world, this);
        meter = new Meter(
                seen,
                seen.sessions(),
                world.isStepwise() ? null : seen.settler(),
                world.time(),
                this,
                this::nextId,
                events,
                world.rules().policy(),
                user -> world.rules().zone());
        meter.deliver(Lane.RELAY, this);
    }

    /** The first id that a meter asks for is its own. */
    private String nextId() {
        var next = world.nextId();
        if (id == null) {
            id = new NodeId(next);
        }
        return next;
    }

    NodeId id() {
        return Objects.requireNonNull(id);
    }

    long startedAt() {
        return startedAt;
    }

    /** When something else than its death last was not as it should be, before it died. */
    long disturbedBeforeDeath() {
        return disturbedBeforeDeath;
    }

    Meter meter() {
        return meter;
    }

    boolean settlesStepwise() {
        return world.isStepwise();
    }

    boolean isDead() {
        return dead;
    }

    boolean isRunning() {
        return !dead && !paused && !frozen;
    }

    long diedAt() {
        return diedAt;
    }

    // What happens to it

    void crash(FaultKind how) {
        if (!dead) {
            dead = true;
            diedAt = world.time().nanoTime();
            backlog.clear();
            disturbedBeforeDeath = world.disturbedAt();
            world.disturbed(how);
        }
    }

    void crashAt(int call, boolean after) {
        faults.add(new Fault(after ? Kind.CRASH_AFTER : Kind.CRASH_BEFORE, call, 0));
    }

    void failAt(int call, int kind) {
        faults.add(new Fault(
                switch (kind % 3) {
                    case 0 -> Kind.FAIL_BEFORE;
                    case 1 -> Kind.FAIL_AFTER;
                    default -> Kind.UNDONE;
                },
                call,
                0));
    }

    void freezeAt(int call, int millis) {
        faults.add(new Fault(Kind.FREEZE, call, millis));
    }

    void leaveAlone(int millis) {
        awayUntil = world.time().nanoTime() + millis * 1_000_000L;
        world.disturbed(FaultKind.AWAY);
    }

    void pause() {
        if (!dead && !paused) {
            paused = true;
            world.disturbed(FaultKind.PAUSE);
        }
    }

    void wake() {
        if (paused) {
            paused = false;
            world.disturbed(FaultKind.WAKE);
            world.slept(this);
            catchUp();
        }
    }

    /** No fault waits for it any more. */
    void heal() {
        faults.clear();
        awayUntil = Long.MIN_VALUE;
        wake();
    }

    private void catchUp() {
        while (isRunning() && !backlog.isEmpty()) {
            guarded(backlog.removeFirst());
        }
    }

    /** Does something in this process: now, when it is awake again, or never. */
    void run(Runnable action) {
        if (dead) {
            return;
        }
        if (isRunning()) {
            guarded(action);
        } else {
            backlog.addLast(action);
        }
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (NodeCrash killed) {
            // Its memory is gone, and nobody is told.
        } catch (RuntimeException e) {
            if (!World.isFault(e) && !isTakenOver(e)) {
                world.findings().found("A node failed with " + e + " at " + e.getStackTrace()[0] + ".");
            }
        }
    }

    /** Whoever opens a session and stood still for longer than the lease is told so. */
    private static boolean isTakenOver(RuntimeException e) {
        return String.valueOf(e.getMessage()).endsWith("was taken over while it opened.");
    }

    // What it does

    /** A call to the wallet or a store. */
    <T> T call(Call kind, Supplier<T> carriedOut) {
        if (dead) {
            throw new NodeCrash();
        }
        if (world.time().nanoTime() < awayUntil) {
            world.disturbed(FaultKind.UNANSWERED);
            throw away();
        }
        var fault = due();
        if (fault == null) {
            return carriedOut.get();
        }
        switch (fault) {
            case FAIL_BEFORE -> {
                world.disturbed(FaultKind.CALL_LOST);
                throw away();
            }
            case CRASH_BEFORE -> {
                crash(FaultKind.CRASH_BEFORE_CALL);
                throw new NodeCrash();
            }
            case UNDONE -> {
                if (kind != Call.BOOKING || !world.stores().undoNext()) {
                    world.disturbed(FaultKind.CALL_LOST);
                    throw away();
                }
                world.disturbed(FaultKind.UNDONE);
                world.unanswered(this);
                return carriedOut.get();
            }
            case FREEZE -> {
                return carriedOut.get();
            }
            case FAIL_AFTER -> {
                world.disturbed(FaultKind.ANSWER_LOST);
                var unused = carriedOut.get();
                throw away();
            }
            case CRASH_AFTER -> {
                var unused = carriedOut.get();
                crash(FaultKind.CRASH_AFTER_CALL);
                throw new NodeCrash();
            }
        }
        throw new IllegalStateException(fault.name());
    }

    private @Nullable Kind due() {
        Fault due = null;
        for (var fault : faults) {
            if (fault.callsBefore-- <= 0 && due == null) {
                due = fault;
            }
        }
        if (due == null) {
            return null;
        }
        faults.remove(due);
        if (due.kind == Kind.FREEZE && !frozen && world.enterFreeze()) {
            freeze(due.millis);
        }
        return due.kind;
    }

    /** Stands still in the middle of a call, while the world goes on. */
    private void freeze(int millis) {
        world.disturbed(FaultKind.FREEZE);
        frozen = true;
        world.time().advance(Duration.ofMillis(millis));
        frozen = false;
        world.leaveFreeze();
        world.slept(this);
        world.disturbed(FaultKind.THAW);
        if (dead) {
            throw new NodeCrash();
        }
        // What came due meanwhile runs in threads of its own, after this call.
        after(Duration.ZERO, () -> catchUp());
    }

    private LivemeterException away() {
        world.unanswered(this);
        return new LivemeterException("simulation.away", "The stores do not answer.", true, null);
    }

    @Override
    public Scheduled after(Duration delay, Runnable task) {
        if (dead) {
            return () -> {};
        }
        var cancelled = new boolean[1];
        var waiting = world.time()
                .after(
                        delay,
                        () -> run(() -> {
                            if (!cancelled[0]) {
                                task.run();
                            }
                        }));
        return () -> {
            cancelled[0] = true;
            waiting.cancel();
        };
    }

    @Override
    public void cut(SessionId session) {
        if (!dead) {
            world.cut(session);
        }
    }

    @Override
    public boolean hasPreview() {
        return true;
    }

    @Override
    public void restrict(SessionId session, FinalUnitAction action) {
        if (!dead) {
            world.restricted(session);
        }
    }

    @Override
    public void resume(SessionId session) {
        if (!dead) {
            world.resumed(session);
        }
    }
}
