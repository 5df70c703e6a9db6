package dev.livemeter.studio;

import dev.livemeter.event.EventListener;
import dev.livemeter.event.LiveEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Remembers every event, and waits for those that are expected. Thread-safe. */
final class Witness implements EventListener {

    private final List<LiveEvent> seen = new ArrayList<>();

    @Override
    public synchronized void on(LiveEvent event) {
        seen.add(event);
        notifyAll();
    }

    /** The first event of that type that fits, whether it came already or comes in time. */
    synchronized <E extends LiveEvent> Optional<E> await(Class<E> type, Predicate<E> fits, Duration within)
            throws InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        while (true) {
            var found = seen.stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .filter(fits)
                    .findFirst();
            var left = (end - System.nanoTime()) / 1_000_000;
            if (found.isPresent() || left <= 0) {
                return found;
            }
            wait(left);
        }
    }
}
