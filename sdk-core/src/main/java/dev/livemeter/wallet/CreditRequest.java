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
 */
public record CreditRequest(TransferId id, UserId owner, Money amount, String memo) {

    public CreditRequest {
        if (!amount.isPositive()) {
            throw new LivemeterException(
                    "wallet.malformed_credit", "A credit of " + amount + " was asked for; expected a positive amount.");
        }
        if (memo.length() > 200) {
            throw new LivemeterException(
                    "wallet.malformed_credit",
                    "A memo of " + memo.length() + " characters was given for the credit " + id
                            + "; expected at most 200.");
        }
    }
}
