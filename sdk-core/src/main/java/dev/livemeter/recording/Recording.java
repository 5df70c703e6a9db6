package dev.livemeter.recording;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A recording of a stream, or of a part of it.
 *
 * @param owner who pays for the session
 * @param detail a sentence for people: why it failed, or why it ended before the stream; empty where there is nothing to say
 * @param length how long it plays; zero until it is ready
 * @param bytes of the file to download; zero until it is ready
 * @param expiresAt when it is deleted; null while it is being made
 * @param sealedKey what the file is encrypted with, itself sealed by a {@link dev.livemeter.spi.SecretCipher}; null where there is no file
 */
public record Recording(
        RecordingId id,
        SessionId session,
        UserId owner,
        RecordingState state,
        String detail,
        Instant startedAt,
        Duration length,
        long bytes,
        @Nullable Instant expiresAt,
        @Nullable String sealedKey) {

    static Recording begun(RecordingId id, SessionId session, UserId owner, Instant at) {
        return new Recording(id, session, owner, RecordingState.RECORDING, "", at, Duration.ZERO, 0, null, null);
    }

    Recording finishing(String why) {
        return new Recording(
                id, session, owner, RecordingState.FINISHING, why, startedAt, Duration.ZERO, 0, null, null);
    }

    Recording ready(Duration plays, long size, Instant until, String key) {
        return new Recording(id, session, owner, RecordingState.READY, detail, startedAt, plays, size, until, key);
    }

    Recording failed(String why, Instant until) {
        return new Recording(id, session, owner, RecordingState.FAILED, why, startedAt, Duration.ZERO, 0, until, null);
    }

    Recording deleted() {
        return new Recording(id, session, owner, RecordingState.DELETED, detail, startedAt, length, 0, null, null);
    }

    /** Without the key, sealed as it is. */
    @Override
    public String toString() {
        return "Recording[" + id + " of session " + session + ", " + state + "]";
    }
}
