package dev.livemeter.spi;

import dev.livemeter.recording.RecordingId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;

/**
 * Keeps the bytes of recordings, which are encrypted before they come here. Thread-safe; calls block. What cannot be done is an {@link IOException} with a
 * sentence for operators.
 */
public interface MediaVault {

    /**
     * Keeps what is written, in place of what was kept under that name. Whole or not at all: where the content fails, or the process dies, what was there before
     * stays. Durable when it returns.
     */
    void put(RecordingId id, Content content) throws IOException;

    /** What is kept under that name, to read from any position; to be closed. Empty where there is nothing. */
    Optional<SeekableByteChannel> open(RecordingId id) throws IOException;

    /** Deletes what is kept under that name. Idempotent; who reads it just now may read on. */
    void delete(RecordingId id) throws IOException;

    /** Writes bytes. */
    @FunctionalInterface
    interface Content {

        /** Writes all of it; does not close. */
        void writeTo(OutputStream out) throws IOException;
    }
}
