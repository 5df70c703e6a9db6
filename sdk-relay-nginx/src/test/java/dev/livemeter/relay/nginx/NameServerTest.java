package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NameServerTest {

    private static final int A = 1;
    private static final int AAAA = 28;

    private static byte[] question(int id, String name, int type) {
        var packet = ByteBuffer.allocate(300);
        packet.putShort((short) id)
                .putShort((short) 0x0100)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0);
        Stream.of(name.split("\\.", -1))
                .forEach(label -> packet.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII)));
        packet.put((byte) 0).putShort((short) type).putShort((short) 1);
        return java.util.Arrays.copyOf(packet.array(), packet.position());
    }

    private static ByteBuffer asked(byte[] question, String... addresses) {
        return ByteBuffer.wrap(NameServer.answer(
                ByteBuffer.wrap(question),
                name -> name.equals("platform.test")
                        ? Stream.of(addresses).map(IpLiteral::address).toList()
                        : List.of()));
    }

    @Test
    void answersWithTheAddressesOfTheFamilyThatWasAskedFor() throws Exception {
        var question = question(0xbeef, "Platform.TEST", A);
        var answer = asked(question, "1.1.1.1", "2606:4700::1", "1.0.0.1");
        assertThat(answer.getShort(0)).isEqualTo((short) 0xbeef);
        assertThat(answer.getShort(2)).isEqualTo((short) 0x8180);
        assertThat(answer.getShort(6)).isEqualTo((short) 2);
        var bytes = new byte[4];
        answer.get(question.length + 12, bytes);
        assertThat(InetAddress.getByAddress(bytes)).isEqualTo(IpLiteral.address("1.1.1.1"));
        assertThat(answer.capacity()).isEqualTo(question.length + 2 * 16);
        assertThat(asked(question(1, "platform.test", AAAA), "1.1.1.1", "2606:4700::1")
                        .getShort(6))
                .isEqualTo((short) 1);
    }

    @Test
    void aForbiddenOrUnknownNameDoesNotExist() {
        assertThat(asked(question(1, "elsewhere.test", A), "1.1.1.1").getShort(2))
                .isEqualTo((short) 0x8183);
    }

    @Test
    void aNameWithoutAnAddressOfThatFamilyExistsAllTheSame() {
        var answer = asked(question(1, "platform.test", AAAA), "1.1.1.1");
        assertThat(answer.getShort(2)).isEqualTo((short) 0x8180);
        assertThat(answer.getShort(6)).isZero();
    }

    @Test
    void otherQuestionsAreNotAnswered() {
        assertThat(asked(question(1, "platform.test", 16), "1.1.1.1").getShort(2))
                .isEqualTo((short) 0x8182);
    }

    @Test
    void staysWithinAPacketHoweverManyAddressesThereAre() {
        var many = IntStream.range(1, 60).mapToObj(last -> "1.1.1." + last).toArray(String[]::new);
        assertThat(asked(question(1, "platform.test", A), many).capacity()).isLessThanOrEqualTo(512);
    }

    @Test
    void noiseIsNotAnsweredAndDoesNoHarm() {
        var random = new Random(20261121);
        for (var round = 0; round < 2000; round++) {
            var noise = new byte[random.nextInt(80)];
            random.nextBytes(noise);
            assertThat(NameServer.answer(ByteBuffer.wrap(noise), name -> List.of()).length)
                    .isLessThanOrEqualTo(noise.length);
        }
        var response = question(1, "platform.test", A);
        response[2] = (byte) 0x81;
        assertThat(NameServer.answer(ByteBuffer.wrap(response), name -> List.of()))
                .isEmpty();
    }
}
