package dev.livemeter.platforms.http;

import dev.livemeter.time.TimeSource;
import java.time.Duration;

/**
 * What may be asked of a platform.
 *
 * @param project requests of the whole application
 * @param account requests for each account
 */
public record Budgets(RateBudget project, RateBudget account, QuotaLedger quota) {

    /** As many as anybody needs; the platform may still ask for a pause. */
    public static Budgets generous(TimeSource time) {
        return new Budgets(
                new RateBudget(time, 1_000, Duration.ofSeconds(10)),
                new RateBudget(time, 100, Duration.ofSeconds(10)),
                QuotaLedger.unlimited(time));
    }
}
