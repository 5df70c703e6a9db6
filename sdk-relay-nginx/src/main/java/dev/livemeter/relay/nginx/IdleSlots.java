package dev.livemeter.relay.nginx;

import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Slots that lead nowhere wait here. nginx opens each slot of each stream again and again; its first question, before any picture is sent, is answered only when some
 * stream wants to go out by a slot of that number, or after a while with no. So an idle slot costs a question in twenty seconds in place of one in two, and who is wanted
 * is let in at once (decision record 0018). nginx does not say of which stream the slot is, so all of that number are let on, and those that are not meant come back. Thread-safe.
 */
final class IdleSlots {

    /** nginx waits a little longer than this; less than the minute after which it would look whether the slot's other end is there. */
    static final Duration HOLD = Duration.ofSeconds(50);

    private static final Duration SWEEP = Duration.ofSeconds(1);

    /** As many as wait on this machine. */
    static final int MOST = 8_192;

    private final TimeSource time;
    private final Scheduler scheduler;
    /** How long a slot that another node wants is let on; a node that still wants it says so again before. */
    static final Duration WANTED_FOR = Duration.ofSeconds(3);

    static final Duration TELL_AGAIN = Duration.ofSeconds(2);

    private final int most;
    private final IntConsumer others;
    private final Map<Integer, Long> wantedElsewhere = new HashMap<>();
    private final Map<Integer, Integer> wanted = new HashMap<>();
    private final Map<Integer, ArrayDeque<Waiting>> waiting = new HashMap<>();
    private int count;
    private boolean sweeping;
    private boolean closed;

    private record Waiting(long sinceNanos, Consumer<Answer> answer) {}

    /**
     * @param most beyond so many whoever comes is sent away at once, and comes back: each is an open connection
     */
    IdleSlots(TimeSource time, Scheduler scheduler, int most) {
        this(time, scheduler, most, slot -> {});
    }

    /**
     * @param most as above
     * @param others is told of each slot that is wanted here, again and again until it is served: it may wait at another node. Returns without waiting
     */
    IdleSlots(TimeSource time, Scheduler scheduler, int most, IntConsumer others) {
        this.others = others;
        this.time = time;
        this.scheduler = scheduler;
        this.most = most;
    }

    /** nginx asks whether it may open a slot of that number; the answer comes at once or later, by any thread. */
    void ask(int slot, Consumer<Answer> answer) {
        final Answer now;
        synchronized (this) {
            now = closed
                    ? Answer.UNAVAILABLE
                    : wanted.containsKey(slot) || isWantedElsewhere(slot)
                            ? Answer.GO
                            : count == most ? Answer.FORBIDDEN : null;
            if (now == null) {
                waiting.computeIfAbsent(slot, first -> new ArrayDeque<>()).add(new Waiting(time.nanoTime(), answer));
                count++;
                sweepLater();
            }
        }
        if (now != null) {
            answer.accept(now);
        }
    }

    /** A stream wants to go out by a slot of that number, until {@link #served}. Answers nobody in this thread. */
    void want(int slot) {
        final boolean first;
        synchronized (this) {
            first = wanted.merge(slot, 1, Integer::sum) == 1;
        }
        letOn(slot);
        if (first) {
            scheduler.after(Duration.ZERO, () -> tellOthers(slot));
        }
    }

    private void letOn(int slot) {
        final @Nullable ArrayDeque<Waiting> theirs;
        synchronized (this) {
            theirs = waiting.remove(slot);
            count -= theirs == null ? 0 : theirs.size();
        }
        if (theirs != null) {
            scheduler.after(
                    Duration.ZERO, () -> theirs.forEach(one -> one.answer().accept(Answer.GO)));
        }
    }

    private void tellOthers(int slot) {
        synchronized (this) {
            if (closed || !wanted.containsKey(slot)) {
                return;
            }
        }
        others.accept(slot);
        scheduler.after(TELL_AGAIN, () -> tellOthers(slot));
    }

    /** Another node wants a slot of that number. */
    void wantedElsewhere(int slot) {
        synchronized (this) {
            wantedElsewhere.put(slot, time.nanoTime());
        }
        letOn(slot);
    }

    private boolean isWantedElsewhere(int slot) {
        var told = wantedElsewhere.get(slot);
        return told != null && time.nanoTime() - told < WANTED_FOR.toNanos();
    }

    /** One stream less wants a slot of that number. */
    synchronized void served(int slot) {
        wanted.computeIfPresent(slot, (number, count) -> count == 1 ? null : count - 1);
    }

    /** Sends everybody away, and from now on whoever comes. */
    void close() {
        final List<Waiting> all;
        synchronized (this) {
            closed = true;
            all = waiting.values().stream().flatMap(ArrayDeque::stream).toList();
            waiting.clear();
            count = 0;
        }
        all.forEach(one -> one.answer().accept(Answer.UNAVAILABLE));
    }

    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            scheduler.after(SWEEP, this::sweep);
        }
    }

    private void sweep() {
        var over = new ArrayList<Waiting>();
        synchronized (this) {
            var now = time.nanoTime();
            for (var queue : waiting.values()) {
                for (var first = queue.peek();
                        first != null && now - first.sinceNanos() >= HOLD.toNanos();
                        first = queue.peek()) {
                    over.add(queue.remove());
                }
            }
            waiting.values().removeIf(ArrayDeque::isEmpty);
            count -= over.size();
            sweeping = false;
            if (!waiting.isEmpty()) {
                sweepLater();
            }
        }
        over.forEach(one -> one.answer().accept(Answer.FORBIDDEN));
    }
}
