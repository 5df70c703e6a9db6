package dev.livemeter.call;

import dev.livemeter.identity.UserId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who waits for news of whose calls. Thread-safe. */
final class CallWatchers {

    private static final Logger log = LoggerFactory.getLogger(CallWatchers.class);

    private final Map<UserId, Set<Watcher>> watchers = new ConcurrentHashMap<>();

    CallWatchers() {}

    /** One that waits; equal to itself alone. */
    private static final class Watcher {

        private final Runnable changed;

        Watcher(Runnable changed) {
            this.changed = changed;
        }
    }

    CallWatch watch(UserId user, Runnable changed) {
        var watcher = new Watcher(changed);
        watchers.compute(user, (key, known) -> {
            var all = known == null ? ConcurrentHashMap.<Watcher>newKeySet() : known;
            all.add(watcher);
            return all;
        });
        return () -> watchers.computeIfPresent(user, (key, known) -> {
            known.remove(watcher);
            return known.isEmpty() ? null : known;
        });
    }

    /** A call changed; perhaps under its lock, so that nobody may do more than take note. */
    void changed(Call call) {
        changed(call.caller());
        changed(call.callee());
    }

    /** A call of that user changed, here or on another node. */
    void changed(UserId user) {
        for (var watcher : watchers.getOrDefault(user, Set.of())) {
            try {
                watcher.changed.run();
            } catch (RuntimeException e) {
                log.error("Somebody who waits for news of a call failed on hearing them.", e);
            }
        }
    }
}
