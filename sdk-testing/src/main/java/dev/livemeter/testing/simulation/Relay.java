package dev.livemeter.testing.simulation;

import dev.livemeter.LivemeterException;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import java.time.Duration;

/** Carries the signals of one stream to the node that meters it, and orders back; either can get lost, come twice, or late. */
final class Relay {

    private final World world;
    private final Stream stream;
    private final SessionId id;

    Relay(World world, Stream stream) {
        this.world = world;
        this.stream = stream;
        this.id = stream.id();
    }

    void deliver(int fate) {
        stream.deliver();
        signal(fate, () -> stream.node().meter().delivered(id));
    }

    void beat(int fate) {
        if (stream.isDelivered()) {
            signal(fate, this::beat);
        }
    }

    private void beat() {
        stream.proving();
        if (stream.node().meter().alive(id)) {
            stream.proved();
        } else if (!isDeaf()) {
            leave(EndCause.LEFT, 0);
        }
    }

    void destinations(int count, int fate) {
        if (stream.isDelivered()) {
            signal(fate, () -> passOn(count));
        }
    }

    private void passOn(int count) {
        var meter = stream.node().meter();
        if (!meter.running(id).isPresent() || !stream.passingOnTo(count)) {
            return;
        }
        try {
            meter.destinations(id, count);
        } catch (LivemeterException e) {
            if (!e.code().equals("rating.too_many_steps")) {
                throw e;
            }
            stream.notPassedOn();
        }
    }

    void leave(EndCause cause, int fate) {
        stream.leave();
        signal(fate, () -> ended(cause));
    }

    private void ended(EndCause cause) {
        if (stream.node().meter().running(id).isPresent()) {
            stream.ending(cause == EndCause.LEFT);
        }
        stream.node().meter().ended(id, cause);
    }

    void stop(int fate) {
        signal(fate, () -> stream.node().meter().stop(id, new SessionEnd.Stopped("the operator", "")));
    }

    /** An order of the meter. */
    void cut() {
        stream.cut();
        switch (stream.ways() % 8) {
            case 0 -> {
                // deaf
            }
            case 1 -> world.time().after(Duration.ofMillis(stream.ways() / 8 % 6_000), () -> leave(EndCause.LEFT, 0));
            case 2, 3 -> leave(EndCause.LEFT, 0);
            default -> {
                stream.leave();
                world.time().after(Duration.ZERO, () -> leave(EndCause.LEFT, 0));
            }
        }
    }

    private boolean isDeaf() {
        return stream.ways() % 8 == 0;
    }

    /** A fate of zero is prompt; any other is a loss, a repeat, or so many milliseconds late. */
    private void signal(int fate, Runnable signal) {
        if (fate == 0) {
            stream.node().run(signal);
            return;
        }
        switch (fate % 4) {
            case 0 -> world.count(FaultKind.SIGNAL_LOST);
            case 1 -> {
                world.count(FaultKind.SIGNAL_TWICE);
                stream.node().run(signal);
                stream.node().run(signal);
            }
            default -> {
                world.count(FaultKind.SIGNAL_LATE);
                world.time().after(Duration.ofMillis(fate), () -> stream.node().run(signal));
            }
        }
    }
}
