package dev.livemeter.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishRenamerTest {

    private static final String TICKET = "7-ticket";
    private static final PublishNames NAMES =
            new PublishNames("live2", "rtmp://platform.test/live2", "key-" + "k".repeat(2_000) + "?a=b");

    private static final ChunkReader.Limits ROOMY = new ChunkReader.Limits(1 << 28, 1 << 23, 1 << 23, "in a test");

    private final List<String> asked = new ArrayList<>();
    private final PublishRenamer renamer = new PublishRenamer(application -> {
        asked.add(application);
        return NAMES;
    });

    private static byte[] connect() {
        var about = new LinkedHashMap<String, String>();
        about.put("app", TICKET);
        about.put("flashVer", "LNX.11,1,102,55");
        about.put("tcUrl", "rtmp://127.0.0.1:1/" + TICKET);
        about.put("pageUrl", TICKET);
        return new AmfWriter().text("connect").number(1).members(about).toBytes();
    }

    private static byte[] renamedConnect() {
        var about = new LinkedHashMap<String, String>();
        about.put("app", NAMES.application());
        about.put("flashVer", "LNX.11,1,102,55");
        about.put("tcUrl", NAMES.tcUrl());
        about.put("pageUrl", TICKET);
        return new AmfWriter().text("connect").number(1).members(about).toBytes();
    }

    private static byte[] naming(String command, double number, String stream) {
        return new AmfWriter()
                .text(command)
                .number(number)
                .nothing()
                .text(stream)
                .toBytes();
    }

    private static byte[] publish(String stream) {
        return new AmfWriter()
                .text("publish")
                .number(5)
                .nothing()
                .text(stream)
                .text("live")
                .toBytes();
    }

    private static byte[] createStream() {
        return new AmfWriter().text("createStream").number(4).nothing().toBytes();
    }

    private static byte[] bytes(int length, Random random) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private byte[] pass(byte[] bytes) throws IOException {
        return renamer.pass(bytes, 0, bytes.length);
    }

    private static List<Message> read(byte[] wire) throws IOException {
        var reader = new ChunkReader(new ByteArrayInputStream(wire), ROOMY);
        var messages = new ArrayList<Message>();
        try {
            while (true) {
                messages.add(reader.next());
            }
        } catch (EOFException end) {
            return messages;
        }
    }

    /** As nginx sends it: a chunk size of its own first, then whole headers. */
    private static byte[] beginning() throws IOException {
        var wire = new ByteArrayOutputStream();
        var writer = new ChunkWriter(wire);
        writer.widen();
        writer.write(3, new Message(Message.COMMAND, 0, 0, connect()));
        writer.write(3, new Message(Message.COMMAND, 0, 0, naming("releaseStream", 2, TICKET)));
        writer.write(3, new Message(Message.COMMAND, 0, 0, naming("FCPublish", 3, TICKET)));
        writer.write(3, new Message(Message.COMMAND, 0, 0, createStream()));
        writer.write(5, new Message(Message.COMMAND, 1, 0, publish(TICKET)));
        return wire.toByteArray();
    }

    @Test
    void putsNamesIntoTheCommandsThatHaveOneAndPassesTheRestUnseen() throws Exception {
        var passed = new ByteArrayOutputStream();
        passed.writeBytes(pass(beginning()));
        assertThat(asked).containsExactly(TICKET);
        assertThat(renamer.isPublished()).isTrue();
        // The header of the lane that was published on is another one there, so nothing may lean on it.
        assertThat(renamer.isPlain()).isFalse();
        var description = new ByteArrayOutputStream();
        var writer = new ChunkWriter(description);
        writer.write(5, new Message(Message.DATA, 1, 0, new byte[100]));
        passed.writeBytes(pass(description.toByteArray()));
        assertThat(renamer.isPlain()).isTrue();
        var garbage = bytes(5_000, new Random(3));
        assertThat(pass(garbage)).isEqualTo(garbage);

        assertThat(read(passed.toByteArray()))
                .extracting(Message::body)
                .containsExactly(
                        ChunkWriter.four(4096),
                        renamedConnect(),
                        naming("releaseStream", 2, NAMES.stream()),
                        naming("FCPublish", 3, NAMES.stream()),
                        createStream(),
                        publish(NAMES.stream()),
                        new byte[100]);
    }

    @Test
    void nothingIsPassedOnBeforeItIsKnownWhereTo() throws Exception {
        var wire = beginning();
        var upTo = 16 + 12 + connect().length;
        for (var at = 0; at < upTo - 1; at++) {
            assertThat(renamer.pass(wire, at, 1)).isEmpty();
        }
        assertThat(asked).isEmpty();
        assertThat(renamer.pass(wire, upTo - 1, 1)).isNotEmpty();
        assertThat(asked).containsExactly(TICKET);
    }

    @Test
    void whoIsNotKnownIsLeft() {
        var strict = new PublishRenamer(application -> {
            throw new IOException("no ticket");
        });
        assertThatThrownBy(() -> strict.pass(beginning(), 0, beginning().length))
                .hasMessage("no ticket");
    }

    @Test
    void aHeaderThatLeansOnOneThatWasChangedIsWrittenOut() throws Exception {
        pass(beginning());
        var length = publish(TICKET).length;
        var first = new byte[length];
        Arrays.fill(first, (byte) 1);
        var second = new byte[length];
        Arrays.fill(second, (byte) 2);
        // On the lane of the publish, of the same length and type: first a new time alone, then not even that.
        var wire = new ByteArrayOutputStream();
        wire.writeBytes(hex("85 000028"));
        wire.writeBytes(first);
        wire.writeBytes(hex("c5"));
        wire.writeBytes(second);
        var passed = pass(wire.toByteArray());
        var expected = new ByteArrayOutputStream();
        expected.writeBytes(hex("45 000028"));
        expected.writeBytes(new byte[] {0, 0, (byte) length, Message.COMMAND});
        expected.writeBytes(first);
        expected.writeBytes(hex("c5"));
        expected.writeBytes(second);
        assertThat(passed).isEqualTo(expected.toByteArray());
        assertThat(renamer.isPlain()).isTrue();
    }

    /** Messages of all kinds by chunks of all sizes, interleaved, read in pieces of any length. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whateverTheChunksTheOtherSideReadsTheSameMessagesUnderOtherNames(int seed) throws Exception {
        var random = new Random(seed);
        var publisher = new RandomPublisher(random);
        publisher.run();
        var wire = publisher.wire.toByteArray();
        var passed = new ByteArrayOutputStream();
        var plainFrom = -1;
        for (var at = 0; at < wire.length; ) {
            var part = Math.min(1 + random.nextInt(random.nextInt(10) == 0 ? 3_000 : 40), wire.length - at);
            if (renamer.isPlain() && plainFrom < 0) {
                plainFrom = at;
            }
            var before = passed.size();
            passed.writeBytes(renamer.pass(wire, at, part));
            if (plainFrom >= 0) {
                assertThat(Arrays.copyOfRange(passed.toByteArray(), before, passed.size()))
                        .isEqualTo(Arrays.copyOfRange(wire, at, at + part));
            }
            at += part;
        }
        assertThat(plainFrom).isPositive();
        var sent = read(wire);
        var received = read(passed.toByteArray());
        assertThat(received).hasSameSizeAs(sent);
        for (var i = 0; i < sent.size(); i++) {
            var expected = sent.get(i);
            var actual = received.get(i);
            assertThat(actual.type()).isEqualTo(expected.type());
            assertThat(actual.stream()).isEqualTo(expected.stream());
            assertThat(actual.millis()).isEqualTo(expected.millis());
            assertThat(actual.body())
                    .isEqualTo(publisher.renamed.getOrDefault(Arrays.hashCode(expected.body()), expected.body()));
        }
        assertThat(publisher.leaning).isPositive();
    }

    /** An encoder that leans on earlier headers wherever it may. */
    private static final class RandomPublisher {

        final ByteArrayOutputStream wire = new ByteArrayOutputStream();
        final Map<Integer, byte[]> renamed = new HashMap<>();
        int leaning;
        private final Random random;
        private final Map<Integer, Known> known = new HashMap<>();
        private final List<Begun> begun = new ArrayList<>();
        private int chunkSize = 128;
        private long clock;

        private record Known(int type, int stream, int length, long time, long step, boolean longTime) {}

        private static final class Begun {
            final int lane;
            final byte[] body;
            int at;

            Begun(int lane, byte[] body) {
                this.lane = lane;
                this.body = body;
            }
        }

        RandomPublisher(Random random) {
            this.random = random;
        }

        void run() throws IOException {
            clock = random.nextBoolean() ? 0 : 0xFFFFF0;
            size(1 + random.nextInt(200));
            command(3, 0, connect(), renamedConnect());
            if (random.nextBoolean()) {
                size(1 + random.nextInt(5_000));
            }
            command(3, 0, naming("releaseStream", 2, TICKET), naming("releaseStream", 2, NAMES.stream()));
            message(2, Message.WINDOW_SIZE, 0, ChunkWriter.four(5_000_000));
            command(3, 0, naming("FCPublish", 3, TICKET), naming("FCPublish", 3, NAMES.stream()));
            command(3, 0, createStream(), createStream());
            // Some picture is on its way when it publishes.
            begin(400, Message.VIDEO, 1, bytes(1 + random.nextInt(600), random));
            var lane = random.nextBoolean() ? 5 : 70;
            begin(lane, Message.COMMAND, 1, publish(TICKET));
            renamed.put(Arrays.hashCode(publish(TICKET)), publish(NAMES.stream()));
            finish();
            var length = publish(TICKET).length;
            for (var round = 0; round < 60; round++) {
                var to = List.of(lane, 6, 7, 400).get(random.nextInt(4));
                if (begun.stream().anyMatch(one -> one.lane == to)) {
                    finish();
                }
                clock += random.nextInt(3) * 20L;
                switch (random.nextInt(6)) {
                    case 0 -> begin(to, Message.COMMAND, 1, bytes(length, random));
                    case 1 -> begin(to, Message.DATA, 1, bytes(length, random));
                    case 2 -> {
                        finish();
                        size(1 + random.nextInt(5_000));
                    }
                    default -> begin(to, Message.VIDEO, 1, bytes(random.nextInt(6_000), random));
                }
                if (begun.size() > 2 || random.nextBoolean()) {
                    finish();
                }
            }
            finish();
            // Whole headers, so that nothing is left that could lean on what was changed.
            for (var used : List.copyOf(known.keySet())) {
                known.remove(used);
                message(used, Message.DATA, 1, bytes(10, random));
            }
            for (var more = 0; more < 20; more++) {
                clock += 20;
                message(6, Message.VIDEO, 1, bytes(500, random));
            }
        }

        private void size(int bytes) throws IOException {
            message(2, Message.SET_CHUNK_SIZE, 0, ChunkWriter.four(bytes));
            chunkSize = bytes;
        }

        private void command(int lane, int stream, byte[] body, byte[] expected) throws IOException {
            renamed.put(Arrays.hashCode(body), expected);
            message(lane, Message.COMMAND, stream, body);
        }

        private void message(int lane, int type, int stream, byte[] body) throws IOException {
            begin(lane, type, stream, body);
            finish();
        }

        /** The rest of what was begun, by turns. */
        private void finish() {
            while (!begun.isEmpty()) {
                var one = begun.get(random.nextInt(begun.size()));
                var last = known.get(one.lane);
                if (one.at < one.body.length) {
                    basic(one.lane, 3);
                    if (last != null && last.longTime()) {
                        number(last.step() == 0 ? last.time() : last.step(), 4);
                    }
                    chunk(one);
                }
                if (one.at >= one.body.length) {
                    begun.remove(one);
                }
            }
        }

        private void chunk(Begun one) {
            var part = Math.min(chunkSize, one.body.length - one.at);
            wire.write(one.body, one.at, part);
            one.at += part;
        }

        private void begin(int lane, int type, int stream, byte[] body) {
            var last = known.get(lane);
            var format = format(last, type, stream, body.length);
            leaning += format > 1 ? 1 : 0;
            basic(lane, format);
            var told = format == 0 ? clock : clock - (last == null ? 0 : last.time());
            var longTime = format == 3 ? last != null && last.longTime() : told >= 0xFFFFFF;
            if (format < 3) {
                number(longTime ? 0xFFFFFF : told, 3);
            }
            if (format < 2) {
                number(body.length, 3);
                wire.write(type);
            }
            if (format == 0) {
                number(Integer.reverseBytes(stream), 4);
            }
            if (longTime) {
                number(told, 4);
            }
            var step = format == 0 ? 0 : format == 3 && last != null ? last.step() : told;
            known.put(lane, new Known(type, stream, body.length, clock, step, longTime));
            var one = new Begun(lane, body);
            chunk(one);
            begun.add(one);
        }

        private int format(@Nullable Known last, int type, int stream, int length) {
            if (last == null || last.stream() != stream || random.nextInt(8) == 0) {
                return 0;
            }
            if (last.type() != type || last.length() != length) {
                return random.nextInt(2);
            }
            return clock - last.time() == last.step() && random.nextBoolean() ? 3 : 2;
        }

        private void basic(int lane, int format) {
            if (lane < 64) {
                wire.write((format << 6) | lane);
            } else if (lane < 320) {
                wire.write(format << 6);
                wire.write(lane - 64);
            } else {
                wire.write((format << 6) | 1);
                wire.write((lane - 64) & 0xFF);
                wire.write((lane - 64) >> 8);
            }
        }

        private void number(long number, int bytes) {
            for (var shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
                wire.write((int) (number >> shift));
            }
        }
    }

    @Test
    void garbageIsRefusedAndNeverMoreThanAPublisherMaySend() throws Exception {
        for (var seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var one = new PublishRenamer(application -> NAMES);
            var good = beginning();
            var wire = bytes(PublishRenamer.MOST_BEFORE + 2, random);
            // Some begin well, so that it is the middle that is wrong.
            System.arraycopy(good, 0, wire, 0, seed % 3 == 0 ? random.nextInt(good.length - 60) : 0);
            assertThatThrownBy(() -> {
                        for (var at = 0; at < wire.length; at += 512) {
                            one.pass(wire, at, Math.min(512, wire.length - at));
                        }
                    })
                    .as("seed %s", seed)
                    .isInstanceOf(RtmpFault.class);
        }
    }

    @Test
    void aBitThatIsWrongDoesNoHarm() throws Exception {
        var good = beginning();
        for (var at = 0; at < good.length * 8; at++) {
            var wire = good.clone();
            wire[at / 8] ^= (byte) (1 << (at % 8));
            try {
                new PublishRenamer(application -> NAMES).pass(wire, 0, wire.length);
            } catch (RtmpFault expected) {
                assertThat(expected.getMessage()).endsWith(".").doesNotContain("kkk");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "03 000000 ffffff 14 00000000 | The publisher announces a message of 16777215 bytes before it publishes, which none does.",
                "02 000000 000005 01 00000000 | The publisher sends a message about its chunks of 5 bytes; it has 4.",
                "02 000000 000004 01 00000000 00000000 | The publisher sets a chunk size that there is not.",
                "02 000000 000004 01 00000000 ffffffff | The publisher sets a chunk size that there is not.",
                "02 000000 000004 02 00000000 00000003 | The publisher breaks a message off, which none does.",
                "83 000000 | The publisher goes on with a message that it never began.",
                "03 000000 000100 14 00000000 *128 03 000000 000100 14 00000000"
                        + " | The publisher begins a message within another one on the same chunk stream.",
                "03 000000 00000c 14 00000000 020009 637265617465537472"
                        + " | The publisher says something else before it connects.",
            })
    void whatNoPublisherSendsIsRefused(String wireAndSentence) {
        var parts = wireAndSentence.split(" \\| ", 2);
        var wire = hex(parts[0].replace("*128", "00".repeat(128)));
        assertThatThrownBy(() -> pass(wire)).isInstanceOf(RtmpFault.class).hasMessage(parts[1]);
    }

    @Test
    void whoNeverPublishesMaySayLittle() throws Exception {
        var wire = new ByteArrayOutputStream();
        var writer = new ChunkWriter(wire);
        writer.write(3, new Message(Message.COMMAND, 0, 0, connect()));
        pass(wire.toByteArray());
        wire.reset();
        writer.write(3, new Message(Message.COMMAND, 0, 0, createStream()));
        assertThatThrownBy(() -> {
                    for (var i = 0; i < 5_000; i++) {
                        pass(wire.toByteArray());
                    }
                })
                .hasMessage("The publisher sends more than 65536 bytes before it publishes, which none does.");
    }

    @Test
    void whoConnectsTwiceIsRefused() throws Exception {
        var wire = new ByteArrayOutputStream();
        new ChunkWriter(wire).write(3, new Message(Message.COMMAND, 0, 0, connect()));
        pass(wire.toByteArray());
        assertThatThrownBy(() -> pass(wire.toByteArray())).hasMessage("The publisher connects twice.");
    }

    @Test
    void namesAreBoundedAndPrintNothing() {
        assertThat(NAMES.toString() + renamer).doesNotContain("key").doesNotContain("live2");
        assertThatThrownBy(() -> new PublishNames("a", "b", "k".repeat(65_536)))
                .hasMessage("A name to publish by has 65536 bytes; a command holds texts of 65535 at most.");
        assertThat(new PublishNames("a", "b", "k".repeat(65_535)).stream()).hasSize(65_535);
    }
}
