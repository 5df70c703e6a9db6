package dev.livemeter.benchmarks;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Lets everybody in, and remembers when: for measurements of the relay alone. Thread-safe. */
final class ScriptedAuthority implements RelayAuthority {

    /** Somebody who came in. */
    record Admitted(SessionId session, long atNanos) {}

    private final Function<String, List<Push>> pushes;
    private final Map<String, Admitted> admitted = new ConcurrentHashMap<>();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger present = new AtomicInteger();

    /**
     * An authority.
     *
     * @param pushes where a key's stream goes to
     */
    ScriptedAuthority(Function<String, List<Push>> pushes) {
        this.pushes = pushes;
    }

    @Override
    public Admission publish(PublishRequest request) {
        var session = new SessionId(IdSource.random().next());
        present.incrementAndGet();
        var key = request.streamKey().reveal();
        admitted.put(key, new Admitted(session, System.nanoTime()));
        return new Admission.Admitted(session, pushes.apply(key));
    }

    @Override
    public boolean alive(SessionId session) {
        return true;
    }

    @Override
    public void destinationChanged(SessionId session, DestinationId destination, State state, String detail) {
        if (state == State.LIVE) {
            live.incrementAndGet();
        }
    }

    @Override
    public void ended(SessionId session, EndCause cause) {
        present.decrementAndGet();
    }

    /** Who came in with that key, last. */
    Admitted admitted(String key) {
        var one = admitted.get(key);
        if (one == null) {
            throw new IllegalStateException("Nobody came in with the key '" + key + "'.");
        }
        return one;
    }

    /** How often a destination became live so far. */
    int live() {
        return live.get();
    }

    /** How many are in. */
    int present() {
        return present.get();
    }
}
