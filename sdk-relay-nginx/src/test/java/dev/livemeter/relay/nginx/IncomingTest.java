package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class IncomingTest {

    private final Incoming incoming = new Incoming(Duration.ofSeconds(15));

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

    @Test
    void inAnOldWorkerItsHeartbeatsTell() {
        incoming.counted(100, at(0));
        incoming.beat(OptionalLong.of(1_000), at(1));
        incoming.beat(OptionalLong.of(6_000), at(6));
        assertThat(incoming.silent(at(6))).isEmpty();
        incoming.beat(OptionalLong.of(6_000), at(11));
        assertThat(incoming.silent(at(11))).hasValue(Duration.ofSeconds(5));
        assertThat(incoming.silentAtTheEnd(at(16))).hasValue(Duration.ofSeconds(10));
        incoming.beat(OptionalLong.of(12_000), at(16));
        assertThat(incoming.silent(at(16))).isEmpty();
    }

    @Test
    void whoStoodStillAtTheReloadStandsStillSince() {
        incoming.beat(OptionalLong.of(1_000), at(0));
        incoming.counted(100, at(1));
        incoming.counted(100, at(5));
        incoming.beat(OptionalLong.of(1_000), at(5));
        incoming.beat(OptionalLong.of(1_000), at(10));
        assertThat(incoming.silent(at(10))).hasValue(Duration.ofSeconds(9));
    }

    @Test
    void whoIsNotDroppedSendsSomethingWhateverItSaysOfItsTime() {
        for (var second = 0; second <= 15; second += 5) {
            incoming.beat(OptionalLong.of(0), at(second));
        }
        assertThat(incoming.silent(at(15))).hasValue(Duration.ofSeconds(15));
        incoming.beat(OptionalLong.of(0), at(20));
        assertThat(incoming.silent(at(20))).isEmpty();
    }

    @Test
    void aHeartbeatSaysNothingWhereALookDoes() {
        incoming.counted(100, at(0));
        incoming.beat(OptionalLong.of(5), at(0));
        incoming.counted(200, at(4));
        incoming.beat(OptionalLong.of(5), at(5));
        assertThat(incoming.silent(at(5))).isEmpty();
        incoming.beat(OptionalLong.empty(), at(9));
        assertThat(incoming.silent(at(9))).as("neither tells").isEmpty();
    }

    private static long at(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
