package dev.livemeter.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SystemSchedulerTest {

    @Test
    void aTaskThatBlocksDelaysNoOther() throws Exception {
        var workers = WorkerThreads.create();
        try (var scheduler = new SystemScheduler(workers)) {
            var release = new CountDownLatch(1);
            var second = new CountDownLatch(1);
            scheduler.after(Duration.ZERO, () -> await(release));
            scheduler.after(Duration.ofMillis(1), second::countDown);
            assertThat(second.await(60, TimeUnit.SECONDS)).isTrue();
            release.countDown();
        } finally {
            workers.shutdown();
        }
    }

    @Test
    void aCancelledTaskDoesNotRunAndAFailedOneHarmsNobody() throws Exception {
        var ran = new AtomicBoolean();
        var cancelled = new CountDownLatch(1);
        var last = new CountDownLatch(1);
        try (var scheduler = new SystemScheduler(Runnable::run)) {
            // Its only thread is busy until the task is cancelled, however long that takes.
            scheduler.after(Duration.ZERO, () -> await(cancelled));
            scheduler.after(Duration.ofMillis(1), () -> ran.set(true)).cancel();
            scheduler.after(Duration.ofMillis(2), () -> {
                throw new IllegalStateException("a task that fails");
            });
            scheduler.after(Duration.ofMillis(20), last::countDown);
            cancelled.countDown();
            assertThat(last.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ran).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(120, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void afterCloseNothingRuns() {
        var scheduler = new SystemScheduler(Runnable::run);
        scheduler.close();
        var ran = new AtomicBoolean();
        scheduler.after(Duration.ZERO, () -> ran.set(true)).cancel();
        assertThat(ran).isFalse();
    }
}
