package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Wants the recordings that a test wants, keeps them as files, and remembers what it is told. */
final class ScriptedRecordings implements RecordingAuthority {

    record Finished(Path file, Duration length, long bytes) {}

    final Map<RecordingId, SessionId> wanted = new ConcurrentHashMap<>();
    final Map<RecordingId, String> ended = new ConcurrentHashMap<>();
    final Map<RecordingId, Finished> finished = new ConcurrentHashMap<>();
    final Map<RecordingId, String> failed = new ConcurrentHashMap<>();
    final Map<RecordingId, Long> grown = new ConcurrentHashMap<>();
    final List<RecordingId> refusedOnce = new CopyOnWriteArrayList<>();
    volatile String objection = "";
    private final Path folder;

    ScriptedRecordings(Path folder) {
        this.folder = folder;
    }

    @Override
    public Optional<SessionId> sessionOf(RecordingId recording) {
        return Optional.ofNullable(wanted.get(recording));
    }

    @Override
    public Optional<String> objectionTo(RecordingId recording, long bytes, Duration length) {
        grown.put(recording, bytes);
        return objection.isEmpty() ? Optional.empty() : Optional.of(objection);
    }

    @Override
    public void ended(RecordingId recording, String why) {
        ended.put(recording, why);
    }

    @Override
    public void finished(RecordingId recording, Media media) {
        if (refusedOnce.remove(recording)) {
            throw new LivemeterException("recording.vault", "The vault is away.", true, null);
        }
        try (var in = media.open()) {
            var file = folder.resolve(recording + ".kept.mp4");
            Files.copy(in, file);
            finished.put(recording, new Finished(file, media.length(), media.bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void failed(RecordingId recording, String why) {
        failed.put(recording, why);
    }

    Finished awaitFinished(RecordingId recording) {
        Await.until(
                recording + " is finished",
                Duration.ofSeconds(30),
                () -> finished.containsKey(recording) || failed.containsKey(recording));
        if (failed.containsKey(recording)) {
            throw new AssertionError(failed.get(recording));
        }
        return finished.get(recording);
    }
}
