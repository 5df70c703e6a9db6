package dev.livemeter.spi;

import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;

/**
 * What a {@link RelayController} implements besides, if it can write streams down. It keeps plain media only while it records and finishes, hands it to a
 * {@link RecordingAuthority}, and deletes it. A recording never disturbs its stream, whatever happens to it. Thread-safe.
 */
public interface RecordsStreams {

    /**
     * Recordings will be asked for. Called at most once, before {@link RelayController#open}; without it, the relay writes no media anywhere.
     *
     * @throws dev.livemeter.LivemeterException {@code relay.*} if this relay cannot record as it is set up: what is needed, what to do
     */
    void recordFor(RecordingAuthority authority);

    /**
     * Begins to write down the stream of a session, from its next keyframe on. Blocks for at most some seconds.
     *
     * @return whether it does; not where the session is not sending here, or is being recorded
     */
    boolean startRecording(SessionId session, RecordingId recording);

    /**
     * Orders the end of a recording. Returns without waiting; {@link RecordingAuthority#ended} follows. A session that ends is such an order, too.
     * Idempotent; what is unknown is ignored.
     */
    void stopRecording(SessionId session, RecordingId recording);
}
