package dev.livemeter.http.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RFC 6455 as clients write it, and as they must not. */
class FrameParserTest {

    private static final int MOST = 100_000;

    private final Heard heard = new Heard();
    private final FrameParser parser = new FrameParser(MOST);

    @Test
    void messagesAreTheSameHoweverTheBytesAreCut() {
        var random = new Random(6455);
        for (var round = 0; round < 300; round++) {
            var stream = new ByteArrayOutputStream();
            var expected = new ArrayList<String>();
            for (var i = 0; i < 8; i++) {
                var text = text(random, sizes()[random.nextInt(sizes().length)]);
                expected.add(text);
                if (random.nextBoolean()) {
                    stream.writeBytes(frame(0x81, text, random.nextInt()));
                } else {
                    // in pieces, with a ping between them
                    var cut = random.nextInt(text.length() + 1);
                    stream.writeBytes(frame(0x01, text.substring(0, cut), random.nextInt()));
                    stream.writeBytes(frame(0x89, "ping", random.nextInt()));
                    stream.writeBytes(frame(0x80, text.substring(cut), random.nextInt()));
                }
            }
            var read = read(stream.toByteArray(), random);
            assertThat(read.messages).isEqualTo(expected);
            assertThat(read.violations).isEmpty();
        }
    }

    private static int[] sizes() {
        return new int[] {0, 1, 7, 125, 126, 127, 300, 65_535, 65_536, 70_000};
    }

    /** Reads as a socket does: into a shared buffer, what is left over kept in between. */
    private static Heard read(byte[] all, Random random) {
        var heard = new Heard();
        var parser = new FrameParser(MOST);
        var buffer = new byte[8_192];
        var at = 0;
        while (at < all.length) {
            var kept = parser.kept();
            var isLarge = kept > buffer.length / 2;
            if (!isLarge) {
                parser.putKept(buffer);
            }
            var from = isLarge ? 0 : kept;
            var size = Math.min(1 + random.nextInt(buffer.length - from), all.length - at);
            System.arraycopy(all, at, buffer, from, size);
            at += size;
            if (isLarge) {
                parser.keep(buffer, 0, size);
                parser.parseKept(heard);
            } else {
                parser.parse(buffer, 0, from + size, heard);
            }
        }
        return heard;
    }

    private static String text(Random random, int size) {
        var text = new StringBuilder(size);
        for (var i = 0; i < size; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    @Test
    void whatBreaksTheProtocolIsAViolation() {
        violation(1002, 0xc1, 0x80, 0, 0, 0, 0); // a reserved bit
        violation(1002, 0x81, 0x00); // not masked
        violation(1002, 0x83, 0x80, 0, 0, 0, 0); // an opcode that nobody knows
        violation(1002, 0x8b, 0x80, 0, 0, 0, 0);
        violation(1002, 0x80, 0x80, 0, 0, 0, 0); // the end of nothing
        violation(1002, 0x09, 0x80, 0, 0, 0, 0); // half a ping
        violation(1002, 0x89, 0xfe, 0, 126); // a ping that is too long
        violation(1002, 0x88, 0x81, 0, 0, 0, 0, 3); // half a code
        violation(1002, 0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0); // a message within a message
    }

    @Test
    void whatIsTooLargeIsAViolationBeforeItComes() {
        violation(1009, 0x82, 0xff, 0, 0, 0, 0, 0, 1, 0x86, 0xa1, 0, 0, 0, 0);
        violation(1009, 0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
        var pieces = new Heard();
        var parser = new FrameParser(MOST);
        var half = frame(0x01, "x".repeat(60_000), 1);
        assertThat(parser.parse(half, 0, half.length, pieces)).isTrue();
        var rest = frame(0x80, "x".repeat(60_000), 1);
        assertThat(parser.parse(rest, 0, rest.length, pieces)).isFalse();
        assertThat(pieces.violations).containsExactly(1009);
    }

    @Test
    void whoAnnouncesMuchAndSendsLittleGetsLittleMemory() {
        var start = Arrays.copyOf(frame(0x81, "x".repeat(90_000), 1), 20);
        assertThat(parser.parse(start, 0, start.length, heard)).isTrue();
        assertThat(parser.kept()).isEqualTo(20);
    }

    @Test
    void nothingIsReadBehindAClose() {
        var both = new ByteArrayOutputStream();
        both.writeBytes(frame(0x88, "", 1));
        both.writeBytes(frame(0x81, "late", 1));
        assertThat(parser.parse(both.toByteArray(), 0, both.size(), heard)).isFalse();
        assertThat(heard.controls).containsExactly(8);
        assertThat(heard.messages).isEmpty();
    }

    private static void violation(int code, int... bytes) {
        var heard = new Heard();
        var all = new byte[bytes.length];
        for (var i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        assertThat(new FrameParser(MOST).parse(all, 0, all.length, heard))
                .as(Arrays.toString(bytes))
                .isFalse();
        assertThat(heard.violations).containsExactly(code);
    }

    private static byte[] frame(int first, String text, int mask) {
        var payload = text.getBytes(StandardCharsets.US_ASCII);
        var key = ByteBuffer.allocate(4).putInt(mask).array();
        var frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) 0xfe).putShort((short) payload.length);
        } else {
            frame.put((byte) 0xff).putLong(payload.length);
        }
        frame.put(key);
        for (var i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ key[i % 4]));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static final class Heard implements FrameParser.Sink {

        private final List<String> messages = new ArrayList<>();
        private final List<Integer> controls = new ArrayList<>();
        private final List<Integer> violations = new ArrayList<>();

        @Override
        public void message(byte[] buffer, int offset, int length) {
            messages.add(new String(buffer, offset, length, StandardCharsets.US_ASCII));
        }

        @Override
        public void control(int opcode, byte[] payload) {
            controls.add(opcode);
        }

        @Override
        public void violation(int code, String sentence) {
            violations.add(code);
        }
    }
}
