package dev.livemeter.money;

import java.time.Duration;
import java.time.YearMonth;
import java.time.format.TextStyle;
import java.util.Locale;

/**
 * A part of a session's price, and why it is so.
 *
 * @param kind what the amount is for
 * @param from where it begins, counted from the session's start
 * @param to where it ends: of time sold, the end of an increment
 * @param month in which its increments begin
 * @param rate before factor and discount
 * @param tier whose discount holds
 * @param tierModel how the tier was chosen
 * @param factor that holds
 * @param destinations the most there were, of the steps that decided the factor
 * @param listPrice with the factor and before the discount; for {@link Kind#MINIMUM} the least charge itself
 * @param amount what it costs. The amounts of an explanation add up exactly; so one of them can differ by a micro-unit from what it would be
 *     alone. Below zero only for {@link Kind#MINIMUM}, where earlier minutes count towards a least charge that was taken before
 */
public record RatedSpan(
        Kind kind,
        Duration from,
        Duration to,
        YearMonth month,
        Rate rate,
        Tier tier,
        TierModel tierModel,
        DestinationFactor factor,
        int destinations,
        Money listPrice,
        Money amount) {

    /** What an amount is for. */
    public enum Kind {
        /** The free time at the start of a session. */
        FREE,
        /** Time that bundles of minutes cover, to the second. */
        COVERED,
        /** Increments sold. */
        TIME,
        /** What the least charge adds to, or takes from, the increments. */
        MINIMUM
    }

    /** How long it is. */
    public Duration length() {
        return to.minus(from);
    }

    /** Whether it is time that costs nothing because the session has just begun. */
    public boolean isFree() {
        return kind == Kind.FREE;
    }

    /** Whether it is time that costs nothing because a bundle of minutes covers it. */
    public boolean isCovered() {
        return kind == Kind.COVERED;
    }

    /** The list price less the amount; zero but for time sold. */
    public Money discount() {
        return kind == Kind.TIME ? listPrice.minus(amount) : Money.zero(amount.currency());
    }

    /** Which minutes, at which rate, and why, in plain words. */
    public String sentence() {
        return switch (kind) {
            case FREE -> time() + ": free at the start of a session.";
            case COVERED -> time() + ": covered by bundled minutes.";
            case TIME -> time() + ", " + monthName() + ": " + rate + times() + less() + " makes " + amount + ".";
            case MINIMUM ->
                amount.isNegative()
                        ? "Of the least charge of " + listPrice + ", taken before, " + amount.negated()
                                + " counts towards this."
                        : "A session costs at least " + listPrice + ": " + amount + " more.";
        };
    }

    private String time() {
        if (!isWholeMinutes(from) || !isWholeMinutes(to)) {
            return clock(from.toSeconds()) + " to " + clock(to.toSeconds());
        }
        var first = from.toMinutes() + 1;
        var last = to.toMinutes();
        return first == last ? "Minute " + first : "Minutes " + first + " to " + last;
    }

    private static boolean isWholeMinutes(Duration time) {
        return time.equals(Duration.ofMinutes(time.toMinutes()));
    }

    private String times() {
        if (factor.permille() == DestinationFactor.ONE) {
            return "";
        }
        return ", times " + Decimals.factor(factor.permille()) + " from " + factor.from()
                + (factor.from() == 1 ? " destination on" : " destinations on");
    }

    private String less() {
        if (tier.discountBasisPoints() == 0) {
            return times().isEmpty() ? "" : ",";
        }
        var used = tier.from().isZero()
                ? ""
                : tierModel == TierModel.GRADUATED
                        ? " after " + Decimals.time(tier.from()) + " in the month"
                        : " for a session that begins after " + Decimals.time(tier.from()) + " in the month";
        return ", less " + Decimals.percent(tier.discountBasisPoints()) + " %" + used + ",";
    }

    private String monthName() {
        return month.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH) + " " + month.getYear();
    }

    private static String clock(long seconds) {
        return seconds / 3600 + ":" + twoDigits(seconds / 60 % 60) + ":" + twoDigits(seconds % 60);
    }

    private static String twoDigits(long number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }
}
