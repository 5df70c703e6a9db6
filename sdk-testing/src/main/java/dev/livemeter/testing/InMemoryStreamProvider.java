package dev.livemeter.testing;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A platform that exists in memory alone: accepts every destination without a server of its own, and prepares it, or not, as the test
 * says. Thread-safe.
 */
public final class InMemoryStreamProvider implements StreamProvider {

    private final String name;
    private final AtomicReference<Preparation.@Nullable NotReady> outage = new AtomicReference<>();
    private final AtomicReference<StreamLimits> limits = new AtomicReference<>(StreamLimits.unknown());

    private InMemoryStreamProvider(String name) {
        this.name = name;
    }

    /** A platform of that name. */
    public static InMemoryStreamProvider named(String name) {
        return new InMemoryStreamProvider(name);
    }

    /** From now on {@link #prepare} fails with that sentence. */
    public void fail(boolean retryable, String message) {
        outage.set(new Preparation.NotReady(retryable, message));
    }

    /** From now on {@link #prepare} succeeds. */
    public void recover() {
        outage.set(null);
    }

    /** Says what {@link #limits()} answers from now on. */
    public void limit(StreamLimits most) {
        limits.set(most);
    }

    @Override
    public StreamLimits limits() {
        return limits.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String displayName() {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    @Override
    public Check check(Destination destination) {
        return destination.server() == null
                ? new Check.Accepted()
                : new Check.Objection("The platform " + displayName() + " has a server of its own; leave out '"
                        + destination.server() + "'.");
    }

    @Override
    public Preparation prepare(Destination destination) {
        var failure = outage.get();
        return failure != null
                ? failure
                : new Preparation.Ready(
                        new PushTarget(URI.create("rtmp://" + name + ".invalid/app"), destination.requireKey()));
    }
}
