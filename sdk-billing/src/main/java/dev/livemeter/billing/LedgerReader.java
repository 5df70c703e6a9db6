package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LedgerStore} can be asked. Questions take many keys at once, so that a store can answer for a thousand
 * sessions in one statement; keys that are not known are absent from the answer. Valid only while the function runs that it was given to;
 * for one thread.
 */
public interface LedgerReader {

    /** Those wallets. */
    Map<UserId, WalletAccount> wallets(Collection<UserId> owners);

    /** Those entries. */
    Map<TransferId, JournalEntry> entries(Collection<TransferId> ids);

    /** Those holds, as stored. */
    Map<HoldId, BookedHold> holds(Collection<HoldId> ids);

    /** The holds of those wallets that are stored as open and expire at {@code now} or before. */
    List<BookedHold> dueHolds(Collection<UserId> owners, Instant now);

    /**
     * Some of the owners that have {@linkplain #dueHolds due holds}.
     *
     * @param limit at most so many, 1 or more
     */
    List<UserId> ownersOfDueHolds(Instant now, int limit);

    /**
     * The entries that post to an account, the newest first.
     *
     * @param limit at most so many, 1 or more
     * @param before only those booked before that entry, none where it is unknown; null for the newest
     */
    List<JournalEntry> entriesOf(AccountId account, int limit, @Nullable TransferId before);

    /** Every wallet, in any order, without holding all of them in memory. */
    void eachWallet(Consumer<WalletAccount> visitor);

    /** Every hold, in any order, without holding all of them in memory. */
    void eachHold(Consumer<BookedHold> visitor);

    /** Every entry, in the order of booking, without holding all of them in memory. */
    void eachEntry(Consumer<StoredEntry> visitor);

    default Optional<WalletAccount> wallet(UserId owner) {
        return Optional.ofNullable(wallets(List.of(owner)).get(owner));
    }

    default Optional<JournalEntry> entry(TransferId id) {
        return Optional.ofNullable(entries(List.of(id)).get(id));
    }

    default Optional<BookedHold> hold(HoldId id) {
        return Optional.ofNullable(holds(List.of(id)).get(id));
    }
}
