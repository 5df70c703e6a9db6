package dev.livemeter.recording;

import dev.livemeter.LivemeterException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How a recording lies in its vault: 8 bytes that tell the format, then chunks of 64 KiB, each sealed by AES-256-GCM (NIST SP 800-38D). A chunk's number is its nonce, which never
 * repeats as each file has a key of its own; the recording, the number, and whether it is the last one are authenticated with it. So no chunk can be altered, left out,
 * moved, or taken from elsewhere unnoticed, and reading can begin at any of them.
 */
final class SealedMedia {

    static final int CHUNK = 64 * 1024;
    private static final int TAG = 16;
    private static final int NONCE = 12;
    private static final byte[] FORMAT = "LMREC-1\n".getBytes(StandardCharsets.US_ASCII);

    private final RecordingId id;
    private final SecretKeySpec key;

    SealedMedia(RecordingId id, MediaKey key) {
        this.id = id;
        this.key = key.forMedia();
    }

    /** How many bytes that many become. */
    static long sealedBytes(long plain) {
        return FORMAT.length + plain + chunks(plain) * TAG;
    }

    private static long chunks(long plain) {
        return Math.max(1, (plain + CHUNK - 1) / CHUNK);
    }

    /**
     * Seals all that comes.
     *
     * @return how many bytes came
     */
    long write(InputStream plain, OutputStream out) throws IOException {
        out.write(FORMAT);
        var total = 0L;
        var number = 0L;
        var chunk = plain.readNBytes(CHUNK);
        while (true) {
            var next = chunk.length < CHUNK ? new byte[0] : plain.readNBytes(CHUNK);
            var last = next.length == 0;
            out.write(crypt(Cipher.ENCRYPT_MODE, number++, last, chunk));
            total += chunk.length;
            if (last) {
                return total;
            }
            chunk = next;
        }
    }

    /**
     * Looks at the outside: the format, and whether as much is there as that many plain bytes make.
     *
     * @throws LivemeterException {@code recording.altered}
     */
    void check(SeekableByteChannel sealed, long plain) throws IOException {
        if (sealed.size() != sealedBytes(plain)
                || !Arrays.equals(FORMAT, read(sealed, 0, FORMAT.length).array())) {
            throw altered(null);
        }
    }

    /**
     * Writes a part in plain; nothing of a chunk that does not open.
     *
     * @param bytes in plain, of the whole
     * @param from the first one to write
     * @param count how many
     * @throws LivemeterException {@code recording.altered}
     */
    void read(SeekableByteChannel sealed, long bytes, long from, long count, OutputStream out) throws IOException {
        check(sealed, bytes);
        var lastNumber = chunks(bytes) - 1;
        var position = from;
        var end = from + count;
        while (position < end) {
            var number = position / CHUNK;
            var start = number * CHUNK;
            var length = (int) Math.min(CHUNK, bytes - start);
            var chunk = open(sealed, number, number == lastNumber, length);
            var until = (int) Math.min(length, end - start);
            out.write(chunk, (int) (position - start), until - (int) (position - start));
            position = start + until;
        }
    }

    private byte[] open(SeekableByteChannel sealed, long number, boolean last, int length) throws IOException {
        var at = FORMAT.length + number * (CHUNK + TAG);
        return crypt(
                Cipher.DECRYPT_MODE,
                number,
                last,
                read(sealed, at, length + TAG).array());
    }

    private static ByteBuffer read(SeekableByteChannel sealed, long at, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        sealed.position(at);
        while (buffer.hasRemaining()) {
            if (sealed.read(buffer) < 0) {
                throw new EOFException("The vault gave less than it has.");
            }
        }
        return buffer;
    }

    private byte[] crypt(int mode, long number, boolean last, byte[] chunk) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            var nonce = ByteBuffer.allocate(NONCE)
                    .putLong(NONCE - Long.BYTES, number)
                    .array();
            cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
            cipher.updateAAD(FORMAT);
            cipher.updateAAD(ByteBuffer.allocate(Long.BYTES + 1)
                    .putLong(number)
                    .put((byte) (last ? 1 : 0))
                    .array());
            cipher.updateAAD(id.value().getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(chunk);
        } catch (GeneralSecurityException e) {
            if (mode == Cipher.DECRYPT_MODE) {
                throw altered(e);
            }
            throw new LivemeterException("recording.seal", "A recording could not be encrypted.", false, e);
        }
    }

    private LivemeterException altered(@Nullable Throwable cause) {
        return new LivemeterException(
                "recording.altered",
                "The file of the recording " + id
                        + " was altered, cut off, or is another one; what was found wrong is not given out. Restore it from its copy.",
                false,
                cause);
    }
}
