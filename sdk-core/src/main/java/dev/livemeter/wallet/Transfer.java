package dev.livemeter.wallet;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.time.Instant;

/**
 * Money that moved, for good. A transfer is never changed; a mistake is corrected by another.
 *
 * @param amount positive
 * @param at when the books took it
 * @param after the owner's balance right after it
 */
public record Transfer(TransferId id, Kind kind, UserId owner, Money amount, Instant at, WalletBalance after) {

    /** Which way, seen from the wallet. */
    public enum Kind {
        /** Paid in. */
        CREDIT,
        /** Taken from a hold, for something delivered. */
        CAPTURE,
        /** Taken at once, without a hold: a tip, a ticket. */
        DEBIT,
        /** A capture or debit given back, wholly or in part. */
        REFUND,
        /** A credit paid back to where it came from, wholly or in part. */
        CREDIT_REFUND,
        /** A credit that the payer's bank took back. */
        CHARGEBACK
    }
}
