package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it lies in a store, unchecked. {@link Ledger#verify()} reads these: a {@link JournalEntry} cannot be made
 * of books that are wrong, and wrong books are what it looks for.
 *
 * @param lines those that are there, even none
 */
public record StoredEntry(
        TransferId id,
        EntryKind kind,
        @Nullable HoldId hold,
        @Nullable TransferId reverses,
        @Nullable WalletBalance after,
        List<Line> lines) {

    public StoredEntry {
        lines = List.copyOf(lines);
    }

    /** As {@link Posting}, unchecked. */
    public record Line(AccountId source, AccountId destination, Money amount) {

        /** A posting, as it would lie in a store. */
        public static Line of(Posting posting) {
            return new Line(posting.source(), posting.destination(), posting.amount());
        }
    }

    /** An entry, as it would lie in a store. */
    public static StoredEntry of(JournalEntry entry) {
        return new StoredEntry(
                entry.id(),
                entry.kind(),
                entry.hold(),
                entry.reverses(),
                entry.after(),
                entry.postings().stream().map(Line::of).toList());
    }
}
