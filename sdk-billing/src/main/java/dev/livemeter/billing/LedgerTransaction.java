package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One unit of work on the books: all of it is kept, or nothing. It sees its own writes. A write that the constraints of the store
 * refuse (a wallet below zero, more held than posted, an unknown account, the wrong currency) throws and undoes the unit.
 */
public interface LedgerTransaction extends LedgerReader, BundleBooks {

    /**
     * Locks wallets until the unit of work ends, and waits for whoever has them locked. What is read of a wallet, its holds and
     * its entries after that is what the last transaction left.
     *
     * <p>Lock all wallets in one call, before anything is written: a store locks them in an order of its own that is the same for all.
     *
     * @return those that exist; one that does not cannot be locked, and two that open it race (see {@link LedgerStore#transact})
     */
    Map<UserId, WalletAccount> lock(Collection<UserId> owners);

    default Optional<WalletAccount> lock(UserId owner) {
        return Optional.ofNullable(lock(List.of(owner)).get(owner));
    }

    /**
     * Begins a unit: {@link #lock locks} wallets and reads what is decided on. A store that can asks for all of it at once. Called once, and before anything else.
     *
     * @param owners whose wallets are locked
     * @param onlookers whose wallets are only read
     * @param transfers the entries to be read
     * @param holds the holds to be read, besides the due ones of all these wallets
     * @param time is asked after the locks were had: entries of a wallet stand in the order of their dates
     */
    default UnitStart begin(
            Collection<UserId> owners,
            Collection<UserId> onlookers,
            Collection<TransferId> transfers,
            Collection<HoldId> holds,
            InstantSource time) {
        var wallets = new HashMap<>(lock(owners));
        wallets.putAll(wallets(onlookers));
        var now = time.instant().truncatedTo(ChronoUnit.MICROS);
        return new UnitStart(wallets, entries(transfers), holdsAndDue(holds, wallets.keySet(), now), now);
    }

    /**
     * Locks balances of earnings and receivables until the unit ends. Called after {@link #lock}, once, and before anything is written.
     *
     * @return those that exist
     */
    Map<AccountId, Money> lockBalances(Collection<AccountId> accounts);

    /** Adds an account of the operator where it is not there yet. */
    void open(Account account);

    /**
     * Adds a wallet that {@link #lock} did not find, with nothing posted and nothing held. It counts as locked. Where another
     * unit has opened it since, this unit has lost a race and is run again; it must not go on as if the wallet were empty.
     */
    WalletAccount openWallet(UserId owner, Currency currency);

    /** Adds entries, in that order. */
    void append(List<JournalEntry> entries);

    /** Writes the balances of wallets that this unit has locked or opened. */
    void save(List<WalletAccount> wallets);

    /** Adds holds of wallets that this unit has locked. */
    void place(List<BookedHold> holds);

    /** Writes amount, captured amount, state and end of holds that exist, of wallets that this unit has locked. */
    void update(List<BookedHold> holds);

    /**
     * Adds to balances of earnings and receivables, locked or not, and opens those that are not there. Called at most once in a unit, after
     * the locks were had; a store takes them in an order of its own that is the same for all.
     */
    void adjust(Map<AccountId, Money> changes);

    /** Writes how much of entries was reversed. */
    void reverse(List<Reversal> reversals);

    /** Notes a message that was taken in. One that is there already means a lost race, as for an entry. */
    void receive(Delivery delivery);
}
