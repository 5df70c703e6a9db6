package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What sales are asked for, and by what they are put together.
 *
 * @param from the first day, by the calendar of each session
 * @param to the day after the last one
 * @param payer only what that user paid; null for all
 * @param payee only what that user earns from; null for all
 * @param by in this order; empty for one sum of each currency
 */
public record SalesQuery(
        LocalDate from,
        LocalDate to,
        @Nullable UserId payer,
        @Nullable UserId payee,
        List<Dimension> by) {

    /** By what sales can be put together. */
    public enum Dimension {
        /** The day of the session's calendar, such as {@code 2026-03-01}. */
        DAY,
        /** The month of the session's calendar, such as {@code 2026-03}. */
        MONTH,
        /** Who paid. */
        PAYER,
        /** Who earned; empty where the operator earned all. */
        PAYEE,
        /** {@code RELAY} or {@code CALL}. */
        LANE,
        /** The discount of the volume tier in percent, such as {@code 20}. */
        TIER,
        /** The factor of the number of destinations, such as {@code 1.2}. */
        FACTOR,
        /**
         * Where it was passed on to: time and money are divided by how long each destination was live, as {@link SoldPart} says, and a session counts at each
         * platform. Where that is not known, they are shared evenly among the destinations that the session began with. Empty where there were none.
         */
        PLATFORM
    }

    public SalesQuery {
        by = List.copyOf(by);
        if (!from.isBefore(to)) {
            throw new LivemeterException(
                    "report.malformed_period",
                    "A report from " + from + " to before " + to + " was asked for; expected at least one day.");
        }
        if (by.stream().distinct().count() < by.size()) {
            throw new LivemeterException(
                    "report.malformed_grouping", "Sales were asked for by " + by + "; name each once.");
        }
    }

    /** Everything that was sold in a period. */
    public static SalesQuery between(LocalDate from, LocalDate to) {
        return new SalesQuery(from, to, null, null, List.of());
    }

    /** The same of one payer. */
    public SalesQuery paidBy(UserId user) {
        return new SalesQuery(from, to, user, payee, by);
    }

    /** The same of one payee. */
    public SalesQuery earnedBy(UserId user) {
        return new SalesQuery(from, to, payer, user, by);
    }

    /** The same put together by that as well. */
    public SalesQuery by(Dimension dimension) {
        var all = new ArrayList<>(by);
        all.add(dimension);
        return new SalesQuery(from, to, payer, payee, all);
    }
}
