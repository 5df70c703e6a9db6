package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.FlowWatch.Sample;
import dev.livemeter.relay.nginx.FlowWatch.Verdict;
import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowWatchTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Connection MINE = new Connection("a:1", IpLiteral.address("192.0.2.1"), 1935);
    private static final Connection OTHER = new Connection("a:2", IpLiteral.address("192.0.2.1"), 1935);

    private final FlowWatch watch = new FlowWatch();
    private final Map<Connection, Queue> queues = new HashMap<>();
    private long at;
    private long in;
    private long out = 1;

    private Verdict second(long came, long sent) {
        at += SECOND;
        in += came;
        out += sent;
        return watch.observe(new Sample(at, in, out, Map.copyOf(queues)));
    }

    private Verdict second(long came, long sent, long waiting, boolean blocked) {
        queues.put(MINE, new Queue(waiting, blocked));
        return second(came, sent);
    }

    @Test
    void whatGoesOutFlows() {
        for (var i = 0; i < 60; i++) {
            assertThat(second(1000, 1000, i % 2 * 100L, false)).isEqualTo(new Verdict.Flows());
        }
    }

    @Test
    void aConnectionWithoutRoomThatOnlyGrowsHangsAfterEightSeconds() {
        second(1000, 1000, 0, false);
        second(1000, 1000, 1000, true);
        for (var i = 0; i < 6; i++) {
            assertThat(second(1000, 1000, 2000 + i * 1000L, true)).isEqualTo(new Verdict.Flows());
        }
        assertThat(second(1000, 1000, 8000, true)).isEqualTo(new Verdict.Hangs(Duration.ofSeconds(8)));
    }

    @Test
    void aBufferThatGetsFullMeanwhileIsNoSignOfLife() {
        second(1000, 1000, 1000, true);
        for (var i = 1; i <= 4; i++) {
            second(1000, 1000, 1000 + i * 1000L, true);
        }
        second(1000, 1000, 5300, true);
        second(1000, 1000, 5300, true);
        second(1000, 0, 5300, true);
        assertThat(second(1000, 0, 5300, true)).isEqualTo(new Verdict.Hangs(Duration.ofSeconds(8)));
    }

    @Test
    void aServerThatTakesALittleIsSlowAndNoMore() {
        for (var i = 1; i <= 60; i++) {
            var verdict = second(1000, 1000, i * 600L, true);
            assertThat(verdict).isNotInstanceOf(Verdict.Hangs.class);
        }
        assertThat(second(1000, 1000, 36_600, true)).isEqualTo(new Verdict.Lags(Duration.ofMillis(36_600)));
    }

    @Test
    void whoCatchesUpIsSlowNoMore() {
        second(1000, 1000, 0, false);
        assertThat(second(1000, 1000, 6000, false)).isEqualTo(new Verdict.Lags(Duration.ofSeconds(6)));
        assertThat(second(1000, 1000, 3000, false)).isEqualTo(new Verdict.Lags(Duration.ofSeconds(3)));
        assertThat(second(1000, 1000, 1000, false)).isEqualTo(new Verdict.Flows());
    }

    @Test
    void withoutASightOfTheConnectionNginxMustSendNothing() {
        second(1000, 1000);
        for (var i = 0; i < 7; i++) {
            assertThat(second(1000, 0)).isEqualTo(new Verdict.Flows());
        }
        assertThat(second(1000, 0)).isEqualTo(new Verdict.Hangs(Duration.ofSeconds(8)));
    }

    @Test
    void whatIsLeftOutForLongIsALag() {
        second(1000, 0);
        second(1000, 1000);
        for (var i = 0; i < 6; i++) {
            assertThat(second(1000, 800)).isEqualTo(new Verdict.Flows());
        }
        assertThat(second(1000, 800)).isEqualTo(new Verdict.Lags(Duration.ofNanos(1)));
    }

    @Test
    void aPausedEncoderIsNobodysFault() {
        second(1000, 1000, 500, true);
        for (var i = 0; i < 60; i++) {
            assertThat(second(0, 0, 500, true)).isEqualTo(new Verdict.Flows());
        }
    }

    @Test
    void beforeTheFirstKeyframeNobodyHangs() {
        out = 0;
        for (var i = 0; i < 60; i++) {
            assertThat(second(1000, 0)).isEqualTo(new Verdict.Flows());
        }
    }

    @Test
    void whereOnlySoundIsPassedOnNothingIsLeftOut() {
        for (var i = 0; i < 60; i++) {
            assertThat(second(1000, 100)).isEqualTo(new Verdict.Flows());
        }
        second(1000, 600);
        for (var i = 0; i < 8; i++) {
            assertThat(second(1000, 1000)).as("from the first keyframe on").isEqualTo(new Verdict.Flows());
        }
        for (var i = 0; i < 4; i++) {
            second(1000, 700);
        }
        assertThat(second(1000, 700)).isInstanceOf(Verdict.Lags.class);
    }

    @Test
    void ofTwoConnectionsThatCouldBeMeantBothMustBeStuck() {
        for (var i = 1; i <= 20; i++) {
            queues.put(OTHER, new Queue(0, false));
            assertThat(second(1000, 1000, i * 1000L, true)).isNotInstanceOf(Verdict.Hangs.class);
        }
    }
}
