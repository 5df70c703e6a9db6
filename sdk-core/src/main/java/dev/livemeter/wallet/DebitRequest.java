package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Asks to take money at once, without a hold: a tip, a ticket (Direct Debiting of RFC 8506, 6.3).
 *
 * @param id the same for every repeat of this debit
 * @param amount positive
 * @param memo for people who read the books; may be empty, at most 200 characters
 * @param subject what it is for
 * @param allotment the payee's part of the amount; null where the operator earns all of it
 */
public record DebitRequest(
        TransferId id,
        UserId owner,
        Money amount,
        String memo,
        Subject subject,
        @Nullable Allotment allotment) {

    public DebitRequest {
        if (!amount.isPositive()) {
            throw new LivemeterException(
                    "wallet.malformed_debit", "A debit of " + amount + " was asked for; expected a positive amount.");
        }
        CallerMadeId.requireMemo("debit", id, memo);
        if (allotment != null) {
            Allotment.requireWithin(amount, allotment);
        }
    }
}
