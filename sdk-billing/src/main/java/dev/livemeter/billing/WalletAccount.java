package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.util.Currency;

/**
 * The row that is locked to change a wallet, with the balances that can be derived from postings and holds and are kept here so
 * that nobody has to.
 *
 * @param posted the sum of the wallet's postings; a store refuses less than zero
 * @param held what remains of the holds that are stored as open, those past their time included; a store refuses less than zero
 *     and more than {@code posted}
 */
public record WalletAccount(UserId owner, Money posted, Money held) {

    /** A wallet that was just opened. */
    public static WalletAccount empty(UserId owner, Currency currency) {
        return new WalletAccount(owner, Money.zero(currency), Money.zero(currency));
    }

    /** Its account. */
    public AccountId id() {
        return AccountId.wallet(owner);
    }

    public Currency currency() {
        return posted.currency();
    }
}
