package dev.livemeter.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkReaderTest {

    @Test
    void readsWhatTheWriterWrites() throws Exception {
        var random = new Random(7);
        var wire = new ByteArrayOutputStream();
        var writer = new ChunkWriter(wire);
        var small = new byte[300];
        var large = new byte[20_000];
        random.nextBytes(small);
        random.nextBytes(large);
        writer.write(3, new Message(Message.COMMAND, 0, 0, small));
        writer.widen();
        writer.write(6, new Message(Message.VIDEO, 1, 40, large));
        writer.write(6, new Message(Message.VIDEO, 1, 80, new byte[0]));
        var reader = new ChunkReader(new ByteArrayInputStream(wire.toByteArray()));
        assertThat(reader.next().body()).isEqualTo(small);
        assertThat(reader.next().type()).isEqualTo(Message.SET_CHUNK_SIZE);
        var picture = reader.next();
        assertThat(picture.body()).isEqualTo(large);
        assertThat(picture.millis()).isEqualTo(40);
        assertThat(picture.stream()).isEqualTo(1);
        assertThat(reader.next().body()).isEmpty();
        assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
        assertThat(reader.bytesRead()).isGreaterThan(20_300);
    }

    @Test
    void putsMessagesThatAreInterleavedTogether() throws Exception {
        // Chunks of 4 bytes: a message of 6 on lane 3, one of 2 on lane 4 in between, then another on lane 3 of the
        // same header.
        var reader = reader("02 000000 000004 01 00000000 00000004"
                + "03 000000 000006 14 00000000 01020304"
                + "04 000000 000002 12 00000000 0a0b"
                + "c3 0506"
                + "83 000005 07080910 c3 1112");
        assertThat(reader.next().type()).isEqualTo(Message.SET_CHUNK_SIZE);
        assertThat(reader.next().body()).containsExactly(0x0a, 0x0b);
        assertThat(reader.next().body()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(reader.next().body()).containsExactly(7, 8, 9, 0x10, 0x11, 0x12);
    }

    @Test
    void anAbortedMessageIsForgotten() throws Exception {
        var reader = reader("02 000000 000004 01 00000000 00000004"
                + "03 000000 000006 14 00000000 01020304"
                + "02 000000 000004 02 00000000 00000003"
                + "83 000000 05060708 c3 090a");
        reader.next();
        assertThat(reader.next().type()).isEqualTo(Message.ABORT);
        assertThat(reader.next().body()).containsExactly(5, 6, 7, 8, 9, 10);
    }

    @Test
    void aMessageThatIsMadeShorterThanWhatCameOfItIsRefused() throws Exception {
        // Chunks of 4 bytes: of a message of 6 come 4, then a new header says that it has 3.
        var reader = reader("02 000000 000004 01 00000000 00000004"
                + "03 000000 000006 14 00000000 01020304"
                + "43 000000 000003 14 010203");
        reader.next();
        assertThatThrownBy(reader::next)
                .isInstanceOf(RtmpFault.class)
                .hasMessage("The other side makes a message shorter than what it has sent of it already"
                        + " (3 bytes, and 4 came); it may not speak RTMP.");
    }

    @Test
    void longIdsAndLongTimesAreKnown() throws Exception {
        assertThat(reader("00 05 ffffff 000001 14 00000000 01000000 aa").next().millis())
                .isEqualTo(0x01000000);
        assertThat(reader("01 0501 000000 000001 14 00000000 aa").next().body()).containsExactly(0xaa);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "03 000000 ffffff 14 00000000", // a message of 16 MiB
                "c3 00", // goes on with nothing
                "02 000000 000004 01 00000000 00000000", // chunks of nothing
                "02 000000 000004 01 00000000 80000000",
                "02 000000 000002 01 00000000 0001"
            })
    void nonsenseIsRefused(String wire) {
        assertThatThrownBy(() -> reader(wire).next())
                .isInstanceOf(RtmpFault.class)
                .message()
                .endsWith(".");
    }

    @Test
    void aServerCannotOpenLanesWithoutEnd() {
        var wire = new StringBuilder();
        for (var i = 0; i < 70; i++) {
            wire.append("00%02x 000000 000002 14 00000000 0000".formatted(i));
        }
        var reader = reader(wire.toString());
        assertThatThrownBy(() -> {
                    for (var i = 0; i < 70; i++) {
                        reader.next();
                    }
                })
                .isInstanceOf(RtmpFault.class)
                .hasMessage(
                        "The server opens more than 64 chunk streams before anything was published, which no RTMP server does.");
    }

    @Test
    void aTimeGoesOnByWhatLaterHeadersAdd() throws Exception {
        // a whole header at 1000 ms; 40 ms later; the same again, once with a header of one byte
        var reader = reader("06 0003e8 000001 09 01000000 aa" + "46 000028 000001 09 bb" + "86 000028 cc" + "c6 dd"
                + "06 ffffff 000001 09 01000000 fffffff0 ee" + "86 000020 ff");
        for (var expected : new int[] {1000, 1040, 1080, 1120, 0xFFFFFFF0, 0x10}) {
            assertThat(reader.next().millis()).isEqualTo(expected);
        }
    }

    @Test
    void whoWatchesKeepsTheBeginningsOfPicturesAlone() throws Exception {
        var wire = new ByteArrayOutputStream();
        var writer = new ChunkWriter(wire);
        writer.widen();
        writer.write(6, new Message(Message.VIDEO, 1, 40, new byte[1_000_000]));
        writer.write(6, new Message(Message.DATA, 1, 40, new byte[60_000]));
        var reader = new ChunkReader(new ByteArrayInputStream(wire.toByteArray()), ChunkReader.Limits.WATCHING);
        reader.next();
        var picture = reader.next();
        assertThat(picture.body()).hasSize(512);
        assertThat(picture.length()).isEqualTo(1_000_000);
        assertThat(reader.next().body()).hasSize(60_000);
    }

    @Test
    void whoWantsAPictureWholeKeepsMoreFromTheNextMessageOn() throws Exception {
        var wire = new ByteArrayOutputStream();
        var writer = new ChunkWriter(wire);
        for (var bytes : new int[] {1_000, 1_000, 9_000_000 - (1 << 20), 1_000}) {
            writer.write(6, new Message(Message.VIDEO, 1, 40, new byte[bytes]));
        }
        var reader = new ChunkReader(new ByteArrayInputStream(wire.toByteArray()), ChunkReader.Limits.WATCHING);
        assertThat(reader.next().body()).hasSize(512);
        reader.keep(2_000_000);
        assertThat(reader.next().body()).hasSize(1_000);
        var large = reader.next();
        assertThat(large.body()).hasSize(2_000_000);
        assertThat(large.length()).isEqualTo(9_000_000 - (1 << 20));
        reader.keep(512);
        assertThat(reader.next().body()).hasSize(512);
    }

    @ParameterizedTest
    @ValueSource(strings = {"06 000000 800001 09 01000000", "06 000000 010001 12 01000000"})
    void whoWatchesTakesNothingThatIsTooLong(String wire) {
        var bytes = HexFormat.of().parseHex(wire.replace(" ", ""));
        assertThatThrownBy(() -> new ChunkReader(new ByteArrayInputStream(bytes), ChunkReader.Limits.WATCHING).next())
                .isInstanceOf(RtmpFault.class)
                .hasMessageMatching("The server announces a message of [0-9]+ bytes while a stream is watched for some"
                        + " seconds, which no RTMP server does\\.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00020000", "00FFFFFF", "7FFFFFFF"})
    void aMessageThatIsLongerThan64KibibytesComesInOneChunkWhereThatSizeWasSet(String size) throws Exception {
        var wire = new ByteArrayOutputStream();
        wire.writeBytes(bytes("02 000000 000004 01 00000000" + size));
        wire.writeBytes(bytes("04 000000 0186A0 09 01000000 17"));
        wire.write(new byte[99_999]);
        wire.writeBytes(bytes("03 000000 000002 14 00000000 CAFE"));
        var reader = new ChunkReader(new ByteArrayInputStream(wire.toByteArray()), ChunkReader.Limits.WATCHING);
        assertThat(reader.next().type()).isEqualTo(Message.SET_CHUNK_SIZE);
        var picture = reader.next();
        assertThat(picture.type()).isEqualTo(Message.VIDEO);
        assertThat(picture.body()).hasSize(512).startsWith(0x17);
        assertThat(reader.next().body()).isEqualTo(bytes("CAFE"));
    }

    @Test
    void aServerCannotSendWithoutEnd() {
        var wire = new byte[3 << 20];
        for (var at = 0; at + 12 + 100 < wire.length; at += 112) {
            wire[at] = 3;
            wire[at + 6] = 100;
            wire[at + 7] = Message.DATA;
        }
        var reader = new ChunkReader(new ByteArrayInputStream(wire));
        assertThatThrownBy(() -> {
                    while (true) {
                        reader.next();
                    }
                })
                .isInstanceOf(RtmpFault.class)
                .hasMessageContaining("1048576 bytes");
    }

    @Test
    void anyBytesAreReadOrRefused() {
        var random = new Random(20_261_122);
        for (var round = 0; round < 5000; round++) {
            var wire = new byte[random.nextInt(400)];
            random.nextBytes(wire);
            var reader = new ChunkReader(new ByteArrayInputStream(wire));
            try {
                while (true) {
                    reader.next();
                }
            } catch (IOException end) {
                assertThat(end).isInstanceOfAny(RtmpFault.class, EOFException.class);
            }
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static ChunkReader reader(String wire) {
        return new ChunkReader(new ByteArrayInputStream(HexFormat.of().parseHex(wire.replace(" ", ""))));
    }
}
