package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;

/**
 * What a payee has earned in one currency and was not paid out.
 *
 * @param posted all of it; zero or more
 * @param cleared the part of it that can be paid out: what counts from the asked moment or before; zero or more
 * @param owed what the payee owes the operator, to be taken off the next payout; zero or more
 */
public record EarningsBalance(UserId payee, Money posted, Money cleared, Money owed) {

    /** The part that has not cleared yet. */
    public Money pending() {
        return posted.minus(cleared);
    }
}
