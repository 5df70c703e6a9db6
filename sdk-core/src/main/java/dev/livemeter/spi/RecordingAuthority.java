package dev.livemeter.spi;

import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Whom a relay that {@linkplain RecordsStreams records} asks and tells. Implemented by Livemeter. Thread-safe; calls block on stores, a relay gives them its own
 * threads. Told for each recording, in this order: {@code objectionTo} while it grows, {@code ended} once, then {@code finished} or {@code failed}. All of it may be
 * repeated after a crash.
 */
public interface RecordingAuthority {

    /**
     * Whose recording that is, asked for what an earlier life left behind: finished where somebody wants it still, or goes on where its session does.
     *
     * @return empty where nobody wants it any more; then what there is of it is deleted
     */
    Optional<SessionId> sessionOf(RecordingId recording);

    /**
     * Whether a recording may grow on; asked every second or so.
     *
     * @param bytes written until now
     * @param length of the recording until now
     * @return a sentence why it has to end now, the stream going on; empty if it may
     */
    Optional<String> objectionTo(RecordingId recording, long bytes, Duration length);

    /**
     * Nothing more is written; it is being finished.
     *
     * @param why a sentence for people if it ended before it was ordered to and before its stream; empty otherwise
     */
    void ended(RecordingId recording, String why);

    /**
     * It can be played. Keeps a copy; the relay deletes its own when this returns.
     *
     * @throws dev.livemeter.LivemeterException if it could not be kept: with retryable set, the relay asks again later
     */
    void finished(RecordingId recording, Media media);

    /**
     * There is nothing to keep.
     *
     * @param why a sentence for people
     */
    void failed(RecordingId recording, String why);

    /** What was recorded, as a file that can be played while it is loaded. */
    interface Media {

        /** How long it plays. */
        Duration length();

        /** How many bytes it has. */
        long bytes();

        /** The bytes, from the first on; to be closed. */
        InputStream open() throws IOException;
    }
}
