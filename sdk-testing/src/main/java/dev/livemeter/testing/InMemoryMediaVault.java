package dev.livemeter.testing;

import dev.livemeter.recording.RecordingId;
import dev.livemeter.spi.MediaVault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A vault in memory, for tests, which may look at what lies in it, change it, and have it fail. Thread-safe. */
public final class InMemoryMediaVault implements MediaVault {

    private final Map<RecordingId, byte[]> kept = new HashMap<>();
    private @Nullable String trouble;

    private InMemoryMediaVault() {}

    /** An empty one. */
    public static InMemoryMediaVault create() {
        return new InMemoryMediaVault();
    }

    /** From now on everything fails with that message; null for nothing any more. */
    public synchronized void failing(@Nullable String message) {
        trouble = message;
    }

    /** What is kept in it. */
    public synchronized Set<String> names() {
        var names = new TreeSet<String>();
        kept.keySet().forEach(id -> names.add(id.value()));
        return names;
    }

    /** A copy of what lies there; none of what does not. */
    public synchronized byte[] bytes(RecordingId id) {
        return kept.getOrDefault(id, new byte[0]).clone();
    }

    /** Lays other bytes there, as somebody with access to a disk could. */
    public synchronized void replace(RecordingId id, byte[] bytes) {
        kept.put(id, bytes.clone());
    }

    @Override
    public void put(RecordingId id, Content content) throws IOException {
        requireNoTrouble();
        var out = new ByteArrayOutputStream();
        content.writeTo(out);
        requireNoTrouble();
        replace(id, out.toByteArray());
    }

    @Override
    public synchronized Optional<SeekableByteChannel> open(RecordingId id) throws IOException {
        requireNoTrouble();
        return Optional.ofNullable(kept.get(id)).map(Reading::new);
    }

    @Override
    public synchronized void delete(RecordingId id) throws IOException {
        requireNoTrouble();
        kept.remove(id);
    }

    private synchronized void requireNoTrouble() throws IOException {
        if (trouble != null) {
            throw new IOException(trouble);
        }
    }

    private static final class Reading implements SeekableByteChannel {

        private final byte[] bytes;
        private long position;
        private boolean closed;

        Reading(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer into) {
            if (position >= bytes.length) {
                return -1;
            }
            var count = Math.min(into.remaining(), bytes.length - (int) position);
            into.put(bytes, (int) position, count);
            position += count;
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long next) {
            position = next;
            return this;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
