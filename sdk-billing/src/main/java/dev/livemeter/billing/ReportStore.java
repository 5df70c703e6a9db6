package dev.livemeter.billing;

import java.time.LocalDate;
import java.util.List;

/**
 * Sums over what is stored, made where it lies. Thread-safe.
 *
 * <p>Rules for every implementation are kept by {@code ReportStoreContract}, numbered in {@code docs/contracts/report-store.md}.
 */
public interface ReportStore {

    /**
     * Sums of {@link SoldLine}s of sessions that are over, in any order; by {@code PLATFORM}, of {@link SoldPart}s. Where a session has none of these, its lines are
     * answered with all platforms of the session in one value, as the lines have them; {@link Reports} shares them out.
     */
    List<Sales> sales(SalesQuery query);

    /** What was booked from one day to before another, in UTC, by day, kind and currency, in any order. */
    List<Movements> movements(LocalDate from, LocalDate to);
}
