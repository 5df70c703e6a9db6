package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LedgerStore} can be asked. Questions take many keys at once, so that a store can answer for a thousand
 * sessions in one statement; keys that are not known are absent from the answer. Valid only while the function runs that it was given to;
 * for one thread.
 */
public interface LedgerReader extends BundleReader {

    /** Those wallets. */
    Map<UserId, WalletAccount> wallets(Collection<UserId> owners);

    /** Those entries. */
    Map<TransferId, JournalEntry> entries(Collection<TransferId> ids);

    /** Those holds, as stored. */
    Map<HoldId, BookedHold> holds(Collection<HoldId> ids);

    /** The holds of those wallets that are stored as open and expire at {@code now} or before. */
    List<BookedHold> dueHolds(Collection<UserId> owners, Instant now);

    /**
     * Those holds, and the due holds of those wallets, of which some may be the same. A store that can asks for both at once.
     *
     * @return {@link #holds} and {@link #dueHolds}, in any order
     */
    default List<BookedHold> holdsAndDue(Collection<HoldId> ids, Collection<UserId> owners, Instant now) {
        return Stream.concat(holds(ids).values().stream(), dueHolds(owners, now).stream())
                .toList();
    }

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

    /** As {@link #entriesOf}, of the entries about a subject. */
    List<JournalEntry> entriesAbout(Subject subject, int limit, @Nullable TransferId before);

    /** How much of those entries was reversed; an entry that never was is absent. */
    Map<TransferId, Reversal> reversals(Collection<TransferId> originals);

    /** What is posted to those accounts of earnings and receivables; one that never had a posting is absent. */
    Map<AccountId, Money> balances(Collection<AccountId> accounts);

    /**
     * The balances of one kind, in the order of the accounts' names.
     *
     * @param kind {@code EARNINGS} or {@code RECEIVABLE}
     * @param after only those that come after that account; null for the first
     * @param limit at most so many, 1 or more
     */
    List<KeptBalance> balances(AccountId.Kind kind, @Nullable AccountId after, int limit);

    /** The net effect on an account of all entries that count from after {@code value} on, so of what has not cleared at that moment. */
    Money effectAfter(AccountId account, Currency currency, Instant value);

    /** A message that was taken in before. */
    Optional<Delivery> delivery(String id);

    /**
     * Entries in the order of booking, the oldest first, in pages. This one looks through all of them for each page; a store that has an order can
     * begin where the page does.
     *
     * @param after only those booked after that entry, none where it is unknown; null for the oldest
     * @param limit at most so many, 1 or more
     */
    default List<JournalEntry> journal(@Nullable TransferId after, int limit) {
        var ids = new ArrayList<TransferId>();
        var reached = new AtomicBoolean(after == null);
        eachEntry(entry -> {
            if (reached.get() && ids.size() < limit) {
                ids.add(entry.id());
            }
            reached.compareAndSet(false, entry.id().equals(after));
        });
        var found = entries(ids);
        return ids.stream().flatMap(id -> Stream.ofNullable(found.get(id))).toList();
    }

    /** Every balance of earnings and receivables, in any order, without holding all of them in memory. */
    void eachBalance(Consumer<KeptBalance> visitor);

    /** Every reversal, in any order, without holding all of them in memory. */
    void eachReversal(Consumer<Reversal> visitor);

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
