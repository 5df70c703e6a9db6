package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Counts work under way, so that closing can wait for it. Thread-safe. */
final class Outstanding {

    private int underWay;

    void track(CompletableFuture<?> work) {
        synchronized (this) {
            underWay++;
        }
        var ignored = work.whenComplete((result, failure) -> done());
    }

    private synchronized void done() {
        underWay--;
        notifyAll();
    }

    /** Waits until all is done, what comes up meanwhile included, or that long. */
    synchronized void await(Duration atMost) {
        var deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (var left = atMost.toNanos(); underWay > 0 && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
