package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.spi.RecordingAuthority.Media;
import dev.livemeter.time.Scheduler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes files of what was written, one after the other, has them put away, and deletes what lies in plain. What cannot be put away now is tried again; what a crash interrupts begins
 * anew at the next start, from what nginx wrote. Thread-safe.
 */
final class Finisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Finisher.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);
    private static final Duration BRING_AGAIN = Duration.ofSeconds(10);
    private static final List<Duration> AGAIN =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(45), Duration.ofSeconds(135));

    private final RecordingAuthority authority;
    private final RecordingPlace place;
    private final RecordingFolder folder;
    private final Remux remux;
    private final Scheduler scheduler;
    private final ExecutorService oneByOne = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "livemeter-recordings");
        thread.setDaemon(true);
        return thread;
    });

    private record Mp4(Path file, Duration length, long bytes) implements Media {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    Finisher(RecordingAuthority authority, RecordingPlace place, Remux remux, Scheduler scheduler) {
        this.authority = authority;
        this.place = place;
        this.folder = place.here();
        this.remux = remux;
        this.scheduler = scheduler;
    }

    /**
     * Nothing more is written to that one. Returns at once.
     *
     * @param why it ended early; empty where it did not
     */
    void finish(RecordingId id, String why) {
        run(() -> finish(id, why, 0));
    }

    private void run(Runnable task) {
        try {
            oneByOne.execute(task);
        } catch (RejectedExecutionException closed) {
            log.debug("The relay is closed; the next start finishes what is left.");
        }
    }

    private void finish(RecordingId id, String why, int attempt) {
        try {
            authority.ended(id, why);
            if (!brought(id, why, attempt)) {
                return;
            }
            if (folder.size(id).isEmpty()) {
                over(id, "What was written is gone from the disk of the relay.");
                return;
            }
            var outcome = remux.make(folder.media(id), folder.unfinished(id), folder.finished(id));
            if (outcome instanceof Remux.Outcome.Failed failed) {
                over(id, failed.why());
                return;
            }
            var length = ((Remux.Outcome.Made) outcome).length();
            var file = folder.finished(id);
            authority.finished(id, new Mp4(file, length, Files.size(file)));
            place.delete(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            again(id, why, attempt, e);
        }
    }

    /** What is on a host that is away is not lost: it is brought when the host is back, however long that takes. */
    private boolean brought(RecordingId id, String why, int attempt) {
        try {
            var ignored = place.bring(id);
            return true;
        } catch (IOException e) {
            log.warn("The recording {} waits on the relay host: {}", id, e.getMessage());
            scheduler.after(BRING_AGAIN, () -> run(() -> finish(id, why, attempt)));
            return false;
        }
    }

    private void again(RecordingId id, String why, int attempt, Exception e) {
        var later = !(e instanceof LivemeterException fault) || fault.retryable();
        log.warn("The recording {} could not be put away{}.", id, later && attempt < AGAIN.size() ? " yet" : "", e);
        if (later && attempt < AGAIN.size()) {
            scheduler.after(AGAIN.get(attempt), () -> run(() -> finish(id, why, attempt + 1)));
            return;
        }
        try {
            over(id, "It could not be put away; the log of the operator tells more.");
        } catch (RuntimeException stillNot) {
            log.warn("That the recording {} failed could not be stored; the next start tries again.", id, stillNot);
        }
    }

    private void over(RecordingId id, String why) {
        authority.failed(id, why);
        place.delete(id);
    }

    /** Finishes what it can within some seconds. */
    @Override
    public void close() {
        oneByOne.shutdown();
        try {
            if (!oneByOne.awaitTermination(CLOSE_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                oneByOne.shutdownNow();
                remux.end();
                if (!oneByOne.awaitTermination(1, TimeUnit.SECONDS)) {
                    log.warn("A recording was still being finished; the next start begins it anew.");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            oneByOne.shutdownNow();
        }
    }
}
