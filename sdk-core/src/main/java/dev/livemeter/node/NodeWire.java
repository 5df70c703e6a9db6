package dev.livemeter.node;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/** How nodes write what they say to each other. */
public final class NodeWire {

    private NodeWire() {}

    /** Writes, into memory. */
    public interface Writer {

        /** Writes it. */
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads, from memory. */
    public interface Reader<T> {

        /** Reads it. */
        T read(DataInputStream in) throws IOException;
    }

    /** What somebody writes. */
    public static byte[] written(Writer writer) {
        var bytes = new ByteArrayOutputStream(256);
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * What somebody reads.
     *
     * @throws UncheckedIOException if there is less than expected
     */
    public static <T> T read(byte[] bytes, Reader<T> reader) {
        try {
            return reader.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That something was not done, and why. */
    public static void write(LivemeterException e, DataOutputStream out) throws IOException {
        out.writeUTF(e.code());
        out.writeUTF(String.valueOf(e.getMessage()));
        out.writeBoolean(e.retryable());
    }

    /** Why something was not done there. */
    public static LivemeterException failure(DataInputStream in) throws IOException {
        return new LivemeterException(in.readUTF(), in.readUTF(), in.readBoolean(), null);
    }

    // Each may be absent; a flag comes first.

    /** Writes a text, or none. */
    public static void text(@Nullable String text, DataOutputStream out) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    /** Reads a text; null where there is none. */
    public static @Nullable String text(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }

    /** Writes a moment, or none. */
    public static void write(@Nullable Instant at, DataOutputStream out) throws IOException {
        text(at == null ? null : at.toString(), out);
    }

    /** Reads a moment; null where there is none. */
    public static @Nullable Instant instant(DataInputStream in) throws IOException {
        var text = text(in);
        return text == null ? null : Instant.parse(text);
    }

    /** Reads a moment that must be there. */
    public static Instant requireInstant(DataInputStream in) throws IOException {
        return required(instant(in));
    }

    /** Writes a span, or none. */
    public static void write(@Nullable Duration span, DataOutputStream out) throws IOException {
        text(span == null ? null : span.toString(), out);
    }

    /** Reads a span; null where there is none. */
    public static @Nullable Duration span(DataInputStream in) throws IOException {
        var text = text(in);
        return text == null ? null : Duration.parse(text);
    }

    /** Reads a span that must be there. */
    public static Duration requireSpan(DataInputStream in) throws IOException {
        return required(span(in));
    }

    /** Writes an amount, or none. */
    public static void write(@Nullable Money money, DataOutputStream out) throws IOException {
        text(money == null ? null : money.currency().getCurrencyCode(), out);
        if (money != null) {
            out.writeLong(money.micros());
        }
    }

    /** Reads an amount; null where there is none. */
    public static @Nullable Money money(DataInputStream in) throws IOException {
        var currency = text(in);
        return currency == null ? null : new Money(in.readLong(), Currency.getInstance(currency));
    }

    /** Reads an amount that must be there. */
    public static Money requireMoney(DataInputStream in) throws IOException {
        return required(money(in));
    }

    private static <T> T required(@Nullable T value) throws IOException {
        if (value == null) {
            throw new IOException("Another node left out what has to be said; do all nodes run the same version?");
        }
        return value;
    }
}
