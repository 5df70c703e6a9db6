package dev.livemeter.benchmarks;

import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.Settler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** Passes everything on, and notes when it was under way. Thread-safe. */
final class SettlerClock implements Settler {

    private static final long SECOND = 1_000_000_000L;

    private final Settler settler;
    private final LongSupplier nanoTime;
    private List<Call> calls = new ArrayList<>();

    SettlerClock(Settler settler) {
        this(settler, System::nanoTime);
    }

    SettlerClock(Settler settler, LongSupplier nanoTime) {
        this.settler = settler;
        this.nanoTime = nanoTime;
    }

    private record Call(long from, long to, int sessions, int captures, int holds) {}

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        var from = nanoTime.getAsLong();
        try {
            return settler.settle(batch);
        } finally {
            var call = new Call(
                    from,
                    nanoTime.getAsLong(),
                    batch.size(),
                    batch.stream()
                            .mapToInt(request -> request.captures().size())
                            .sum(),
                    (int) batch.stream()
                            .filter(request -> request.hold() != null)
                            .count());
            synchronized (this) {
                calls.add(call);
            }
        }
    }

    /** What was under way in whole seconds from {@code from} on, as {@link System#nanoTime} counts; forgets what came before. */
    synchronized Seen since(long from, int seconds) {
        var busy = new double[seconds];
        var elapsed = new double[seconds];
        var until = from + seconds * SECOND;
        // until then it is counted already that somebody was at it
        var counted = from;
        var sessions = 0L;
        var captures = 0L;
        var holds = 0L;
        var count = 0;
        calls.sort(Comparator.comparingLong(Call::from));
        for (var call : calls) {
            if (call.to() <= from || call.from() >= until) {
                continue;
            }
            count++;
            sessions += call.sessions();
            captures += call.captures();
            holds += call.holds();
            add(busy, call.from() - from, call.to() - from);
            add(elapsed, Math.max(call.from(), counted) - from, call.to() - from);
            counted = Math.max(counted, call.to());
        }
        calls = new ArrayList<>();
        return new Seen(
                Samples.of(busy),
                Samples.of(elapsed),
                (double) sessions / seconds,
                (double) captures / seconds,
                (double) holds / seconds,
                (double) sessions / Math.max(count, 1));
    }

    /** Adds to each second what of it lies between two moments, in percent; nothing where the first is not the earlier. */
    private static void add(double[] percent, long from, long to) {
        for (var second = 0; second < percent.length; second++) {
            var begin = Math.max(from, second * SECOND);
            var end = Math.min(to, (second + 1) * SECOND);
            percent[second] += Math.max(0, end - begin) * 100.0 / SECOND;
        }
    }

    /**
     * What was seen.
     *
     * @param busyPercent of each second, of all threads together; more than 100 where calls overlapped
     * @param elapsedPercent of each second, in which one call at least was under way
     * @param sessions settled in a second
     * @param captures among them in a second
     * @param holds among them in a second
     * @param perBatch sessions
     */
    record Seen(
            Samples busyPercent,
            Samples elapsedPercent,
            double sessions,
            double captures,
            double holds,
            double perBatch) {}
}
