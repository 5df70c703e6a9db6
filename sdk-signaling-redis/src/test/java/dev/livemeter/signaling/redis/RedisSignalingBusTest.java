package dev.livemeter.signaling.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.SignalingBus;
import dev.livemeter.spi.SignalingBus.Member;
import dev.livemeter.testing.contract.SignalingBusContract;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bus over a real Redis keeps the rules. */
class RedisSignalingBusTest extends SignalingBusContract {

    private static OwnRedis redis;
    private final String name = UUID.randomUUID().toString();

    @BeforeAll
    static void startRedis() throws Exception {
        redis = OwnRedis.start();
    }

    @AfterAll
    static void stopRedis() throws Exception {
        redis.close();
    }

    @Override
    protected SignalingBus bus() {
        return RedisSignalingBus.named(name, redis.uri());
    }

    @Override
    protected void kill(Member member) {
        ((RedisMember) member).breakOff();
    }

    @Override
    protected void forgetEverything() throws Exception {
        redis.tell("FLUSHALL");
    }

    @Test
    void aRedisThatIsNotThereIsToldByItsAddressWithoutThePassword() {
        var nobody = RedisSignalingBus.at("redis://:secret@127.0.0.1:1");
        assertThatThrownBy(() -> nobody.join(null))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The Redis at 127.0.0.1:1 does not answer; see that it runs and that its address and"
                        + " password are right.");
    }

    @Test
    void anAddressThatCannotBeReadIsNotRepeated() {
        var sentence = "The address of a signaling bus cannot be read; expected one such as redis://host:6379, or"
                + " rediss:// for TLS.";
        assertThatThrownBy(() -> RedisSignalingBus.at("http://:secret@host")).hasMessage(sentence);
        assertThatThrownBy(() -> RedisSignalingBus.at("redis://:sec ret@host")).hasMessage(sentence);
        assertThatThrownBy(() -> RedisSignalingBus.named("a b", URI.create("redis://host")))
                .hasMessage("A signaling bus was given the name 'a b'; expected 1 to 64 letters, digits and hyphens.");
    }
}
