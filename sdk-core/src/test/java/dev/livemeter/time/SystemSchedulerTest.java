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
            scheduler.after(Duration.ZERO, () -> {
                try {
                    release.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            scheduler.after(Duration.ofMillis(1), second::countDown);
            assertThat(second.await(5, TimeUnit.SECONDS)).isTrue();
            release.countDown();
        } finally {
            workers.shutdown();
        }
    }

    @Test
    void aCancelledTaskDoesNotRunAndAFailedOneHarmsNobody() throws Exception {
        var ran = new AtomicBoolean();
        var last = new CountDownLatch(1);
        try (var scheduler = new SystemScheduler(Runnable::run)) {
            scheduler.after(Duration.ofMillis(20), () -> ran.set(true)).cancel();
            scheduler.after(Duration.ofMillis(21), () -> {
                throw new IllegalStateException("a task that fails");
            });
            scheduler.after(Duration.ofMillis(40), last::countDown);
            assertThat(last.await(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ran).isFalse();
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
