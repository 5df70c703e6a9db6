package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Money that moved between accounts. Postings of an entry sum to zero in each currency: nothing comes from nowhere. An entry is never
 * changed or deleted; a mistake is corrected by another.
 *
 * @param id the caller's name for it, and the key of its idempotency
 * @param at when it was booked, to the microsecond
 * @param memo for people; may be empty
 * @param fingerprint of the request that asked for it
 * @param hold what it was captured from; null where it was not
 * @param after the balance of the wallet that it was asked for, right after it
 * @param postings two or more, none of them zero
 */
public record JournalEntry(
        TransferId id,
        Transfer.Kind kind,
        Instant at,
        String memo,
        Fingerprint fingerprint,
        @Nullable HoldId hold,
        WalletBalance after,
        List<Posting> postings) {

    public JournalEntry {
        postings = List.copyOf(postings);
        if (postings.size() < 2 || postings.stream().anyMatch(p -> p.amount().isZero())) {
            throw new LivemeterException(
                    "ledger.malformed_entry",
                    "The entry " + id + " has " + postings.size()
                            + " postings; expected two or more, and none of them zero.");
        }
        var sums = Sums.byCurrency(postings);
        if (!sums.isZero()) {
            throw new LivemeterException(
                    "ledger.unbalanced_entry",
                    "The postings of the entry " + id + " sum to " + sums
                            + "; expected zero in each currency. Nothing was booked.");
        }
    }

    /** Whether this is what that request asked for. */
    boolean answers(Fingerprint request) {
        return fingerprint.equals(request);
    }

    /** The entry as its wallet's owner sees it. */
    public Transfer transfer() {
        return new Transfer(id, kind, after.owner(), amount(), at, after);
    }

    private Money amount() {
        var wallet = AccountId.wallet(after.owner());
        return postings.stream()
                .filter(posting -> posting.account().equals(wallet))
                .map(posting -> posting.amount().isNegative() ? posting.amount().negated() : posting.amount())
                .reduce(Money::plus)
                .orElseThrow(() -> new LivemeterException(
                        "ledger.malformed_entry",
                        "The entry " + id + " tells a balance of " + wallet + " but has no posting there."));
    }
}
