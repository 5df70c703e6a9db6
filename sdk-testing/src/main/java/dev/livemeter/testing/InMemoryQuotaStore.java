package dev.livemeter.testing;

import dev.livemeter.spi.QuotaStore;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/** What is used of quotas, in memory, for tests. Thread-safe. */
final class InMemoryQuotaStore implements QuotaStore {

    private final Map<Day, Long> days = new HashMap<>();

    private record Day(String quota, LocalDate day) {}

    @Override
    public synchronized Used use(String quota, LocalDate day, long spent, long wanted, long limit) {
        var recorded = days.getOrDefault(new Day(quota, day), 0L) + spent;
        var granted = wanted == 0 || recorded + wanted <= limit;
        var used = granted ? recorded + wanted : recorded;
        days.put(new Day(quota, day), used);
        return new Used(used, granted);
    }
}
