package dev.livemeter.spi;

import dev.livemeter.identity.UserId;
import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.session.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps what is known of recordings; their bytes are in a {@link MediaVault}. Thread-safe; each call is atomic and durable when it returns. */
public interface RecordingStore {

    /**
     * Keeps a new one.
     *
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if there is one of that id
     */
    void insert(Recording recording);

    /**
     * Stores it as it is now, if it is in that state before. Of two that move it out of one state only one does.
     *
     * @return whether it was in that state
     */
    boolean change(RecordingState before, Recording now);

    /** The one of that id, deleted ones too. */
    Optional<Recording> find(RecordingId id);

    /**
     * A user's, the newest first, without deleted ones.
     *
     * @param limit at most so many, 1 to 500
     * @param before only older ones than this; null for the newest
     */
    List<Recording> of(UserId owner, int limit, @Nullable RecordingId before);

    /** Those of a session, the oldest first, without deleted ones. */
    List<Recording> of(SessionId session);

    /** Those in a state, the oldest first, at most so many. */
    List<Recording> in(RecordingState state, int limit);

    /** Those whose time is over at that moment, without deleted ones, at most so many. */
    List<Recording> expired(Instant at, int limit);

    /** The bytes of a user's recordings together. */
    long bytesOf(UserId owner);

    /** The bytes of all recordings together. */
    long bytesInAll();

    /**
     * Forgets one that is deleted. Idempotent; what is not deleted stays.
     *
     * @return whether there was one
     */
    boolean remove(RecordingId id);
}
