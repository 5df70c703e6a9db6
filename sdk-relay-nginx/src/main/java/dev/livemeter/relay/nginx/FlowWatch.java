package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether one push flows, from what came of its stream, what nginx gave to it, and what waits in its connection. Two things tell that a server hangs: its
 * connection has no room and nothing leaves it (soon), or nginx could send nothing at all (later, when the kernel's buffer and nginx's own queue are full). A server that
 * takes something now and then is slow and no more. Where several connections could be the push's, all must be stuck. Not thread-safe.
 */
final class FlowWatch {

    /** So long a server may take nothing. */
    static final Duration PATIENCE = Duration.ofSeconds(8);

    /** Over so long a rate is taken. */
    private static final Duration SPAN = Duration.ofSeconds(10);

    private static final Duration BEHIND = Duration.ofSeconds(5);
    private static final Duration CAUGHT_UP = Duration.ofSeconds(2);

    /**
     * A moment.
     *
     * @param in bytes that came of the stream
     * @param out bytes that nginx gave to the push: sent, or put into its queue
     * @param queues of the connections of which one is the push's; none where it is not known
     */
    record Sample(long atNanos, long in, long out, Map<TcpSockets.Connection, TcpSockets.Queue> queues) {}

    /** How it is. */
    sealed interface Verdict {

        /** As it should. */
        record Flows() implements Verdict {}

        /** More comes than is taken; what waits is worth so much of the stream, and what does not fit is left out. */
        record Lags(Duration behind) implements Verdict {}

        /** Nothing was taken for so long. */
        record Hangs(Duration since) implements Verdict {}
    }

    private final Deque<Sample> samples = new ArrayDeque<>();
    private @Nullable Long stuckSinceNanos;
    private @Nullable Long silentSinceNanos;
    private boolean doubted;
    private boolean lagging;

    /** Until the first keyframe nginx gives a push the sound alone, and of a picture that it does not pass on always: nothing is left out then that a server could have taken. */
    private boolean whole;

    Verdict observe(Sample now) {
        var last = samples.peekLast();
        if (last == null || now.in() <= last.in() || now.out() < last.out()) {
            // It begins, or begins anew, or the encoder pauses: nobody can be blamed for what does not come.
            samples.clear();
            samples.add(now);
            stuckSinceNanos = null;
            silentSinceNanos = null;
            lagging = false;
            whole &= last != null && now.out() >= last.out();
            return new Verdict.Flows();
        }
        if (!whole && isWhole(last, now)) {
            whole = true;
            samples.clear();
            samples.add(last);
        }
        samples.add(now);
        while (now.atNanos() - samples.getFirst().atNanos() > SPAN.toNanos()) {
            samples.removeFirst();
        }
        // Before the first keyframe nothing is sent, and nobody hangs.
        var silent = now.out() == last.out() && now.out() > 0;
        silentSinceNanos = !silent ? null : silentSinceNanos != null ? silentSinceNanos : (Long) last.atNanos();
        stuckSinceNanos =
                !isStuck(last, now) ? null : stuckSinceNanos != null ? stuckSinceNanos : (Long) last.atNanos();
        var hanging = Math.max(nanosSince(stuckSinceNanos, now), nanosSince(silentSinceNanos, now));
        if (hanging >= PATIENCE.toNanos()) {
            return new Verdict.Hangs(Duration.ofNanos(hanging));
        }
        return lag(now);
    }

    private static long nanosSince(@Nullable Long since, Sample now) {
        return since == null ? 0 : now.atNanos() - since;
    }

    private boolean isStuck(Sample last, Sample now) {
        // The cheapest answer first: of many connections that could be meant, nearly always one has room.
        if (now.queues().isEmpty()
                || hasRoom(now)
                || !now.queues().keySet().equals(last.queues().keySet())) {
            doubted = false;
            return false;
        }
        var sent = now.out() - last.out();
        var doubt = false;
        for (var queue : now.queues().entrySet()) {
            var before = last.queues().get(queue.getKey());
            var grown = before == null ? -1 : queue.getValue().bytes() - before.bytes();
            if (grown < 0) {
                doubted = false;
                return false;
            }
            // Once, when the buffer gets full or the two figures were read across a big picture, the sum may be wrong.
            doubt |= grown > 0 && grown < sent - sent / 10;
        }
        var again = doubt && doubted;
        doubted = doubt;
        return !again;
    }

    private static boolean hasRoom(Sample sample) {
        for (var queue : sample.queues().values()) {
            if (!queue.blocked() || queue.bytes() == 0) {
                return true;
            }
        }
        return false;
    }

    /** What waits at least: in the emptiest one that could be meant. */
    private static long waiting(Sample sample) {
        var least = Long.MAX_VALUE;
        for (var queue : sample.queues().values()) {
            least = Math.min(least, queue.bytes());
            if (least == 0) {
                break;
            }
        }
        return sample.queues().isEmpty() ? 0 : least;
    }

    /** Whether all that came from one moment to the other was given to the push, but for what is hardly worth a word. */
    private static boolean isWhole(Sample from, Sample to) {
        var came = to.in() - from.in();
        return to.out() - from.out() >= came - came / 10;
    }

    private Verdict lag(Sample now) {
        var first = samples.getFirst();
        var nanos = now.atNanos() - first.atNanos();
        var came = now.in() - first.in();
        // What nginx leaves out does not wait anywhere; the least length that is not zero stands for it.
        var behind = Duration.ofNanos(Math.max(1, (long) ((double) waiting(now) / came * nanos)));
        // Only what is left out for long counts: a queue that fills up within the span is the other case.
        var leavesOut = whole && nanos >= SPAN.toNanos() * 8 / 10 && !isWhole(first, now);
        if (stuckSinceNanos != null || silentSinceNanos != null) {
            // Whether it is slow or hangs shows soon.
            return lagging ? new Verdict.Lags(behind) : new Verdict.Flows();
        }
        lagging = leavesOut || behind.compareTo(lagging ? CAUGHT_UP : BEHIND) >= 0;
        return lagging ? new Verdict.Lags(behind) : new Verdict.Flows();
    }
}
