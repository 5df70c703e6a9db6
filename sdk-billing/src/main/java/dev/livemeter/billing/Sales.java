package dev.livemeter.billing;

import dev.livemeter.money.Money;
import java.time.Duration;
import java.util.List;

/**
 * A sum of what was sold.
 *
 * @param key a value for each dimension that was asked for, in that order
 * @param sessions how many began in here
 * @param time sold, free time included
 * @param list what it would have cost without discounts
 * @param amount what was charged for it
 * @param earned the part of payees
 */
public record Sales(List<String> key, long sessions, Duration time, Money list, Money amount, Money earned) {

    public Sales {
        key = List.copyOf(key);
    }

    /** What discounts took off. */
    public Money discount() {
        return list.minus(amount);
    }

    /** What the operator keeps. */
    public Money kept() {
        return amount.minus(earned);
    }

    Sales plus(Sales other) {
        return new Sales(
                key,
                sessions + other.sessions,
                time.plus(other.time),
                list.plus(other.list),
                amount.plus(other.amount),
                earned.plus(other.earned));
    }
}
