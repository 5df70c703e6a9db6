package dev.livemeter.benchmarks;

import dev.livemeter.session.SessionId;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.Settler;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Passes everything on, but lets nothing through while it is shut: so it looks to a meter whose database does not answer, and what came due meanwhile is all
 * due when it opens. Thread-safe.
 */
final class SettlerGate implements Settler {

    private final Settler settler;
    private boolean isShut;
    private volatile @Nullable Rush rush;

    SettlerGate(Settler settler) {
        this.settler = settler;
    }

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        awaitOpen();
        var results = settler.settle(batch);
        var awaited = rush;
        if (awaited != null) {
            awaited.count(results);
        }
        return results;
    }

    private synchronized void awaitOpen() {
        try {
            while (isShut) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The thread was interrupted while nothing was let through.", e);
        }
    }

    /** Whoever comes from now on waits. */
    synchronized void shut() {
        isShut = true;
    }

    /** Lets everything through again. */
    synchronized void open() {
        isShut = false;
        notifyAll();
    }

    /**
     * Opens, and waits until each of those sessions was settled.
     *
     * @param counts of which answers a session counts as settled
     * @param patience how long to wait at most
     */
    Served openAndAwait(Collection<SessionId> sessions, Predicate<SettleResult.Settled> counts, Duration patience)
            throws InterruptedException {
        var awaited = new Rush(sessions, counts);
        rush = awaited;
        var from = System.nanoTime();
        open();
        try {
            return awaited.until(from, patience);
        } finally {
            rush = null;
        }
    }

    /**
     * What was awaited.
     *
     * @param took from the opening to the last answer
     * @param renewed how many of the sessions were granted more with the answer that counts
     */
    record Served(Duration took, int renewed) {}

    /** All who wait at once. */
    private static final class Rush {

        private final Set<SessionId> left = ConcurrentHashMap.newKeySet();
        private final int size;
        private final Predicate<SettleResult.Settled> counts;
        private final AtomicInteger renewed = new AtomicInteger();
        private final CountDownLatch served;
        private volatile long lastAtNanos;

        Rush(Collection<SessionId> sessions, Predicate<SettleResult.Settled> counts) {
            this.left.addAll(sessions);
            this.size = left.size();
            this.counts = counts;
            this.served = new CountDownLatch(size);
        }

        void count(List<SettleResult> results) {
            for (var result : results) {
                if (result instanceof SettleResult.Settled settled
                        && counts.test(settled)
                        && left.remove(settled.session().id())) {
                    if (settled.hold() != null) {
                        renewed.incrementAndGet();
                    }
                    if (left.isEmpty()) {
                        lastAtNanos = System.nanoTime();
                    }
                    served.countDown();
                }
            }
        }

        Served until(long from, Duration patience) throws InterruptedException {
            if (!served.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException(left.size() + " of " + size + " sessions were not settled within "
                        + patience + " after all of them were let through; all were due.");
            }
            return new Served(Duration.ofNanos(lastAtNanos - from), renewed.get());
        }
    }
}
