package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sessions that this node has in hand: what runs here, and what does not run any more and is being closed here. Thread-safe. */
final class MeteredSessions {

    private final Map<SessionId, MeteredSession> running = new ConcurrentHashMap<>();
    private final Set<SessionId> closing = ConcurrentHashMap.newKeySet();

    /** It runs here from now on. */
    void add(MeteredSession session) {
        running.put(session.id(), session);
    }

    /** It does not run here after all. */
    void remove(SessionId id) {
        running.remove(id);
    }

    /** It is closed here from now on, until it is {@link #over}. */
    void closing(SessionId id) {
        closing.add(id);
    }

    /** It does not run here any more and is closed here, unless that is {@link #over} already. */
    void givingBack(SessionId id) {
        closing.add(id);
        if (running.remove(id) == null) {
            closing.remove(id);
        }
    }

    /** Nothing further happens to it here. */
    void over(SessionId id) {
        running.remove(id);
        closing.remove(id);
    }

    /** What runs here under that id. */
    @Nullable
    MeteredSession find(SessionId id) {
        return running.get(id);
    }

    /** Whether it runs here. */
    boolean has(SessionId id) {
        return running.containsKey(id);
    }

    /** Whether it runs here or is being closed here. */
    boolean isInHand(SessionId id) {
        return running.containsKey(id) || closing.contains(id);
    }

    /** All that runs; what comes and goes meanwhile may be seen or not. */
    Collection<MeteredSession> all() {
        return Collections.unmodifiableCollection(running.values());
    }

    /** What runs and is paid for by that user. */
    Stream<MeteredSession> paidBy(UserId payer) {
        return running.values().stream()
                .filter(session -> session.session().payer().equals(payer));
    }
}
