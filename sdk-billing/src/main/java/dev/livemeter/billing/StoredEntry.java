package dev.livemeter.billing;

import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it lies in a store, unchecked. {@link Ledger#verify()} reads these: a {@link JournalEntry} cannot be made
 * of books that are wrong, and wrong books are what it looks for.
 *
 * @param postings those that are there, even none
 */
public record StoredEntry(
        TransferId id, Transfer.Kind kind, @Nullable HoldId hold, WalletBalance after, List<Posting> postings) {
    public StoredEntry {
        postings = List.copyOf(postings);
    }
}
