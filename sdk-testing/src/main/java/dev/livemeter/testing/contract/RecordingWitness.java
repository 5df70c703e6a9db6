package dev.livemeter.testing.contract;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Wants the recordings that a test wants, keeps them, and remembers what it hears. */
final class RecordingWitness implements RecordingAuthority {

    /** What came of a recording. */
    static final class Kept {

        final byte[] media;
        final Duration length;

        Kept(byte[] media, Duration length) {
            this.media = media;
            this.length = length;
        }
    }

    final Map<RecordingId, SessionId> wanted = new ConcurrentHashMap<>();
    final Map<RecordingId, Long> grown = new ConcurrentHashMap<>();
    final Map<RecordingId, List<String>> ends = new ConcurrentHashMap<>();
    final Map<RecordingId, Kept> kept = new ConcurrentHashMap<>();
    final Map<RecordingId, String> failed = new ConcurrentHashMap<>();
    final List<RecordingId> brought = new CopyOnWriteArrayList<>();
    volatile String objection = "";
    volatile boolean away;

    @Override
    public Optional<SessionId> sessionOf(RecordingId recording) {
        return Optional.ofNullable(wanted.get(recording));
    }

    @Override
    public Optional<String> objectionTo(RecordingId recording, long bytes, Duration length) {
        grown.merge(recording, bytes, Math::max);
        return Optional.of(objection).filter(sentence -> !sentence.isEmpty());
    }

    @Override
    public void ended(RecordingId recording, String why) {
        ends.computeIfAbsent(recording, unheard -> new CopyOnWriteArrayList<>()).add(why);
    }

    @Override
    public void finished(RecordingId recording, Media media) {
        brought.add(recording);
        if (away) {
            throw new LivemeterException("recording.vault", "The vault of the kit is away.", true, null);
        }
        try (var in = media.open()) {
            var bytes = in.readAllBytes();
            if (bytes.length != media.bytes()) {
                throw new AssertionError("The media has " + bytes.length + " bytes and says " + media.bytes() + ".");
            }
            kept.put(recording, new Kept(bytes, media.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void failed(RecordingId recording, String why) {
        failed.put(recording, why);
    }

    long bytesOf(RecordingId recording) {
        return grown.getOrDefault(recording, 0L);
    }
}
