package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Money that moved between accounts, all in one currency. An entry is never changed or deleted; a mistake is corrected by another that
 * names it.
 *
 * @param id the caller's name for it, and the key of its idempotency
 * @param at when it was booked, to the microsecond
 * @param valueAt from when it counts for what has cleared: when it was booked; for a reversal, when the original
 *     counted; for what goes out, {@link #ALWAYS}
 * @param subject what it is about
 * @param memo for people; may be empty
 * @param fingerprint of the request that asked for it
 * @param hold what it was captured from; null where it was not
 * @param reverses the entry that it takes back, wholly or in part; null where it does not
 * @param after the balance of the wallet that it was asked for, right after it; null where no wallet is in it
 * @param postings one or more
 */
public record JournalEntry(
        TransferId id,
        EntryKind kind,
        Instant at,
        Instant valueAt,
        Subject subject,
        String memo,
        Fingerprint fingerprint,
        @Nullable HoldId hold,
        @Nullable TransferId reverses,
        @Nullable WalletBalance after,
        List<Posting> postings) {

    /**
     * The value date of what counts whichever moment is asked about: money that goes out to a payee takes what has cleared, so it is taken off
     * at every moment.
     */
    public static final Instant ALWAYS = Instant.EPOCH;

    /** Checks that it moves something, in one currency. */
    public JournalEntry {
        postings = List.copyOf(postings);
        if (postings.isEmpty() || !isOfOneCurrency(postings)) {
            throw new LivemeterException(
                    "ledger.malformed_entry",
                    "The entry " + id + " has the postings " + postings
                            + "; expected one or more, all in one currency. Nothing was booked.");
        }
    }

    private static boolean isOfOneCurrency(List<Posting> postings) {
        var first = postings.get(0).amount().currency();
        for (var posting : postings) {
            if (!posting.amount().currency().equals(first)) {
                return false;
            }
        }
        return true;
    }

    /** Whether this is what that request asked for. */
    boolean answers(Fingerprint request) {
        return fingerprint.equals(request);
    }

    /** How much of it left accounts of that kind. */
    Money amountFrom(AccountId.Kind source) {
        return postings.stream()
                .filter(posting -> posting.source().kind() == source)
                .map(Posting::amount)
                .reduce(Money.zero(postings.get(0).amount().currency()), Money::plus);
    }

    /** How much it moved in all. */
    public Money amount() {
        return postings.stream().map(Posting::amount).reduce(Money::plus).orElseThrow();
    }

    /**
     * The entry as its wallet's owner sees it.
     *
     * @throws LivemeterException {@code ledger.malformed_entry} where no wallet is in it
     */
    public Transfer transfer() {
        if (after == null || !kind.isTransfer()) {
            throw new LivemeterException(
                    "ledger.malformed_entry",
                    "The entry " + id + " is a " + kind + " and concerns no wallet; it is not a transfer.");
        }
        return new Transfer(id, kind.transferKind(), after.owner(), amount(), at, after);
    }
}
