package dev.livemeter.testing.contract;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Lets threads do something at the same moment. */
final class Race {

    private static final int PATIENCE_SECONDS = 120;

    private Race() {}

    /** What each runner came to, by number from 0; what one of them throws fails the test. */
    static <T> List<T> of(int runners, IntFunction<T> run) {
        var start = new CyclicBarrier(runners);
        var threads = Executors.newFixedThreadPool(runners, task -> {
            var thread = new Thread(task, "race");
            thread.setDaemon(true);
            return thread;
        });
        try {
            var running = new ArrayList<Future<T>>();
            for (var i = 0; i < runners; i++) {
                var number = i;
                running.add(threads.submit(() -> {
                    start.await(PATIENCE_SECONDS, SECONDS);
                    return run.apply(number);
                }));
            }
            var results = new ArrayList<T>();
            for (var future : running) {
                results.add(future.get(PATIENCE_SECONDS, SECONDS));
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("The race was interrupted.", e);
        } catch (TimeoutException e) {
            throw new AssertionError("A runner did not finish within " + PATIENCE_SECONDS + " s.", e);
        } catch (ExecutionException e) {
            throw new AssertionError("A runner failed: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
