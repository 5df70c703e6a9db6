package dev.livemeter.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedMediaTest {

    private static final int CHUNK = SealedMedia.CHUNK;
    private static final int HEAD = 8;
    private static final int SEALED_CHUNK = CHUNK + 16;
    private static final RecordingId ID = new RecordingId("rec-0001");

    @TempDir
    private Path folder;

    private final MediaKey key = MediaKey.fresh(new SecureRandom());
    private final SealedMedia sealed = new SealedMedia(ID, key);

    private static byte[] plain(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private byte[] seal(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        assertThat(sealed.write(new ByteArrayInputStream(plain), out)).isEqualTo(plain.length);
        assertThat(out.size()).isEqualTo(SealedMedia.sealedBytes(plain.length));
        return out.toByteArray();
    }

    private byte[] read(SealedMedia as, byte[] lying, long plainBytes, long from, long count) throws IOException {
        var file = Files.write(folder.resolve("sealed"), lying);
        var out = new ByteArrayOutputStream();
        try (var channel = Files.newByteChannel(file)) {
            as.read(channel, plainBytes, from, count, out);
        }
        return out.toByteArray();
    }

    private void isRefused(byte[] lying, long plainBytes, long from, long count) {
        assertThatThrownBy(() -> read(sealed, lying, plainBytes, from, count))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The file of the recording rec-0001 was altered, cut off, or is another one; what was found"
                        + " wrong is not given out. Restore it from its copy.")
                .extracting(thrown -> ((LivemeterException) thrown).code())
                .isEqualTo("recording.altered");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 777})
    void comesBackWholeWhateverItsLength(int length) throws IOException {
        var plain = plain(length);
        assertThat(read(sealed, seal(plain), length, 0, length)).isEqualTo(plain);
    }

    @Test
    void everyPartIsThePartOfTheWhole() throws IOException {
        var length = 2 * CHUNK + 777;
        var plain = plain(length);
        var lying = seal(plain);
        var random = new Random(20261121);
        for (var round = 0; round < 20; round++) {
            var from = round < 6 ? (round / 2) * CHUNK - (round % 2 == 0 || round < 2 ? 0 : 1) : random.nextInt(length);
            var count = random.nextInt(length - from + 1);
            assertThat(read(sealed, lying, length, from, count))
                    .as("%s from %s", count, from)
                    .isEqualTo(Arrays.copyOfRange(plain, from, from + count));
        }
    }

    @Test
    void whatLiesThereShowsNothingOfWhatItIs() throws IOException {
        var plain = new byte[2 * CHUNK];
        Arrays.fill(plain, (byte) 'f');
        var one = seal(plain);
        assertThat(new String(one, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("ffff");
        assertThat(Arrays.copyOfRange(one, HEAD, HEAD + CHUNK))
                .isNotEqualTo(Arrays.copyOfRange(one, HEAD + SEALED_CHUNK, HEAD + SEALED_CHUNK + CHUNK));
    }

    @Test
    void aBitThatWasTurnedIsNoticedWhereverItLies() throws IOException {
        var length = 2 * CHUNK + 100;
        var lying = seal(plain(length));
        for (var at : new int[] {0, HEAD, HEAD + CHUNK, HEAD + SEALED_CHUNK + 5, lying.length - 1}) {
            var turned = lying.clone();
            turned[at] ^= 1;
            isRefused(turned, length, 0, length);
        }
    }

    @Test
    void theChunksBeforeAnAlteredOneAreGivenAndNothingOfIt() throws IOException {
        var length = 2 * CHUNK + 100;
        var plain = plain(length);
        var turned = seal(plain);
        turned[HEAD + SEALED_CHUNK + 5] ^= 1;
        assertThat(read(sealed, turned, length, 0, CHUNK)).isEqualTo(Arrays.copyOf(plain, CHUNK));
        isRefused(turned, length, 0, CHUNK + 1);
        assertThat(read(sealed, turned, length, 2 * CHUNK, 100))
                .isEqualTo(Arrays.copyOfRange(plain, 2 * CHUNK, length));
    }

    @Test
    void chunksThatChangePlacesAreNoticed() throws IOException {
        var length = 3 * CHUNK;
        var lying = seal(plain(length));
        var swapped = lying.clone();
        System.arraycopy(lying, HEAD, swapped, HEAD + SEALED_CHUNK, SEALED_CHUNK);
        System.arraycopy(lying, HEAD + SEALED_CHUNK, swapped, HEAD, SEALED_CHUNK);
        isRefused(swapped, length, 0, length);
    }

    @Test
    void whatWasCutOffOrAddedIsNoticedEvenAtTheEdgeOfAChunk() throws IOException {
        var length = 2 * CHUNK;
        var lying = seal(plain(length));
        isRefused(Arrays.copyOf(lying, HEAD + SEALED_CHUNK), length, 0, 1);
        isRefused(Arrays.copyOf(lying, lying.length + 1), length, 0, 1);
        // Somebody who could change what the row says as well: the chunk says itself that it is not the last.
        isRefused(Arrays.copyOf(lying, HEAD + SEALED_CHUNK), CHUNK, 0, CHUNK);
    }

    @Test
    void anotherRecordingsFileAndAnotherKeyDoNotFit() throws IOException {
        var plain = plain(100);
        var lying = seal(plain);
        var renamed = new SealedMedia(new RecordingId("rec-0002"), key);
        assertThatThrownBy(() -> read(renamed, lying, 100, 0, 100)).isInstanceOf(LivemeterException.class);
        var otherKey = new SealedMedia(ID, MediaKey.fresh(new SecureRandom()));
        assertThatThrownBy(() -> read(otherKey, lying, 100, 0, 100)).isInstanceOf(LivemeterException.class);
    }
}
