package dev.livemeter.thumbnail;

import dev.livemeter.LivemeterException;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.TakesPictures;
import dev.livemeter.spi.ThumbnailStore;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What streams looked like. Pictures are taken of streams where the host asked for them; without that, a stream has the thumbnail that the host or its user links to, or none. Thread-safe; everything
 * can be repeated.
 */
public final class Thumbnails {

    private static final Logger log = LoggerFactory.getLogger(Thumbnails.class);

    private static final Duration FIRST_ROUND = Duration.ofMinutes(1);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int AT_ONCE = 500;

    private final @Nullable ThumbnailStore store;
    private final @Nullable SessionStore sessions;
    private final TimeSource time;
    private final @Nullable Keeping keeping;
    private volatile boolean ended;

    /** What deletes what is too old. */
    private record Keeping(ThumbnailPolicy policy, Scheduler scheduler) {}

    private Thumbnails(
            @Nullable ThumbnailStore store,
            @Nullable SessionStore sessions,
            TimeSource time,
            @Nullable Keeping keeping) {
        this.store = store;
        this.sessions = sessions;
        this.time = time;
        this.keeping = keeping;
    }

    /** None, now and ever. */
    public static Thumbnails none() {
        return new Thumbnails(null, null, TimeSource.system(), null);
    }

    /** Those of a store; no pictures are taken. */
    public static Thumbnails linked(ThumbnailStore store, SessionStore sessions, TimeSource time) {
        return new Thumbnails(store, sessions, time, null);
    }

    /** Prepares a relay that is not open yet. */
    public static Thumbnails taken(
            ThumbnailPolicy policy,
            TakesPictures relay,
            ThumbnailStore store,
            SessionStore sessions,
            TimeSource time,
            Scheduler scheduler) {
        relay.takePicturesFor(new ThumbnailDesk(policy, store, sessions, time));
        return new Thumbnails(store, sessions, time, new Keeping(policy, scheduler));
    }

    /** Begins to delete what is too old. For Livemeter itself. */
    public void begin() {
        if (keeping != null) {
            keeping.scheduler().after(FIRST_ROUND, this::round);
        }
    }

    /** Deletes nothing any more by itself. Idempotent. */
    public void end() {
        ended = true;
    }

    private void round() {
        if (ended || keeping == null) {
            return;
        }
        try {
            removeOld();
        } catch (RuntimeException e) {
            log.warn("Old thumbnails could not be deleted, which is tried again in an hour: {}", e.getMessage());
        } finally {
            keeping.scheduler().after(EVERY, this::round);
        }
    }

    private void removeOld() {
        if (store == null || keeping == null) {
            return;
        }
        var border = time.instant().minus(keeping.policy().retention());
        while (!ended && store.removeBefore(border, AT_ONCE) == AT_ONCE) {
            log.debug("Another {} old thumbnails were deleted.", AT_ONCE);
        }
    }

    /** Whether pictures of streams are taken. */
    public boolean areTaken() {
        return keeping != null;
    }

    /** The thumbnail of a session, with its bytes. */
    public Optional<Thumbnail> find(SessionId session) {
        return store == null ? Optional.empty() : store.find(session);
    }

    /** What is known of those of some sessions; one without any is left out. */
    public Map<SessionId, ThumbnailNote> notes(Collection<SessionId> of) {
        return store == null || of.isEmpty() ? Map.of() : store.notes(of);
    }

    /**
     * Gives a session a picture that lies elsewhere, such as the host's own or the one of the platform, in place of any other. Nobody here loads it.
     *
     * @throws LivemeterException first match wins: {@code thumbnail.malformed}; {@code session.unknown}; {@code thumbnail.none} where the storage keeps none
     */
    public ThumbnailNote link(SessionId session, URI address) {
        var content = new ThumbnailContent.Link(address);
        if (store == null || sessions == null) {
            throw new LivemeterException(
                    "thumbnail.none", "This storage keeps no thumbnails; use one that does, such as livemeter-jdbc.");
        }
        if (sessions.find(session).isEmpty()) {
            throw new LivemeterException("session.unknown", "There is no session " + session + ".");
        }
        var thumbnail = new Thumbnail(session, time.instant(), content);
        store.save(thumbnail);
        return ThumbnailNote.of(thumbnail);
    }

    /**
     * Forgets the thumbnail of a session, whatever it is. A stream that runs may get another one.
     *
     * @return whether there was one
     */
    public boolean remove(SessionId session) {
        return store != null && store.remove(session);
    }
}
