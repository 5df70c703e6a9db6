package dev.livemeter.wallet;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;

/**
 * What stands in a wallet at one moment.
 *
 * @param posted what was paid in less what was captured; never negative
 * @param held the part of it that open, unexpired holds reserve; never more than {@code posted}
 */
public record WalletBalance(UserId owner, Money posted, Money held) {

    /** What a new hold can still reserve. */
    public Money available() {
        return posted.minus(held);
    }
}
