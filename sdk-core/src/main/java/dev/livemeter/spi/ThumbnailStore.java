package dev.livemeter.spi;

import dev.livemeter.session.SessionId;
import dev.livemeter.thumbnail.Thumbnail;
import dev.livemeter.thumbnail.ThumbnailNote;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Keeps what streams looked like, one thumbnail for each; nothing of it is money. Thread-safe; each call is atomic and durable when it returns. */
public interface ThumbnailStore {

    /** From now on that is the thumbnail of its session, whatever there was. Idempotent. */
    void save(Thumbnail thumbnail);

    /**
     * As {@link #save}, unless somebody gave the session a link: that stays.
     *
     * @return whether it is kept
     */
    boolean offer(Thumbnail thumbnail);

    /** The one of a session, with its bytes. */
    Optional<Thumbnail> find(SessionId session);

    /** What is known of those of some sessions, without bytes; a session without any is left out. */
    Map<SessionId, ThumbnailNote> notes(Collection<SessionId> sessions);

    /**
     * Forgets the one of a session. Idempotent.
     *
     * @return whether there was one
     */
    boolean remove(SessionId session);

    /**
     * Forgets those that were made before that moment, the oldest first; links stay.
     *
     * @param limit at most so many, 1 to 500
     * @return how many
     */
    int removeBefore(Instant moment, int limit);
}
