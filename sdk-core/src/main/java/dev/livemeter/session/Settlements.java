package dev.livemeter.session;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.Settler;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what sessions want settled while one batch is under way, and settles that as the next batch. Whoever finds nobody at it does the
 * work for all: under little load each settlement is done at once by its own thread, under much the batches grow by themselves. Where a whole batch
 * waits while another is under way, a second thread joins in, so that one batch is worded while the database is at the other.
 *
 * <p>Where great batches follow each other, as the looks of thousands of sessions make them, what single sessions want between two of them rides along with
 * the next one: else two thirds of all commits would be theirs. Whoever waits for an answer is never kept waiting for that. Thread-safe.
 */
final class Settlements {

    private static final Logger log = LoggerFactory.getLogger(Settlements.class);

    /** Beyond this a statement gains nothing more, and one session waits too long for the others. */
    private static final int MOST_IN_A_BATCH = 1000;

    /** From so many on, a batch is one of those that follow each other. */
    private static final int GREAT = 200;

    private final Settler settler;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Duration pace;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Set<Thread> atWork = ConcurrentHashMap.newKeySet();

    /** Those who wait for an answer and could settle meanwhile. */
    private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();

    /** Until when the next great batch is to be expected, as {@link TimeSource#nanoTime} counts. */
    private volatile long nextGreatBy;

    /** Whether somebody comes then in any case. */
    private final AtomicBoolean isPlanned = new AtomicBoolean();

    /**
     * Settlements of which none waits.
     *
     * @param pace how soon one great batch may follow another
     */
    Settlements(Settler settler, Scheduler scheduler, TimeSource time, Duration pace) {
        this.settler = settler;
        this.scheduler = scheduler;
        this.time = time;
        this.pace = pace;
        this.nextGreatBy = time.nanoTime();
    }

    /**
     * Queues a request; {@link #drive()} or {@link #driveTogether()} has to be called afterwards, without any lock.
     *
     * @param settled is told the answer, in any thread
     * @param failed is told that the outcome is not known, in any thread
     */
    void submit(SettleRequest request, Consumer<SettleResult> settled, Consumer<RuntimeException> failed) {
        queue.add(new Waiting(request, settled, failed));
        waiting.incrementAndGet();
    }

    /** Settles one request and waits for the answer; together with those that come at the same time. */
    SettleResult settle(SettleRequest request) {
        if (atWork.contains(Thread.currentThread())) {
            // Whoever is told of an answer asks for more: the round that would take it along waits for this thread.
            return settler.settle(List.of(request)).get(0);
        }
        var answer = new CompletableFuture<SettleResult>();
        submit(request, answer::complete, answer::completeExceptionally);
        // Whoever has its answer does not stay to settle for those that came later; under load that would be for ever.
        drive(answer::isDone);
        while (!answer.isDone()) {
            awaitTurn(answer);
            drive(answer::isDone);
        }
        handOver();
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Waits until there is an answer, or until whoever was at work leaves the rest to this thread. */
    private void awaitTurn(CompletableFuture<SettleResult> answer) {
        var turn = new Turn();
        turns.add(turn);
        // Whoever was at work may have left before it could see this one.
        if (!isLeft()) {
            CompletableFuture.anyOf(answer, turn.come)
                    .handle((done, failed) -> true)
                    .join();
        }
        turns.remove(turn);
    }

    /** Whether something waits and nobody is at it. */
    private boolean isLeft() {
        return waiting.get() > 0 && atWork.isEmpty();
    }

    /** Settles what waits, unless others are at it; they then take this along. */
    void drive() {
        drive(() -> false);
    }

    /** As {@link #drive()}, but where a great batch is to be expected soon, what waits is left to it. */
    void driveTogether() {
        if (!isLeftToNextGreat()) {
            drive();
        }
    }

    /** Whether a great batch takes along what waits; somebody comes then even if that batch does not. */
    private boolean isLeftToNextGreat() {
        var pause = nextGreatBy - time.nanoTime();
        if (pause <= 0 || waiting.get() >= GREAT || !turns.isEmpty()) {
            return false;
        }
        if (waiting.get() > 0 && isPlanned.compareAndSet(false, true)) {
            try {
                scheduler.after(Duration.ofNanos(pause), () -> {
                    isPlanned.set(false);
                    drive();
                });
            } catch (RuntimeException e) {
                isPlanned.set(false);
                log.warn("Nobody can settle later ({}); it is done now.", e.getMessage());
                return false;
            }
        }
        return true;
    }

    /** Lets another thread settle what waits, unless others are at it: one that waits for its own answer if there is one, as it is there already. */
    void handOver() {
        if (!isLeft()) {
            return;
        }
        var turn = turns.poll();
        if (turn != null) {
            turn.come.complete(null);
            return;
        }
        if (isLeftToNextGreat()) {
            return;
        }
        try {
            scheduler.after(Duration.ZERO, this::drive);
        } catch (RuntimeException e) {
            log.warn("No other thread can settle ({}); this one does it.", e.getMessage());
            drive();
        }
    }

    private void drive(BooleanSupplier enough) {
        // Looked at once more after each batch: what came between the last look and the leaving would wait for nobody.
        var isFirst = true;
        while (!enough.getAsBoolean() && (isFirst || !isLeftToNextGreat()) && enter()) {
            isFirst = false;
            try {
                var batch = take();
                if (batch.size() >= GREAT) {
                    nextGreatBy = time.nanoTime() + pace.toNanos();
                }
                if (isWholeBatchWaiting()) {
                    askForHelp();
                }
                settle(batch);
            } finally {
                atWork.remove(Thread.currentThread());
            }
        }
    }

    private void askForHelp() {
        try {
            scheduler.after(Duration.ZERO, this::drive);
        } catch (RuntimeException e) {
            log.warn("No second thread can settle ({}); the first does it all.", e.getMessage());
        }
    }

    private synchronized boolean enter() {
        var places = isWholeBatchWaiting() ? 2 : 1;
        return waiting.get() > 0 && atWork.size() < places && atWork.add(Thread.currentThread());
    }

    private boolean isWholeBatchWaiting() {
        return waiting.get() >= MOST_IN_A_BATCH;
    }

    private List<Waiting> take() {
        var batch = new ArrayList<Waiting>();
        while (batch.size() < MOST_IN_A_BATCH) {
            var next = queue.poll();
            if (next == null) {
                break;
            }
            waiting.decrementAndGet();
            batch.add(next);
        }
        return batch;
    }

    private void settle(List<Waiting> batch) {
        if (batch.isEmpty()) {
            return;
        }
        final List<SettleResult> results;
        try {
            results = settler.settle(batch.stream().map(Waiting::request).toList());
        } catch (RuntimeException e) {
            if (batch.size() > 1 && !(e instanceof LivemeterException known && known.retryable())) {
                // One of them cannot be settled; the others must not suffer for it.
                batch.forEach(one -> settle(List.of(one)));
            } else {
                batch.forEach(one -> answer(one, () -> one.failed().accept(e)));
            }
            return;
        }
        for (var i = 0; i < batch.size(); i++) {
            var one = batch.get(i);
            var result = results.get(i);
            answer(one, () -> one.settled().accept(result));
        }
    }

    private static void answer(Waiting one, Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            log.error(
                    "Session {}: its settlement could not be taken in.",
                    one.request().before().id(),
                    e);
        }
    }

    /** Somebody who waits, and is itself alone. */
    private static final class Turn {
        private final CompletableFuture<Void> come = new CompletableFuture<>();
    }

    private record Waiting(SettleRequest request, Consumer<SettleResult> settled, Consumer<RuntimeException> failed) {}
}
