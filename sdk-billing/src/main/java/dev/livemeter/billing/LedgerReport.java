package dev.livemeter.billing;

import java.util.List;

/**
 * What {@link Ledger#verify()} found.
 *
 * @param entries how many were looked at
 * @param postings how many were looked at
 * @param wallets how many were looked at
 * @param holds how many were looked at
 * @param findings the first {@value #MOST_FINDINGS} things that are wrong; none in books that are right
 * @param furtherFindings how many more there are
 */
public record LedgerReport(
        long entries, long postings, long wallets, long holds, List<Finding> findings, long furtherFindings) {

    /** How many findings a report spells out. */
    public static final int MOST_FINDINGS = 100;

    public LedgerReport {
        findings = List.copyOf(findings);
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return findings.isEmpty();
    }

    /** What was looked at and how it stands, for people. */
    public String sentence() {
        var looked = entries + (entries == 1 ? " entry" : " entries") + " with " + postings
                + (postings == 1 ? " posting" : " postings") + ", " + wallets + (wallets == 1 ? " wallet" : " wallets")
                + " and " + holds + (holds == 1 ? " hold" : " holds") + " were looked at";
        var wrong = findings.size() + furtherFindings;
        return isClean()
                ? "The books are right: " + looked + ", and every balance is the sum of its postings."
                : "The books are wrong: " + looked + ", and " + wrong
                        + (wrong == 1 ? " thing is wrong." : " things are wrong.");
    }

    /**
     * Something that is wrong.
     *
     * @param subject the entry, account or hold
     * @param sentence what was found and what was expected
     */
    public record Finding(Kind kind, String subject, String sentence) {}

    /** What can be wrong. */
    public enum Kind {
        /** An entry has no posting. */
        EMPTY_ENTRY,
        /** A posting is to an account that is not there, or in another currency than the account's. */
        MISPLACED_POSTING,
        /** A balance that an entry tells is not the sum of the wallet's postings up to it. */
        WRONG_HISTORY,
        /** The posted balance of an account is not the sum of its postings. */
        WRONG_POSTED,
        /** The held balance of a wallet is not what remains of its open holds. */
        WRONG_HELD,
        /** A wallet is below zero, or more is held than is posted. */
        NEGATIVE_WALLET,
        /** What was captured from a hold is not what its captures posted, or is more than was held. */
        WRONG_HOLD,
        /** Earnings, revenue or payouts on their way are below zero, or a receivable is above it. */
        NEGATIVE_BALANCE,
        /** What was reversed of an entry is not what its reversals posted, or is more than the whole, or the whole is not the entry's. */
        WRONG_REVERSAL
    }
}
