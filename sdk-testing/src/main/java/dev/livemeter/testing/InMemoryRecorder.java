package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.spi.RecordingAuthority.Media;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The recordings of an {@link InMemoryRelay}: what they hold is a pattern, as long as the test let it grow. Thread-safe; asks and tells without a lock. */
final class InMemoryRecorder {

    private final Map<SessionId, Written> writing = new LinkedHashMap<>();
    private final List<Written> unfinished = new ArrayList<>();
    private @Nullable RecordingAuthority authority;
    private boolean refusing;
    private boolean holding;

    private record Written(RecordingId id, long bytes, Duration length) implements Media {

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(pattern(bytes));
        }
    }

    /** What a recording of that many bytes holds. */
    static byte[] pattern(long bytes) {
        var pattern = new byte[Math.toIntExact(bytes)];
        for (var i = 0; i < pattern.length; i++) {
            pattern[i] = (byte) (i * 31 + i / 251);
        }
        return pattern;
    }

    synchronized void recordFor(RecordingAuthority who) {
        authority = who;
    }

    synchronized void refusing(boolean from) {
        refusing = from;
    }

    synchronized void holding(boolean from) {
        holding = from;
    }

    synchronized boolean start(SessionId session, RecordingId id) {
        return authority != null
                && !refusing
                && writing.putIfAbsent(session, new Written(id, 0, Duration.ZERO)) == null;
    }

    /** Ends what that session has, if it is that one or any is meant. */
    void stop(SessionId session, @Nullable RecordingId id, String why) {
        final Written over;
        synchronized (this) {
            var present = writing.get(session);
            if (present == null || (id != null && !present.id().equals(id))) {
                return;
            }
            writing.remove(session);
            over = present;
        }
        authority().ended(over.id(), why);
        if (over.bytes() == 0) {
            authority().failed(over.id(), "Nothing came that could be kept.");
            return;
        }
        synchronized (this) {
            unfinished.add(over);
            if (holding) {
                return;
            }
        }
        finish();
    }

    /** Hands over what is over; what Livemeter cannot take yet is kept. */
    void finish() {
        final List<Written> waiting;
        synchronized (this) {
            waiting = List.copyOf(unfinished);
        }
        for (var over : waiting) {
            try {
                authority().finished(over.id(), over);
            } catch (LivemeterException e) {
                if (e.retryable()) {
                    continue;
                }
                authority().failed(over.id(), "It could not be kept.");
            }
            synchronized (this) {
                unfinished.remove(over);
            }
        }
    }

    void grow(SessionId session, long bytes, Duration length) {
        final Written grown;
        synchronized (this) {
            var present = writing.get(session);
            if (present == null) {
                throw new IllegalArgumentException("The session " + session + " is not being recorded.");
            }
            grown = new Written(
                    present.id(), present.bytes() + bytes, present.length().plus(length));
            writing.put(session, grown);
        }
        authority()
                .objectionTo(grown.id(), grown.bytes(), grown.length())
                .ifPresent(why -> stop(session, grown.id(), why));
    }

    synchronized Optional<RecordingId> recording(SessionId session) {
        return Optional.ofNullable(writing.get(session)).map(Written::id);
    }

    /** A recorder of the next life of the application, which finds what this one has not handed over, and finishes what is still wanted. */
    void handOver(InMemoryRecorder next) {
        final List<Written> found;
        synchronized (this) {
            found = new ArrayList<>(unfinished);
            found.addAll(writing.values());
        }
        for (var one : found) {
            synchronized (next) {
                next.unfinished.add(one);
            }
        }
    }

    /** Looks through what an earlier life left. */
    void lookAround() {
        final List<Written> found;
        synchronized (this) {
            if (authority == null) {
                return;
            }
            found = List.copyOf(unfinished);
        }
        for (var one : found) {
            if (authority().sessionOf(one.id()).isPresent()) {
                authority().ended(one.id(), "");
            } else {
                synchronized (this) {
                    unfinished.remove(one);
                }
            }
        }
        finish();
    }

    private synchronized RecordingAuthority authority() {
        if (authority == null) {
            throw new IllegalStateException("Nobody asked for recordings.");
        }
        return authority;
    }
}
