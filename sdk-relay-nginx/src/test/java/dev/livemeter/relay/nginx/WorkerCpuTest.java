package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerCpuTest {

    private final WorkerCpu cpu = new WorkerCpu();

    private Integer look(long millis, Map<Long, Duration> spent) {
        return cpu.percent(spent, Duration.ofMillis(millis).toNanos());
    }

    private static Duration millis(long number) {
        return Duration.ofMillis(number);
    }

    @Test
    void isKnownFromTheSecondLookOn() {
        assertThat(look(0, Map.of(7L, millis(4000)))).isNull();
        assertThat(look(1000, Map.of(7L, millis(4420)))).isEqualTo(42);
        assertThat(look(3000, Map.of(7L, millis(4420)))).isZero();
    }

    @Test
    void theBusiestWorkerCounts() {
        look(0, Map.of(7L, millis(100), 8L, millis(100)));
        assertThat(look(1000, Map.of(7L, millis(150), 8L, millis(1000)))).isEqualTo(90);
    }

    @Test
    void aWorkerThatIsNewIsNotKnownYet() {
        look(0, Map.of(7L, millis(100)));
        assertThat(look(1000, Map.of(8L, millis(900)))).isNull();
        assertThat(look(2000, Map.of(8L, millis(1800)))).isEqualTo(90);
    }

    @Test
    void looksThatAreTooCloseSayTheSame() {
        look(0, Map.of(7L, millis(0)));
        look(1000, Map.of(7L, millis(300)));
        assertThat(look(1400, Map.of(7L, millis(700)))).isEqualTo(30);
        assertThat(look(2000, Map.of(7L, millis(900)))).isEqualTo(60);
    }

    @Test
    void theClockOfTheKernelIsCoarserThanOurs() {
        look(0, Map.of(7L, millis(0)));
        assertThat(look(1000, Map.of(7L, millis(1010)))).isEqualTo(100);
    }
}
