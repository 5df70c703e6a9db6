package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;

/**
 * Earnings that are paid out to one payee in one batch.
 *
 * @param id {@code payout/BATCH/PAYEE}
 * @param amount what the payee gets, in whole minor units of the currency
 * @param preparedAt when it left the payee's earnings
 * @param reference what it was paid with; empty before
 * @param reason why it came back; empty where it did not
 */
public record Payout(
        TransferId id,
        String batch,
        UserId payee,
        Money amount,
        State state,
        Instant preparedAt,
        String reference,
        String reason) {

    /** Where a payout stands; it only moves down this list. */
    public enum State {
        /** It left the earnings, and is to be sent. */
        IN_TRANSIT,
        /** It was sent. */
        PAID,
        /** It failed or came back, and is earnings again. */
        RETURNED
    }
}
