package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IncomingTest {

    private final Incoming incoming = new Incoming();

    @Test
    void isSilentOnceNothingCameForThreeSeconds() {
        incoming.counted(100, at(0));
        incoming.counted(100, at(2));
        assertThat(incoming.silent(at(2))).isEmpty();
        incoming.counted(100, at(3));
        assertThat(incoming.silent(at(4))).hasValue(Duration.ofSeconds(4));
        incoming.counted(101, at(5));
        assertThat(incoming.silent(at(5))).isEmpty();
    }

    @Test
    void isNotSaidToBeSilentWhereNobodyLooked() {
        assertThat(incoming.silent(at(9))).isEmpty();
        incoming.counted(100, at(0));
        incoming.counted(100, at(3));
        assertThat(incoming.silent(at(8))).isEmpty();
    }

    @Test
    void atTheEndAnOlderLookCountsToo() {
        incoming.counted(100, at(0));
        incoming.counted(100, at(3));
        assertThat(incoming.silentAtTheEnd(at(15))).hasValue(Duration.ofSeconds(15));
        assertThat(incoming.silentAtTheEnd(at(19))).isEmpty();
    }

    @Test
    void atTheEndWhoWasSendingIsNotSilentHoweverOldTheLook() {
        incoming.counted(100, at(0));
        incoming.counted(200, at(3));
        assertThat(incoming.silentAtTheEnd(at(15))).isEmpty();
    }

    private static long at(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
