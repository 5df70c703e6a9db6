package dev.livemeter.wallet;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;

/**
 * Asks to give back money that was captured or debited, wholly or in part. A payee gives back the same share that the charge gave.
 *
 * @param id the same for every repeat of this refund
 * @param original the capture or debit
 * @param amount positive; with all refunds before it, at most what the original took
 * @param memo for people who read the books; may be empty, at most 200 characters
 */
public record RefundRequest(TransferId id, TransferId original, Money amount, String memo) {

    public RefundRequest {
        if (!amount.isPositive()) {
            throw new LivemeterException(
                    "wallet.malformed_refund", "A refund of " + amount + " was asked for; expected a positive amount.");
        }
        CallerMadeId.requireMemo("refund", id, memo);
    }
}
