package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where those who waited are answered: on no thread that others need. */
@Timeout(180)
class WaitsTest {

    private static final Duration LONG = Duration.ofSeconds(25);

    private final Waits waits = new Waits(100, 100);

    @AfterEach
    void close() {
        waits.close();
    }

    private Waits.Wait wait(String who) {
        var wait = waits.begin(who);
        assertThat(wait).isNotNull();
        return wait;
    }

    @Test
    void anAnswerThatStallsHoldsUpNobodysTime() throws Exception {
        var begun = new CountDownLatch(1);
        var stall = new CountDownLatch(1);
        var answer = wait("alice")
                .answer(Duration.ofMillis(1), () -> {
                    begun.countDown();
                    return went(stall);
                })
                .toCompletableFuture();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        // What anybody else in this process waits for by the clock of the JVM.
        var others = new CompletableFuture<String>().completeOnTimeout("in time", 1, TimeUnit.MILLISECONDS);
        assertThat(others.get(60, TimeUnit.SECONDS)).isEqualTo("in time");
        stall.countDown();
        assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean went(CountDownLatch latch) {
        try {
            return latch.await(120, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void whoeverWakesDoesNotWaitForTheAnswer() throws Exception {
        var stall = new CountDownLatch(1);
        var wait = wait("alice");
        var answer = wait.answer(LONG, () -> went(stall)).toCompletableFuture();
        wait.wake();
        assertThat(answer).isNotDone();
        stall.countDown();
        assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void answersRunOnThreadsOfTheirOwnAlone() throws Exception {
        var woken = wait("alice");
        var answer = woken.answer(LONG, () -> Thread.currentThread().getName());
        woken.wake();
        var timedOut = wait("bob")
                .answer(Duration.ofMillis(1), () -> Thread.currentThread().getName());
        assertThat(answer.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo("livemeter-poll");
        assertThat(timedOut.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo("livemeter-poll");
    }

    @Test
    void whoWaitsWhenItIsClosedIsAnsweredAndNobodyWaitsAfterwards() throws Exception {
        var wait = wait("alice");
        var before = wait.answer(LONG, () -> "answered");
        waits.close();
        assertThat(before.toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo("answered");
        assertThat(wait.answer(LONG, () -> "still").toCompletableFuture().get(60, TimeUnit.SECONDS))
                .isEqualTo("still");
        assertThat(waits.begin("bob")).isNull();
    }
}
