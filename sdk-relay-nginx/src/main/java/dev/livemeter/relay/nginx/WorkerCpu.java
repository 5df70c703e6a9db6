package dev.livemeter.relay.nginx;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How busy the busiest of nginx's workers was between two looks. A worker has one thread, so that 100 % is all that it can do. Thread-safe. */
final class WorkerCpu {

    /** The kernel counts in hundredths of a second, which says nothing about a shorter time. */
    private static final Duration SHORTEST = Duration.ofMillis(500);

    private @Nullable Look last;
    private @Nullable Integer percent;

    private record Look(long atNanos, Map<Long, Duration> spent) {}

    /** The processor time that each worker has used since it began, by process; empty where the machine does not tell. */
    static Map<Long, Duration> spentBy(ProcessHandle master) {
        var spent = new HashMap<Long, Duration>();
        master.children()
                .forEach(worker ->
                        worker.info().totalCpuDuration().ifPresent(duration -> spent.put(worker.pid(), duration)));
        return spent;
    }

    /** How many percent; null before the second look. */
    synchronized @Nullable Integer percent(Map<Long, Duration> spent, long nowNanos) {
        var before = last;
        if (before == null) {
            last = new Look(nowNanos, spent);
            return null;
        }
        var passed = nowNanos - before.atNanos();
        if (passed < SHORTEST.toNanos()) {
            return percent;
        }
        var busiest = spent.entrySet().stream()
                .filter(worker -> before.spent().containsKey(worker.getKey()))
                .mapToLong(worker -> worker.getValue()
                        .minus(before.spent().getOrDefault(worker.getKey(), Duration.ZERO))
                        .toNanos())
                .max();
        last = new Look(nowNanos, spent);
        percent = busiest.isPresent() ? Math.toIntExact(Math.min(busiest.getAsLong() * 100 / passed, 100)) : null;
        return percent;
    }
}
