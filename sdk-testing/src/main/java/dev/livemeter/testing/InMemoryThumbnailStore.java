package dev.livemeter.testing;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.ThumbnailStore;
import dev.livemeter.thumbnail.Thumbnail;
import dev.livemeter.thumbnail.ThumbnailContent;
import dev.livemeter.thumbnail.ThumbnailNote;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What streams looked like, in memory, for tests. Thread-safe. */
final class InMemoryThumbnailStore implements ThumbnailStore {

    private final Map<SessionId, Thumbnail> rows = new HashMap<>();

    @Override
    public synchronized void save(Thumbnail thumbnail) {
        rows.put(
                thumbnail.session(),
                new Thumbnail(
                        thumbnail.session(), thumbnail.madeAt().truncatedTo(ChronoUnit.MICROS), thumbnail.content()));
    }

    @Override
    public synchronized boolean offer(Thumbnail thumbnail) {
        var present = rows.get(thumbnail.session());
        if (present != null && isLink(present)) {
            return false;
        }
        save(thumbnail);
        return true;
    }

    private static boolean isLink(Thumbnail thumbnail) {
        return thumbnail.content() instanceof ThumbnailContent.Link;
    }

    @Override
    public synchronized Optional<Thumbnail> find(SessionId session) {
        return Optional.ofNullable(rows.get(session));
    }

    @Override
    public synchronized Map<SessionId, ThumbnailNote> notes(Collection<SessionId> sessions) {
        var found = new HashMap<SessionId, ThumbnailNote>();
        for (var session : sessions) {
            find(session).ifPresent(thumbnail -> found.put(session, ThumbnailNote.of(thumbnail)));
        }
        return found;
    }

    @Override
    public synchronized boolean remove(SessionId session) {
        return rows.remove(session) != null;
    }

    @Override
    public synchronized int removeBefore(Instant moment, int limit) {
        var old = rows.values().stream()
                .filter(thumbnail -> thumbnail.madeAt().isBefore(moment) && !isLink(thumbnail))
                .sorted(Comparator.comparing(Thumbnail::madeAt)
                        .thenComparing(thumbnail -> thumbnail.session().value()))
                .limit(limit)
                .map(Thumbnail::session)
                .toList();
        old.forEach(rows::remove);
        return old.size();
    }
}
