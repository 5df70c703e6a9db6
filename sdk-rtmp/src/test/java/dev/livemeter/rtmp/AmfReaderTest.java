package dev.livemeter.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AmfReaderTest {

    @Test
    void readsWhatTheWriterWrites() throws Exception {
        var members = new LinkedHashMap<String, String>();
        members.put("app", "live");
        members.put("tcUrl", "rtmp://host/live");
        var bytes = new AmfWriter()
                .text("connect")
                .number(1)
                .members(members)
                .nothing()
                .toBytes();
        assertThat(AmfReader.read(bytes))
                .containsExactly(
                        new Amf.Text("connect"),
                        new Amf.Numeric(1),
                        new Amf.Members(Map.of("app", new Amf.Text("live"), "tcUrl", new Amf.Text("rtmp://host/live"))),
                        new Amf.Nothing());
    }

    @Test
    void readsWhatServersSendBesides() throws Exception {
        // true; an array by names {a: 1}; a list of one null; a date; a long text
        var bytes = hex("0101"
                + "08 00000001 0001 61 00 3ff0000000000000 0000 09"
                + "0a 00000001 05"
                + "0b 0000000000000000 0000"
                + "0c 00000002 6869");
        assertThat(AmfReader.read(bytes))
                .containsExactly(
                        new Amf.Truth(true),
                        new Amf.Members(Map.of("a", new Amf.Numeric(1))),
                        new Amf.Nothing(),
                        new Amf.Nothing(),
                        new Amf.Text("hi"));
    }

    @Test
    void objectsInObjectsEndSomewhere() {
        var deep = new ByteArrayOutputStream();
        for (var i = 0; i < 100_000; i++) {
            deep.writeBytes(new byte[] {3, 0, 1, 'a'});
        }
        refused(deep.toByteArray());
    }

    @Test
    void listsThatOnlyPretendToBeLongAreNotReserved() {
        refused(hex("0a 7fffffff"));
        refused(hex("0c 7fffffff"));
        refused(hex("02 ffff 61"));
    }

    @Test
    void aSwarmOfValuesIsRefused() {
        refused(new byte[100_000]);
        var nulls = new byte[2000];
        java.util.Arrays.fill(nulls, (byte) 5);
        refused(nulls);
    }

    @Test
    void anythingElseIsReadOrRefusedInASentence() {
        var random = new Random(20_261_122);
        for (var round = 0; round < 20_000; round++) {
            var bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            for (var i = 0; i < bytes.length; i++) {
                // Mostly marks that there are, so that more than the first byte is read.
                bytes[i] = random.nextInt(3) == 0 ? bytes[i] : (byte) random.nextInt(13);
            }
            try {
                AmfReader.read(bytes);
            } catch (RtmpFault fault) {
                assertThat(fault).hasMessageEndingWith(".");
            } catch (RuntimeException unexpected) {
                throw new AssertionError("round " + round, unexpected);
            }
        }
    }

    private static void refused(byte[] bytes) {
        assertThatThrownBy(() -> AmfReader.read(bytes))
                .isInstanceOf(RtmpFault.class)
                .hasMessage("The server sent a command that is not well-formed; it may be no RTMP server.");
    }

    private static byte[] hex(String text) {
        return java.util.HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void textIsUtf8() throws Exception {
        assertThat(AmfReader.read(new AmfWriter().text("Grüße").toBytes())).containsExactly(new Amf.Text("Grüße"));
        assertThat("Grüße".getBytes(StandardCharsets.UTF_8)).hasSize(7);
    }
}
