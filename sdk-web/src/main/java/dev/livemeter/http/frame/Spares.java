package dev.livemeter.http.frame;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** A few buffers that are used over and over; when all are in use, another one is made and forgotten afterwards. Thread-safe, without locks. */
public final class Spares<T> {

    private static final int KEPT = 8;

    private final AtomicReferenceArray<T> kept = new AtomicReferenceArray<>(KEPT);
    private final Supplier<T> maker;

    /** None at first. */
    public Spares(Supplier<T> maker) {
        this.maker = maker;
    }

    /** One to be used, and given back. */
    public T take() {
        for (var i = 0; i < KEPT; i++) {
            var one = kept.getAndSet(i, null);
            if (one != null) {
                return one;
            }
        }
        return maker.get();
    }

    /** Gives it back. */
    public void give(T one) {
        for (var i = 0; i < KEPT; i++) {
            if (kept.compareAndSet(i, null, one)) {
                return;
            }
        }
    }
}
