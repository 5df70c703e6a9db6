package dev.livemeter.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner takes what a parser of JSON takes, and reads it in the same way. */
class MessageScannerTest {

    private static final int ROUNDS = 20_000;

    private static final String[] SEEDS = {
        "{\"type\":\"OFFER\",\"dst\":\"bob\",\"payload\":{\"sdp\":{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- 46 2 IN\"},\"n\":[1,-2.5e+3,0,true,false,null]}}",
        "{\"type\":\"ANSWER\",\"dst\":\"a b\",\"payload\":\"\\u00e9\\ud83d\\ude00\u00e9\ud83d\ude00\"}",
        " { \"payload\" : [ ] , \"dst\" : \"x\" , \"type\" : \"CANDIDATE\" , \"type\":\"LEAVE\" } ",
        "{\"t\\u0079pe\":\"E\\u0058PIRE\",\"dst\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"payload\":{\"payload\":{\"a\":[[],{}]}}}",
        "{\"type\":\"HEARTBEAT\"}",
        "[{\"type\":1}]",
        "null"
    };

    private static final byte[] ALPHABET =
            "{}[]\",:\\ \t\n\r0123456789.eE+-truefalsnull/bu\u0000\u001f\u007f".getBytes(StandardCharsets.US_ASCII);

    @Test
    void whatIsMangledIsTakenExactlyWhereAParserTakesIt() {
        var random = new Random(20_261_121);
        var taken = 0;
        for (var round = 0; round < ROUNDS; round++) {
            var bytes = mangled(random);
            var scanned = scan(bytes);
            var parsed = parse(bytes);
            assertThat(scanned != null)
                    .as(() -> new String(bytes, StandardCharsets.ISO_8859_1))
                    .isEqualTo(parsed.isPresent());
            if (scanned != null && parsed.isPresent()) {
                taken++;
                requireSame(scanned, bytes, parsed.get());
            }
        }
        // Were all of it broken, nothing would be compared.
        assertThat(taken).isGreaterThan(ROUNDS / 20).isLessThan(ROUNDS);
    }

    private static byte[] mangled(Random random) {
        var bytes = SEEDS[random.nextInt(SEEDS.length)].getBytes(StandardCharsets.UTF_8);
        for (var edits = random.nextInt(4); edits > 0 && bytes.length > 1; edits--) {
            var at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = ALPHABET[random.nextInt(ALPHABET.length)];
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = spliced(bytes, at, new byte[] {ALPHABET[random.nextInt(ALPHABET.length)]}, at);
                default -> bytes = spliced(bytes, at, new byte[0], Math.min(bytes.length, at + 1 + random.nextInt(4)));
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, byte[] middle, int to) {
        return ByteBuffer.allocate(from + middle.length + bytes.length - to)
                .put(bytes, 0, from)
                .put(middle)
                .put(bytes, to, bytes.length - to)
                .array();
    }

    private static Optional<JsonObject> parse(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            // Parsson's reader does not look behind the value, its parser does.
            try (var all = Json.createParser(new StringReader(text.toString()))) {
                while (all.hasNext()) {
                    all.next();
                }
            }
            try (var reader = Json.createReader(new StringReader(text.toString()))) {
                return reader.readValue() instanceof JsonObject object ? Optional.of(object) : Optional.empty();
            }
        } catch (CharacterCodingException | JsonException broken) {
            return Optional.empty();
        }
    }

    private static void requireSame(MessageScanner scanned, byte[] bytes, JsonObject parsed) {
        var type = parsed.get("type") instanceof JsonString text ? text.getString() : "";
        assertThat(scanned.type().name())
                .isEqualTo(Arrays.stream(MessageType.values())
                        .map(Enum::name)
                        .filter(name -> name.equals(type) && !name.equals("OTHER"))
                        .findFirst()
                        .orElse("OTHER"));
        assertThat(scanned.receiver()).isEqualTo(parsed.get("dst") instanceof JsonString text ? text.getString() : "");
        assertThat(scanned.payloadFrom() >= 0).isEqualTo(parsed.containsKey("payload"));
        if (scanned.payloadFrom() >= 0) {
            var span = new String(
                    bytes, scanned.payloadFrom(), scanned.payloadTo() - scanned.payloadFrom(), StandardCharsets.UTF_8);
            try (var reader = Json.createReader(new StringReader(span))) {
                assertThat(reader.readValue()).isEqualTo(parsed.get("payload"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}x",
                "{}{}",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":tru}",
                "{\"a\":nulll}",
                "{\"a\":[1,]}",
                "{\"a\":[1 2]}",
                "{\"a\":[}",
                "{\"a\":{]}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\",
                "{\"a\":\"\\u12",
                "\ufeff{}",
                "[]",
                "\"text\"",
                "1"
            })
    void whatIsNoObjectOfJsonIsNotTaken(String text) {
        assertThat(scan(text.getBytes(StandardCharsets.UTF_8))).isNull();
    }

    @Test
    void textThatIsNotUnicodeIsNotTaken() {
        for (var bad : new int[][] {
            {0x80},
            {0xc0, 0x80},
            {0xc1, 0xbf},
            {0xc3},
            {0xe0, 0x80, 0x80},
            {0xed, 0xa0, 0x80},
            {0xe2, 0x82},
            {0xf0, 0x80, 0x80, 0x80},
            {0xf4, 0x90, 0x80, 0x80},
            {0xf5, 0x80, 0x80, 0x80},
            {0xff}
        }) {
            var bytes = "{\"payload\":\"?\"}".getBytes(StandardCharsets.US_ASCII);
            var inserted = new byte[bad.length];
            for (var i = 0; i < bad.length; i++) {
                inserted[i] = (byte) bad[i];
            }
            assertThat(scan(spliced(bytes, 12, inserted, 13)))
                    .as(Arrays.toString(bad))
                    .isNull();
        }
    }

    @Test
    void depthIsLimited() {
        assertThat(scan(nested(MessageScanner.DEEPEST))).isNotNull();
        assertThat(scan(nested(MessageScanner.DEEPEST + 1))).isNull();
        assertThat(scan(nested(20_000))).isNull();
    }

    private static byte[] nested(int depth) {
        var opening = new StringBuilder("{\"payload\":");
        var closing = new StringBuilder();
        for (var i = 0; i < depth; i++) {
            opening.append(i % 3 == 0 ? "{\"a\":" : "[");
            closing.insert(0, i % 3 == 0 ? '}' : ']');
        }
        return opening.append("1").append(closing).append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void onlyItsOwnPartOfTheBufferIsRead() {
        var bytes = "xx{\"type\":\"OFFER\",\"dst\":\"b\"}}}".getBytes(StandardCharsets.US_ASCII);
        var scanned = MessageScanner.scan(bytes, 2, bytes.length - 4);
        assertThat(scanned).isNotNull();
        assertThat(MessageScanner.scan(bytes, 2, bytes.length - 5)).isNull();
    }

    private static @Nullable MessageScanner scan(byte[] bytes) {
        return MessageScanner.scan(bytes, 0, bytes.length);
    }
}
