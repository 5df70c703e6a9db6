package dev.livemeter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookGridTest {

    private static final long MILLI = 1_000_000;

    private final List<String> done = new ArrayList<>();
    private final List<Duration> delays = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final LookGrid grid = new LookGrid(new At(30 * MILLI), new Later(), () -> done.add("settled"));

    @Test
    void thePrecedingMomentIsNeverLate() {
        assertThat(LookGrid.preceding(149 * MILLI, LookGrid.STEP)).isEqualTo(100 * MILLI);
        assertThat(LookGrid.preceding(150 * MILLI, LookGrid.STEP)).isEqualTo(100 * MILLI);
        assertThat(LookGrid.preceding(200 * MILLI, LookGrid.STEP)).isEqualTo(200 * MILLI);
        assertThat(LookGrid.preceding(-149 * MILLI, LookGrid.STEP)).isEqualTo(-200 * MILLI);
    }

    @Test
    void whatIsSeldomLookedAtComesTogetherInLargerSteps() {
        assertThat(LookGrid.stepFor(Duration.ofMillis(200))).isEqualTo(Duration.ofMillis(100));
        assertThat(LookGrid.stepFor(Duration.ofSeconds(10))).isEqualTo(Duration.ofMillis(100));
        assertThat(LookGrid.stepFor(Duration.ofSeconds(30))).isEqualTo(Duration.ofMillis(300));
        assertThat(LookGrid.preceding(1_000 * MILLI, Duration.ofMillis(300))).isEqualTo(900 * MILLI);
        assertThat(LookGrid.following(1_000 * MILLI, Duration.ofMillis(300))).isEqualTo(1_200 * MILLI);
    }

    @Test
    void theFollowingMomentIsNeverBefore() {
        assertThat(LookGrid.following(100 * MILLI, LookGrid.STEP)).isEqualTo(100 * MILLI);
        assertThat(LookGrid.following(100 * MILLI + 1, LookGrid.STEP)).isEqualTo(200 * MILLI);
        assertThat(LookGrid.following(-199 * MILLI, LookGrid.STEP)).isEqualTo(-100 * MILLI);
    }

    @Test
    void looksOfOneMomentShareATaskAndAreSettledTogetherInTheirOrder() {
        grid.at(100 * MILLI, () -> done.add("first"));
        grid.at(200 * MILLI, () -> done.add("later"));
        grid.at(100 * MILLI, () -> done.add("second"));
        assertThat(delays).containsExactly(Duration.ofMillis(70), Duration.ofMillis(170));
        tasks.get(0).run();
        assertThat(done).containsExactly("first", "second", "settled");
    }

    @Test
    void aLookThatWasTakenBackIsNotDone() {
        grid.at(100 * MILLI, () -> done.add("first")).cancel();
        grid.at(100 * MILLI, () -> done.add("second"));
        tasks.get(0).run();
        assertThat(done).containsExactly("second", "settled");
    }

    @Test
    void aLookThatFailsKeepsNoOtherFromItsTurn() {
        grid.at(100 * MILLI, () -> {
            throw new IllegalStateException("on purpose");
        });
        grid.at(100 * MILLI, () -> done.add("second"));
        tasks.get(0).run();
        assertThat(done).containsExactly("second", "settled");
    }

    @Test
    void aLookThatIsPlannedWhileItsMomentPassesGetsATaskOfItsOwn() {
        grid.at(100 * MILLI, () -> grid.at(100 * MILLI, () -> done.add("again")));
        tasks.get(0).run();
        assertThat(tasks).hasSize(2);
        tasks.get(1).run();
        assertThat(done).containsExactly("settled", "again", "settled");
    }

    private record At(long nanoTime) implements TimeSource {
        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }
    }

    private final class Later implements Scheduler {
        @Override
        public Scheduled after(Duration delay, Runnable task) {
            delays.add(delay);
            tasks.add(task);
            return () -> {};
        }
    }
}
