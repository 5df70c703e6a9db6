package dev.livemeter.billing;

import dev.livemeter.wallet.Transfer;

/** What a journal entry books. */
public enum EntryKind {
    /** Paid in: from outside to a wallet. */
    CREDIT,
    /** Taken from a hold: from a wallet to the operator's revenue, and to a payee's earnings. */
    CAPTURE,
    /** Taken at once: as a capture, without a hold. */
    DEBIT,
    /** A capture or debit given back: the other way, by the same split. */
    REFUND,
    /** A credit paid back to where it came from: from a wallet to outside. */
    CREDIT_REFUND,
    /** A credit that the payer's bank took back: as a credit refund, and what the wallet does not have is owed. */
    CHARGEBACK,
    /** What a payee owed, taken from earnings or wallet: to the receivable. */
    RECOVERY,
    /** Earnings on their way to the payee: from earnings to payouts. */
    PAYOUT,
    /** A payout that arrived: from payouts to outside. */
    PAYOUT_PAID,
    /** A payout that came back: to earnings. */
    PAYOUT_RETURN;

    /** Whether an owner of a wallet sees entries of this kind as a {@link Transfer}. */
    boolean isTransfer() {
        return compareTo(CHARGEBACK) <= 0;
    }

    Transfer.Kind transferKind() {
        return Transfer.Kind.valueOf(name());
    }
}
