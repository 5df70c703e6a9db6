package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.TransferId;

/**
 * How much of an entry was reversed by later ones. A store refuses more than the whole, whoever races.
 *
 * @param original the entry
 * @param amount what it moved
 * @param reversed how much of that was moved back; zero or more, at most {@code amount}
 */
public record Reversal(TransferId original, Money amount, Money reversed) {

    /** What can still be reversed. */
    public Money remaining() {
        return amount.minus(reversed);
    }
}
