package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;

/**
 * Asks to pay money into a wallet; the first credit opens the wallet in its currency.
 *
 * @param id names the purchase, so that a delivery that comes twice is paid in once
 * @param amount positive
 * @param memo for people who read the books; may be empty, at most 200 characters
 * @param subject what it is for
 */
public record CreditRequest(TransferId id, UserId owner, Money amount, String memo, Subject subject) {

    public CreditRequest {
        if (!amount.isPositive()) {
            throw new LivemeterException(
                    "wallet.malformed_credit", "A credit of " + amount + " was asked for; expected a positive amount.");
        }
        CallerMadeId.requireMemo("credit", id, memo);
    }

    /** A credit about itself. */
    public CreditRequest(TransferId id, UserId owner, Money amount, String memo) {
        this(id, owner, amount, memo, new Subject(id.value()));
    }
}
