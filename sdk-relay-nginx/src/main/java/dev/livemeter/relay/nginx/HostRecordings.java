package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.relay.nginx.deploy.HostMedia;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nginx writes streams down on a relay host. What is over is brought here, and is gone there. While the host cannot be asked, a recording is as large as it was, and what is over
 * waits there. Thread-safe.
 */
final class HostRecordings implements RecordingPlace {

    private static final Logger log = LoggerFactory.getLogger(HostRecordings.class);
    private static final String MEDIA = ".flv";
    private static final Duration FRESH = Duration.ofMillis(500);

    private final HostMedia there;
    private final RecordingFolder here;
    private final long reserveBytes;
    private final TimeSource time;
    private @Nullable Look look;

    /** What was seen there at a time. */
    private record Look(Map<String, Long> sizes, long room, long atNanos) {}

    /**
     * @param reserveBytes to be left free on the disk of this machine
     */
    HostRecordings(HostMedia there, RecordingFolder here, long reserveBytes, TimeSource time) {
        this.there = there;
        this.here = here;
        this.reserveBytes = reserveBytes;
        this.time = time;
    }

    @Override
    public Path path() {
        return Path.of(there.folder());
    }

    @Override
    public RecordingFolder here() {
        return here;
    }

    @Override
    public boolean adopt(String writtenByNginx, RecordingId id) {
        var name = RecordingFolder.begun(writtenByNginx);
        if (name.isEmpty()) {
            return false;
        }
        try {
            there.rename(name.get(), id + MEDIA);
            return true;
        } catch (IOException e) {
            log.warn("nginx on the relay host began no file for the recording {}: {}", id, e.getMessage());
            return false;
        }
    }

    @Override
    public Optional<Long> size(RecordingId id) {
        return Optional.ofNullable(look().sizes().get(id + MEDIA));
    }

    /** One look serves all who ask within a moment: many recordings are looked at each second, and each question is a way to the host and back. */
    private synchronized Look look() {
        var before = look;
        if (before != null && time.nanoTime() - before.atNanos() < FRESH.toNanos()) {
            return before;
        }
        Look now;
        try {
            now = new Look(there.sizes(), there.room(), time.nanoTime());
        } catch (IOException away) {
            // Nobody knows how much room there is, and the host's nginx goes on to write in any case.
            now = new Look(before == null ? Map.of() : before.sizes(), Long.MAX_VALUE, time.nanoTime());
        }
        look = now;
        return now;
    }

    @Override
    public long room() {
        return look().room();
    }

    @Override
    public int copiesToCome() {
        return 0;
    }

    @Override
    public boolean bring(RecordingId id) throws IOException {
        var size = there.size(id + MEDIA);
        if (size.isPresent()) {
            // The file itself, the MP4 that is made of it, and its copy in a vault on the same disk.
            if (here.room() < reserveBytes + 3 * size.get()) {
                throw new IOException("The disk of this machine has too little room for " + size.get() + " bytes.");
            }
            var part = here.coming(id);
            there.fetch(id + MEDIA, part);
            Files.move(part, here.media(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            there.delete(id + MEDIA);
        }
        return here.bring(id);
    }

    @Override
    public boolean mayGrow(RecordingId id) {
        try {
            return there.size(id + MEDIA).isPresent();
        } catch (IOException away) {
            return true;
        }
    }

    @Override
    public void delete(RecordingId id) {
        here.delete(id);
        forget(id + MEDIA);
    }

    private void forget(String name) {
        try {
            there.delete(name);
        } catch (IOException e) {
            log.warn(
                    "The file {} of a recording is still on the relay host, until the next start: {}",
                    name,
                    e.getMessage());
        }
    }

    @Override
    public List<RecordingId> left() {
        final Set<String> names;
        try {
            names = there.sizes().keySet();
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.host_unreachable",
                    "It cannot be looked for recordings on the relay host: " + e.getMessage(),
                    true,
                    e);
        }
        names.stream().filter(name -> name.endsWith(RecordingFolder.BEGUN)).forEach(this::forget);
        var all = new TreeSet<String>();
        Stream.concat(names.stream().flatMap(name -> RecordingFolder.idOf(name).stream()), here.left().stream())
                .map(RecordingId::value)
                .forEach(all::add);
        return all.stream().map(RecordingId::new).toList();
    }

    @Override
    public void close() {
        there.close();
    }
}
