package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.recording.RecordingId;
import dev.livemeter.spi.MediaVault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link MediaVault} keeps: the rules of {@code docs/contracts/media-vault.md}. Extend it, supply a vault, inherit the tests. */
@Timeout(180)
public abstract class MediaVaultContract {

    private static final RecordingId FIRST = new RecordingId("rec-0001");
    private static final RecordingId SECOND = new RecordingId("rec-0002");

    private MediaVault vault;

    /** For subclasses. */
    protected MediaVaultContract() {}

    /** An empty vault. Called before each test. */
    protected abstract MediaVault create() throws IOException;

    @BeforeEach
    void start() throws IOException {
        vault = create();
    }

    private static byte[] bytes(int count, long seed) {
        var bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private byte[] read(RecordingId id) throws IOException {
        try (var channel = vault.open(id).orElseThrow()) {
            return Channels.newInputStream(channel).readAllBytes();
        }
    }

    @Test
    @Rule("MVT-01")
    void whatIsPutComesBackByteByByte() throws IOException {
        vault.put(FIRST, out -> out.write(bytes(300_000, 1)));
        vault.put(SECOND, out -> {});
        assertThat(read(FIRST)).isEqualTo(bytes(300_000, 1));
        assertThat(read(SECOND)).isEmpty();
        assertThat(vault.open(new RecordingId("rec-unknown"))).isEmpty();
    }

    @Test
    @Rule("MVT-02")
    void whatIsPutStandsInPlaceOfWhatWasThere() throws IOException {
        vault.put(FIRST, out -> out.write(bytes(300_000, 1)));
        vault.put(FIRST, out -> out.write(bytes(10, 2)));
        assertThat(read(FIRST)).isEqualTo(bytes(10, 2));
    }

    @Test
    @Rule("MVT-03")
    void contentThatFailsLeavesWhatWasThere() throws IOException {
        assertThatThrownBy(() -> vault.put(FIRST, out -> {
                    out.write(bytes(300_000, 1));
                    throw new IOException("The source broke.");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("The source broke.");
        assertThat(vault.open(FIRST)).isEmpty();
        vault.put(FIRST, out -> out.write(bytes(10, 2)));
        assertThatThrownBy(() -> vault.put(FIRST, out -> {
                    out.write(1);
                    throw new IllegalStateException("A bug.");
                }))
                .hasMessage("A bug.");
        assertThat(read(FIRST)).isEqualTo(bytes(10, 2));
    }

    @Test
    @Rule("MVT-04")
    void readingBeginsAnywhere() throws IOException {
        vault.put(FIRST, out -> out.write(bytes(300_000, 1)));
        try (var channel = vault.open(FIRST).orElseThrow()) {
            assertThat(channel.size()).isEqualTo(300_000);
            for (var from : new int[] {299_990, 0, 123_457}) {
                channel.position(from);
                var part = ByteBuffer.allocate(10);
                while (part.hasRemaining()) {
                    assertThat(channel.read(part)).isPositive();
                }
                assertThat(part.array()).isEqualTo(Arrays.copyOfRange(bytes(300_000, 1), from, from + 10));
            }
            channel.position(300_000);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    @Rule("MVT-05")
    void whatIsDeletedIsGoneAndNothingElse() throws IOException {
        vault.put(FIRST, out -> out.write(1));
        vault.put(SECOND, out -> out.write(2));
        vault.delete(FIRST);
        vault.delete(FIRST);
        assertThat(vault.open(FIRST)).isEmpty();
        assertThat(read(SECOND)).containsExactly(2);
    }
}
