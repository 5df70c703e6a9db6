package dev.livemeter.jdbc;

import dev.livemeter.spi.QuotaStore;
import java.time.LocalDate;

/** What is used of quotas, on SQL: one row a quota and day, which is locked while it is counted. */
final class JdbcQuotaStore implements QuotaStore {

    private static final int DAYS_KEPT = 7;

    private final Database database;

    JdbcQuotaStore(Database database) {
        this.database = database;
    }

    @Override
    public Used use(String quota, LocalDate day, long spent, long wanted, long limit) {
        // Run again where another one made the row of the day meanwhile.
        return database.writeOrFind(handle -> {
            var known = handle.createQuery(
                            "SELECT used FROM livemeter_quota_day WHERE quota = :quota AND quota_day = :day FOR UPDATE")
                    .bind("quota", quota)
                    .bind("day", day.toString())
                    .mapTo(Long.class)
                    .findOne();
            var recorded = known.orElse(0L) + spent;
            var granted = wanted == 0 || recorded + wanted <= limit;
            var used = granted ? recorded + wanted : recorded;
            if (known.isEmpty() && used > 0) {
                handle.createUpdate(
                                "INSERT INTO livemeter_quota_day (quota, quota_day, used) VALUES (:quota, :day, :used)")
                        .bind("quota", quota)
                        .bind("day", day.toString())
                        .bind("used", used)
                        .execute();
                handle.createUpdate("DELETE FROM livemeter_quota_day WHERE quota = :quota AND quota_day < :before")
                        .bind("quota", quota)
                        .bind("before", day.minusDays(DAYS_KEPT).toString())
                        .execute();
            } else if (used > known.orElse(0L)) {
                handle.createUpdate(
                                "UPDATE livemeter_quota_day SET used = :used WHERE quota = :quota AND quota_day = :day")
                        .bind("quota", quota)
                        .bind("day", day.toString())
                        .bind("used", used)
                        .execute();
            }
            return new Used(used, granted);
        });
    }
}
