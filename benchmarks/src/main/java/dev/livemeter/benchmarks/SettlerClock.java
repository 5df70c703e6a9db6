package dev.livemeter.benchmarks;

import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.Settler;
import java.util.ArrayList;
import java.util.List;

/** Passes everything on, and notes when it was under way. Thread-safe. */
final class SettlerClock implements Settler {

    private static final long SECOND = 1_000_000_000L;

    private final Settler settler;
    private List<Call> calls = new ArrayList<>();

    SettlerClock(Settler settler) {
        this.settler = settler;
    }

    private record Call(long from, long to, int sessions, int captures, int holds) {}

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        var from = System.nanoTime();
        try {
            return settler.settle(batch);
        } finally {
            var call = new Call(
                    from,
                    System.nanoTime(),
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
        var until = from + seconds * SECOND;
        var sessions = 0L;
        var captures = 0L;
        var holds = 0L;
        var count = 0;
        for (var call : calls) {
            if (call.to() <= from || call.from() >= until) {
                continue;
            }
            count++;
            sessions += call.sessions();
            captures += call.captures();
            holds += call.holds();
            for (var second = 0; second < seconds; second++) {
                var begin = Math.max(call.from(), from + second * SECOND);
                var end = Math.min(call.to(), from + (second + 1) * SECOND);
                busy[second] += Math.max(0, end - begin) * 100.0 / SECOND;
            }
        }
        calls = new ArrayList<>();
        return new Seen(
                Samples.of(busy),
                (double) sessions / seconds,
                (double) captures / seconds,
                (double) holds / seconds,
                (double) sessions / Math.max(count, 1));
    }

    /**
     * What was seen.
     *
     * @param busyPercent of each second; more than 100 where calls overlapped
     * @param sessions settled in a second
     * @param captures among them in a second
     * @param holds among them in a second
     * @param perBatch sessions
     */
    record Seen(Samples busyPercent, double sessions, double captures, double holds, double perBatch) {}
}
