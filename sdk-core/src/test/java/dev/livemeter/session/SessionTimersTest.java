package dev.livemeter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTimersTest {

    private static final SessionEnd WHY = new SessionEnd.FundsExhausted();

    private final Clock time = new Clock();
    private final List<String> planned = new ArrayList<>();
    private final Scheduler scheduler = (delay, task) -> {
        var at = "at " + time.plus(delay);
        planned.add(at);
        return () -> planned.remove(at);
    };
    private final MeterClock clock = new MeterClock(time);
    private final SessionTimers timers =
            new SessionTimers(scheduler, new LookGrid(time, scheduler, () -> {}), time, clock, () -> {});

    @Test
    void aDeadlineThatMovesOnStaysPlannedWhileALookComesBeforeIt() {
        clock.start();
        cutAt(60);
        time.seconds = 30;
        timers.lookAt(seconds(60), () -> {});
        planned.clear();
        cutAt(90);
        assertThat(planned).isEmpty();
    }

    @Test
    void aDeadlineThatMovedOnIsPlannedAnewWhereItWouldComeInVainBeforeTheNextLook() {
        clock.start();
        cutAt(60);
        time.seconds = 30;
        timers.lookAt(seconds(61), () -> {});
        cutAt(90);
        assertThat(planned).containsExactly("at 61", "at 90");
    }

    @Test
    void aDeadlineThatStandsIsLeftAloneBeforeTheNextLook() {
        clock.start();
        cutAt(60);
        time.seconds = 50;
        timers.lookAt(seconds(80), () -> {});
        cutAt(60);
        assertThat(planned).containsExactly("at 60", "at 80");
    }

    @Test
    void aDeadlineThatComesSoonerIsPlannedAnew() {
        clock.start();
        cutAt(60);
        cutAt(45);
        assertThat(planned).containsExactly("at 45");
    }

    private void cutAt(long second) {
        timers.endAt(Duration.ofSeconds(second), WHY);
        timers.planCut();
    }

    private static long seconds(long count) {
        return Duration.ofSeconds(count).toNanos();
    }

    private static final class Clock implements TimeSource {

        private long seconds;

        String plus(Duration delay) {
            return Long.toString(seconds + delay.toSeconds());
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusSeconds(seconds);
        }

        @Override
        public long nanoTime() {
            return seconds(seconds);
        }
    }
}
