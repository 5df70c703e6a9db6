package dev.livemeter.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a message, unchangeable. Those of a request, and of most answers, are in memory; a large answer can be {@linkplain #streamed streamed}, so that a mount writes it
 * piece by piece.
 */
public final class WebBody {

    /** No bytes. */
    public static final WebBody EMPTY = new WebBody(new byte[0]);

    private final byte @Nullable [] bytes;
    private final long size;
    private final Content content;

    /** Writes the bytes of a body, whenever it is asked to. */
    @FunctionalInterface
    public interface Content {

        /** Writes all of them; does not close. Where it fails on the way, the mount breaks the connection off, so that the other side knows. */
        void writeTo(OutputStream out) throws IOException;
    }

    private WebBody(byte[] bytes) {
        this.bytes = bytes;
        this.size = bytes.length;
        this.content = out -> out.write(bytes);
    }

    private WebBody(long size, Content content) {
        this.bytes = null;
        this.size = size;
        this.content = content;
    }

    /** A copy of those bytes. */
    public static WebBody of(byte[] bytes) {
        return new WebBody(bytes.clone());
    }

    /** Text in UTF-8. */
    public static WebBody of(String text) {
        return new WebBody(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Bytes that are made while they are sent.
     *
     * @param size exactly so many, 0 or more
     */
    public static WebBody streamed(long size, Content content) {
        if (size < 0) {
            throw new IllegalArgumentException("A body of " + size + " bytes was given; expected 0 or more.");
        }
        return new WebBody(size, content);
    }

    /** Whether the bytes are made while they are sent, so that {@link #bytes()} costs memory. */
    public boolean isStreamed() {
        return bytes == null;
    }

    /** Writes all bytes; does not close. */
    public void writeTo(OutputStream out) throws IOException {
        content.writeTo(out);
    }

    /** A copy of the bytes, all of them in memory. */
    public byte[] bytes() {
        if (bytes != null) {
            return bytes.clone();
        }
        var collected = new ByteArrayOutputStream(length());
        try {
            writeTo(collected);
        } catch (IOException e) {
            throw new UncheckedIOException("The bytes of a body could not be made.", e);
        }
        return collected.toByteArray();
    }

    /** The bytes read as UTF-8. */
    public String text() {
        return new String(bytes == null ? bytes() : bytes, StandardCharsets.UTF_8);
    }

    /** How many bytes, where an {@code int} holds that many; see {@link #size()}. */
    public int length() {
        return Math.toIntExact(size);
    }

    /** How many bytes. */
    public long size() {
        return size;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WebBody that
                && (this == that || (bytes != null && that.bytes != null && Arrays.equals(bytes, that.bytes)));
    }

    @Override
    public int hashCode() {
        return bytes == null ? System.identityHashCode(this) : Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return size + " bytes";
    }
}
