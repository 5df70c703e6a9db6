package dev.livemeter.studio;

import dev.livemeter.http.Caller;
import dev.livemeter.spi.IdSource;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who is signed in, in memory: a restart signs everybody out. Bounded; thread-safe. */
final class BrowserSessions {

    private static final Duration LASTS = Duration.ofHours(12);
    private static final int MOST = 1_000;

    private final TimeSource time;
    private final IdSource ids;
    private final Map<String, Entry> entries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            return size() > MOST;
        }
    };

    /**
     * No sessions yet.
     *
     * @param ids of 128 random bits: whoever has one is signed in
     */
    BrowserSessions(TimeSource time, IdSource ids) {
        this.time = time;
        this.ids = ids;
    }

    synchronized String open(Caller caller) {
        var id = ids.next();
        entries.put(id, new Entry(caller, time.instant().plus(LASTS)));
        return id;
    }

    synchronized Optional<Caller> find(String id) {
        var now = time.instant();
        entries.values().removeIf(entry -> !now.isBefore(entry.until()));
        return Optional.ofNullable(entries.get(id)).map(Entry::caller);
    }

    synchronized void end(String id) {
        entries.remove(id);
    }

    private record Entry(Caller caller, Instant until) {}
}
