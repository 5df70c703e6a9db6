package dev.livemeter.platforms.http;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * The units that a platform gives an application for a day, and what is left of them. Kept in memory: a restart begins with a full day, and each node counts its own, so
 * give each of several nodes its share; when the platform itself says that they are used up, that stands. Thread-safe.
 */
public final class QuotaLedger {

    private final InstantSource clock;
    private final ZoneId zone;
    private final long perDay;
    private final long reserve;
    private final Map<String, Integer> prices;
    private final int otherPrice;
    private LocalDate day;
    private long spent;

    /**
     * @param zone whose midnight it begins anew at
     * @param reserve kept back from {@linkplain Call.Need#ROUTINE routine} calls
     * @param prices of operations, in units
     * @param otherPrice of those that are not among them
     */
    public QuotaLedger(
            InstantSource clock, ZoneId zone, long perDay, long reserve, Map<String, Integer> prices, int otherPrice) {
        this.clock = clock;
        this.zone = zone;
        this.perDay = perDay;
        this.reserve = reserve;
        this.prices = Map.copyOf(prices);
        this.otherPrice = otherPrice;
        this.day = LocalDate.ofInstant(clock.instant(), zone);
    }

    /** For platforms that count no units. */
    public static QuotaLedger unlimited(InstantSource clock) {
        return new QuotaLedger(clock, ZoneId.of("UTC"), Long.MAX_VALUE, 0, Map.of(), 0);
    }

    /** Takes the price of that call, where enough is left for its need. Charged for each attempt, as platforms do. */
    synchronized boolean charge(Call call) {
        if (call.need() == Call.Need.FREE || !limited()) {
            return true;
        }
        roll();
        long price = price(call.operation());
        var kept = call.need() == Call.Need.ROUTINE ? reserve : 0;
        if (perDay - spent - kept < price) {
            return false;
        }
        spent += price;
        return true;
    }

    /** Whether a routine call of each of these could be sent one after the other; takes nothing. */
    public boolean affords(List<String> operations) {
        return !limited()
                || leftForRoutine()
                        >= operations.stream().mapToLong(this::price).sum();
    }

    /** The platform says that nothing is left, whatever was counted here. */
    synchronized void exhaust() {
        roll();
        spent = perDay;
    }

    public int price(String operation) {
        return prices.getOrDefault(operation, otherPrice);
    }

    public boolean limited() {
        return perDay != Long.MAX_VALUE;
    }

    /** Units left today. */
    public synchronized long left() {
        roll();
        return perDay - spent;
    }

    /** Those of them that routine calls may use. */
    public long leftForRoutine() {
        return Math.max(left() - reserve, 0);
    }

    /** When it begins anew. */
    public Instant resetAt() {
        return LocalDate.ofInstant(clock.instant(), zone)
                .plusDays(1)
                .atStartOfDay(zone)
                .toInstant();
    }

    private void roll() {
        var today = LocalDate.ofInstant(clock.instant(), zone);
        if (today.isAfter(day)) {
            day = today;
            spent = 0;
        }
    }
}
