package dev.livemeter.recording;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.MediaVault;
import java.io.IOException;
import java.io.OutputStream;

/** The file of a recording, to be read as a whole or in parts. Thread-safe; holds nothing open between calls. */
public final class RecordingDownload {

    private final Recording recording;
    private final SealedMedia sealed;
    private final MediaVault vault;

    RecordingDownload(Recording recording, MediaKey key, MediaVault vault) {
        this.recording = recording;
        this.sealed = new SealedMedia(recording.id(), key);
        this.vault = vault;
    }

    /** What it is of. */
    public Recording recording() {
        return recording;
    }

    /** How many bytes it has, an MP4 that plays while it is loaded. */
    public long bytes() {
        return recording.bytes();
    }

    /** Looks whether it is there, without reading it. */
    void check() {
        try (var channel = vault.open(recording.id()).orElseThrow(this::missing)) {
            sealed.check(channel, bytes());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Writes a part. What was altered is not written; what stood before it is.
     *
     * @param from the first byte, from 0
     * @param count how many, up to the end
     * @throws LivemeterException {@code recording.altered}; {@code recording.missing} if the file is gone
     * @throws IOException if the vault cannot be read, or {@code out} takes no more
     */
    public void writeTo(OutputStream out, long from, long count) throws IOException {
        if (from < 0 || count < 0 || from > bytes() - count) {
            throw new IllegalArgumentException("Bytes " + from + " and " + count
                    + " more were asked for of a recording of " + bytes() + "; ask for what is there.");
        }
        try (var channel = vault.open(recording.id()).orElseThrow(this::missing)) {
            sealed.read(channel, bytes(), from, count, out);
        }
    }

    private LivemeterException missing() {
        return new LivemeterException(
                "recording.missing",
                "The file of the recording " + recording.id() + " is not in the vault; restore it from its copy.");
    }

    private LivemeterException unreadable(IOException e) {
        return new LivemeterException(
                "recording.vault", "The vault cannot be read right now: " + e.getMessage() + ".", true, e);
    }

    @Override
    public String toString() {
        return "RecordingDownload[" + recording.id() + ", " + bytes() + " bytes]";
    }
}
