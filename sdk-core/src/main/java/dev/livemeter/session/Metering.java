package dev.livemeter.session;

import dev.livemeter.money.Money;
import dev.livemeter.money.Rating;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import java.time.Duration;

/**
 * What a session used and what was taken for it. All figures are cumulative and absolute: a signal that is lost or comes twice
 * changes none of them.
 *
 * @param tariff fixed when the session opens
 * @param basis what decides the price besides the length: the calendar, the destinations, what the payer used before
 * @param used how long it was delivered, up to the last proof of life; monotonic time
 * @param granted the sum of all holds placed for it, and of what was added to them
 * @param charged the sum of all captures; never more than {@code granted} or the cost of {@code used}
 * @param holds how many holds were placed; they are named {@code session/hold-1} and so on
 * @param captures how many captures were made; they are named {@code session/capture-1} and so on
 */
public record Metering(
        Tariff tariff, RatingBasis basis, Duration used, Money granted, Money charged, int holds, int captures) {

    /** Nothing used, nothing granted. */
    public static Metering start(Tariff tariff, RatingBasis basis) {
        var nothing = Money.zero(tariff.currency());
        return new Metering(tariff, basis, Duration.ZERO, nothing, nothing, 0, 0);
    }

    /** The tariff on this basis. */
    public Rating rating() {
        return tariff.rate(basis);
    }

    /** What {@code used} costs. */
    public Money cost() {
        return rating().cost(used);
    }

    /** How long the session may last on what is granted. */
    public Duration paidUntil() {
        return rating().affordable(granted);
    }

    /** What was used and not captured yet; never negative. */
    public Money due() {
        return cost().minus(charged).max(Money.zero(tariff.currency()));
    }

    Metering withUsed(Duration proven) {
        return new Metering(tariff, basis, proven, granted, charged, holds, captures);
    }

    Metering withBasis(RatingBasis next) {
        return new Metering(tariff, next, used, granted, charged, holds, captures);
    }

    Metering withHold(Money amount) {
        return new Metering(tariff, basis, used, granted.plus(amount), charged, holds + 1, captures);
    }

    Metering withRaise(Money amount) {
        return new Metering(tariff, basis, used, granted.plus(amount), charged, holds, captures);
    }

    Metering withCapture(Money amount) {
        return new Metering(tariff, basis, used, granted, charged.plus(amount), holds, captures + 1);
    }
}
