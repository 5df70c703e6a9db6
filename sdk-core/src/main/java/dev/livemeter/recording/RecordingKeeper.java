package dev.livemeter.recording;

import dev.livemeter.session.Session;
import dev.livemeter.session.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tidies up, every ten minutes: deletes what is too old, finishes what a crash left of earlier deletions, and tells of recordings that a crash took along. Repeats nothing that
 * another node did. Thread-safe.
 */
final class RecordingKeeper {

    static final Logger log = LoggerFactory.getLogger(RecordingKeeper.class);

    private static final Duration EVERY = Duration.ofMinutes(10);
    private static final int AT_ONCE = 500;

    /** On stores that are shared, the node that has the file may only be away. */
    private static final Duration BACK_WITHIN = Duration.ofHours(1);

    private final RecordingParts parts;
    private final RecordingDesk desk;
    private volatile boolean closed;

    RecordingKeeper(RecordingParts parts, RecordingDesk desk) {
        this.parts = parts;
        this.desk = desk;
    }

    /** Begins, when the relay has told what it found. */
    void beginAfter(Duration wait) {
        parts.scheduler().after(wait, this::round);
    }

    void close() {
        closed = true;
    }

    private void round() {
        if (closed) {
            return;
        }
        try {
            sweep();
        } catch (RuntimeException e) {
            log.warn("Recordings could not be tidied up and are looked at again in ten minutes: {}", e.getMessage());
        } finally {
            parts.scheduler().after(EVERY, this::round);
        }
    }

    void sweep() {
        var now = parts.time().instant();
        parts.store().expired(now, AT_ONCE).forEach(desk::delete);
        for (var state : List.of(RecordingState.RECORDING, RecordingState.FINISHING)) {
            parts.store().in(state, AT_ONCE).stream()
                    .filter(recording -> isLost(recording, now))
                    .forEach(recording -> desk.failed(recording.id(), RecordingDesk.LOST));
        }
        purge();
    }

    /** The bytes of what is deleted, and then its row: a crash in between leaves the row, which says what is still to do. */
    void purge() {
        for (var recording : parts.store().in(RecordingState.DELETED, AT_ONCE)) {
            if (desk.discard(recording.id())) {
                parts.store().remove(recording.id());
            }
        }
    }

    private boolean isLost(Recording recording, Instant now) {
        if (desk.isSeen(recording.id())) {
            return false;
        }
        var over = parts.sessions()
                .find(recording.session())
                .filter(session -> session.state() != SessionState.ENDED)
                .isEmpty();
        return over && (parts.exclusive() || endOf(recording).plus(BACK_WITHIN).isBefore(now));
    }

    private Instant endOf(Recording recording) {
        return parts.sessions().find(recording.session()).map(Session::seenAt).orElse(recording.startedAt());
    }
}
