package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonPiecesTest {

    private static final List<String> OBJECTS = List.of(
            "{}",
            "{\"a\":[1,{\"b\":\"}\"}]}",
            "{\"text\":\"a quote \\\" a brace { a backslash \\\\\"}",
            "{\"\\\\\":\"\\\\\\\"}{\",\"\u00e9\":\"\ud83d\ude00\"}");

    private static List<String> cut(JsonPieces pieces, byte[] bytes, int from, int to) throws JsonPieces.Malformed {
        return pieces.add(ByteBuffer.wrap(bytes, from, to - from)).stream()
                .map(piece -> new String(piece, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void findsObjectsHoweverTheyAreCut() throws Exception {
        var random = new Random(20261122);
        for (var separator : List.of(",", ",\r\n", "\n", "")) {
            var stream = ("[" + String.join(separator, OBJECTS)).getBytes(StandardCharsets.UTF_8);
            for (var round = 0; round < 200; round++) {
                var pieces = new JsonPieces(1_000);
                var found = new ArrayList<String>();
                for (var from = 0; from < stream.length; ) {
                    var to = Math.min(stream.length, from + 1 + random.nextInt(9));
                    found.addAll(cut(pieces, stream, from, to));
                    from = to;
                }
                assertThat(found).isEqualTo(OBJECTS);
            }
        }
    }

    @Test
    void tellsAnObjectAsSoonAsItIsWhole() throws Exception {
        var bytes = "[{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        var pieces = new JsonPieces(1_000);
        assertThat(cut(pieces, bytes, 0, bytes.length - 1)).isEmpty();
        assertThat(cut(pieces, bytes, bytes.length - 1, bytes.length)).containsExactly("{\"a\":1}");
    }

    @Test
    void readsNothingElseAndNothingWithoutEnd() {
        var page = "<html>".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> cut(new JsonPieces(1_000), page, 0, page.length))
                .hasMessage("There is something else than objects in the stream.");
        var endless = ("{\"a\":\"" + "x".repeat(2_000)).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> cut(new JsonPieces(1_000), endless, 0, endless.length))
                .hasMessage("An object of the stream has more than 1000 bytes.");
    }
}
