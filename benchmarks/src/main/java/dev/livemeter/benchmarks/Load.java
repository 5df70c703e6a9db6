package dev.livemeter.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work in several threads, for a time. */
final class Load {

    /** One thread's work. Used by that thread alone. */
    interface Worker extends AutoCloseable {

        /**
         * Works once.
         *
         * @return how many operations that were
         */
        int work() throws Exception;

        @Override
        default void close() throws SQLException {}
    }

    /** Makes the worker of a thread, before the time begins. */
    @FunctionalInterface
    interface Workers {

        /** The worker of thread {@code number}, from 0. */
        Worker worker(int number) throws Exception;
    }

    private Load() {}

    /** How many operations a second all threads did together. */
    static double perSecond(int threads, Duration length, Workers workers) throws Exception {
        var ready = new CountDownLatch(threads);
        var begin = new CountDownLatch(1);
        var pool = Executors.newFixedThreadPool(threads);
        try {
            var running = new ArrayList<Future<Double>>();
            for (var i = 0; i < threads; i++) {
                var number = i;
                Callable<Double> body = () -> work(workers.worker(number), length, ready, begin);
                running.add(pool.submit(() -> {
                    try {
                        return body.call();
                    } finally {
                        // One that failed while it was made must not keep the others waiting.
                        ready.countDown();
                    }
                }));
            }
            ready.await();
            begin.countDown();
            var sum = 0.0;
            for (var one : running) {
                sum += get(one);
            }
            return sum;
        } finally {
            begin.countDown();
            pool.shutdown();
        }
    }

    private static double work(Worker worker, Duration length, CountDownLatch ready, CountDownLatch begin)
            throws Exception {
        try (worker) {
            ready.countDown();
            begin.await();
            var from = System.nanoTime();
            var done = 0L;
            var now = from;
            while (now - from < length.toNanos()) {
                done += worker.work();
                now = System.nanoTime();
            }
            return done * 1e9 / (now - from);
        }
    }

    /** Does {@code action} for each number below {@code count}, in several threads. */
    static void each(int threads, int count, IntAction action) throws Exception {
        var pool = Executors.newFixedThreadPool(threads);
        try {
            var running = new ArrayList<Future<?>>();
            for (var i = 0; i < threads; i++) {
                var first = i;
                running.add(pool.submit(() -> {
                    for (var number = first; number < count; number += threads) {
                        action.on(number);
                    }
                    return null;
                }));
            }
            for (var one : running) {
                get(one);
            }
        } finally {
            pool.shutdown();
        }
    }

    /** Something to be done for a number. */
    @FunctionalInterface
    interface IntAction {
        void on(int number) throws Exception;
    }

    private static <T> T get(Future<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception known ? known : e;
        }
    }
}
