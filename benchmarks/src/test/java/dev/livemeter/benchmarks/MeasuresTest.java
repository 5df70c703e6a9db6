package dev.livemeter.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasuresTest {

    @Test
    void percentilesAreValuesThatWereMeasured() {
        var samples = Samples.of(IntStream.rangeClosed(1, 100).asDoubleStream());
        assertThat(samples.percentile(95)).isEqualTo(95);
        assertThat(samples.percentile(99)).isEqualTo(99);
        assertThat(samples.percentile(100)).isEqualTo(100);
        assertThat(samples.median()).isEqualTo(50.5);
        assertThat(Samples.of(7).percentile(99)).isEqualTo(7);
    }

    @Test
    void noValueIsNoSample() {
        assertThatThrownBy(() -> Samples.of())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No value was measured; expected one or more.");
    }

    @Test
    void ratiosAreTakenWithinARound() throws Exception {
        var slow = new double[] {99, 1, 2};
        var fast = new double[] {99, 10, 40};
        var turns = new int[2];
        var contest = new Contest(() -> Duration.ZERO);
        contest.enter("slow", () -> slow[turns[0]++]);
        contest.enter("fast", () -> fast[turns[1]++]);
        contest.run(2, 1, new Report("any", System.out));
        assertThat(contest.ratio("fast", "slow").min()).isEqualTo(10);
        assertThat(contest.ratio("fast", "slow").max()).isEqualTo(20);
        assertThat(contest.of("slow").max()).as("the first round only warms up").isEqualTo(2);
    }

    @Test
    void everyNumberIsWorkedOnOnce() throws Exception {
        var seen = new ConcurrentLinkedQueue<Integer>();
        Load.each(3, 10, seen::add);
        assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void aFailureInAThreadIsTheFailureOfTheLoad() {
        assertThatThrownBy(() -> Load.perSecond(2, Duration.ofMillis(1), number -> {
                    throw new IllegalStateException("thread " + number + " cannot start");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thread 0 cannot start");
    }

    @Test
    void timeInTheSettlerIsCountedByTheSecondInWhichItPassed() {
        var settler = new SettlerClock(batch -> {
            MeterRun.sleep(Duration.ofMillis(50));
            return java.util.List.of();
        });
        var from = System.nanoTime();
        settler.settle(java.util.List.of());
        var seen = settler.since(from, 3600).busyPercent();
        assertThat(seen.max()).isBetween(5.0, 100.0);
        assertThat(seen.min()).isZero();
    }
}
