package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Account;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.StoredEntry;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Books in memory. One unit of work at a time; each write notes how to take it back. It keeps the constraints that a database
 * keeps, so that what a test does to it can be done to a database. Thread-safe.
 */
public final class InMemoryLedgerStore implements LedgerStore {

    private final ReentrantLock turn = new ReentrantLock();
    private final Map<AccountId, Account> accounts = new HashMap<>();
    private final Map<UserId, WalletAccount> wallets = new HashMap<>();
    private final Map<HoldId, BookedHold> holds = new LinkedHashMap<>();
    private final Map<TransferId, JournalEntry> entries = new LinkedHashMap<>();
    private final Map<AccountId, List<JournalEntry>> entriesByAccount = new HashMap<>();

    /** Empty books. */
    public InMemoryLedgerStore() {}

    @Override
    public <T> T read(Function<LedgerReader, T> questions) {
        turn.lock();
        try {
            return questions.apply(new Unit());
        } finally {
            turn.unlock();
        }
    }

    @Override
    public <T> T transact(Function<LedgerTransaction, T> work) {
        turn.lock();
        var unit = new Unit();
        try {
            var result = work.apply(unit);
            unit.undo.clear();
            return result;
        } finally {
            unit.undo.forEach(Runnable::run);
            turn.unlock();
        }
    }

    private final class Unit implements LedgerTransaction {

        /** How to take back what was written, the last write first; empty once it is to stay. */
        private final Deque<Runnable> undo = new ArrayDeque<>();

        @Override
        public Map<UserId, WalletAccount> wallets(Collection<UserId> owners) {
            return pick(wallets, owners);
        }

        @Override
        public Map<UserId, WalletAccount> lock(Collection<UserId> owners) {
            return pick(wallets, owners);
        }

        @Override
        public Map<TransferId, JournalEntry> entries(Collection<TransferId> ids) {
            return pick(entries, ids);
        }

        @Override
        public Map<HoldId, BookedHold> holds(Collection<HoldId> ids) {
            return pick(holds, ids);
        }

        @Override
        public List<BookedHold> dueHolds(Collection<UserId> owners, Instant now) {
            return holds.values().stream()
                    .filter(booked ->
                            isDue(booked, now) && owners.contains(booked.hold().owner()))
                    .toList();
        }

        @Override
        public List<UserId> ownersOfDueHolds(Instant now, int limit) {
            return holds.values().stream()
                    .filter(booked -> isDue(booked, now))
                    .map(booked -> booked.hold().owner())
                    .distinct()
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<JournalEntry> entriesOf(AccountId account, int limit, @Nullable TransferId before) {
            var page = new ArrayList<JournalEntry>();
            var reached = before == null;
            var all = entriesByAccount.getOrDefault(account, List.of());
            for (var i = all.size() - 1; i >= 0 && page.size() < limit; i--) {
                var entry = all.get(i);
                if (reached) {
                    page.add(entry);
                }
                reached = reached || entry.id().equals(before);
            }
            return page;
        }

        @Override
        public void eachWallet(Consumer<WalletAccount> visitor) {
            wallets.values().forEach(visitor);
        }

        @Override
        public void eachHold(Consumer<BookedHold> visitor) {
            holds.values().forEach(visitor);
        }

        @Override
        public void eachEntry(Consumer<StoredEntry> visitor) {
            for (var entry : entries.values()) {
                visitor.accept(
                        new StoredEntry(entry.id(), entry.kind(), entry.hold(), entry.after(), entry.postings()));
            }
        }

        @Override
        public void open(Account account) {
            if (!accounts.containsKey(account.id())) {
                put(accounts, account.id(), account);
            }
        }

        @Override
        public WalletAccount openWallet(UserId owner, Currency currency) {
            var id = AccountId.wallet(owner);
            require(!accounts.containsKey(id), "The account " + id + " is there already.");
            put(accounts, id, new Account(id, currency));
            var wallet = WalletAccount.empty(owner, currency);
            put(wallets, owner, wallet);
            return wallet;
        }

        @Override
        public void append(List<JournalEntry> added) {
            for (var entry : added) {
                require(!entries.containsKey(entry.id()), "The entry " + entry.id() + " is there already.");
                require(
                        entry.hold() == null || holds.containsKey(entry.hold()),
                        "The entry " + entry.id() + " names a hold that is not there.");
                for (var posting : entry.postings()) {
                    requireAccount(posting.account(), posting.amount());
                }
                put(entries, entry.id(), entry);
                entry.postings().stream()
                        .map(posting -> posting.account())
                        .distinct()
                        .forEach(account -> index(account, entry));
            }
        }

        @Override
        public void save(List<WalletAccount> changed) {
            for (var wallet : changed) {
                requireAccount(wallet.id(), wallet.posted());
                require(
                        !wallet.posted().isNegative()
                                && !wallet.held().isNegative()
                                && !wallet.posted().isLessThan(wallet.held()),
                        "The wallet of " + wallet.owner() + " would have " + wallet.posted() + " posted and "
                                + wallet.held() + " held.");
                put(wallets, wallet.owner(), wallet);
            }
        }

        @Override
        public void place(List<BookedHold> added) {
            for (var booked : added) {
                var hold = booked.hold();
                require(!holds.containsKey(hold.id()), "The hold " + hold.id() + " is there already.");
                requireAccount(AccountId.wallet(hold.owner()), hold.amount());
                put(holds, hold.id(), booked);
            }
        }

        @Override
        public void update(List<BookedHold> changed) {
            for (var booked : changed) {
                var hold = booked.hold();
                require(holds.containsKey(hold.id()), "The hold " + hold.id() + " is not there.");
                require(
                        !hold.captured().isNegative() && !hold.amount().isLessThan(hold.captured()),
                        "Of the hold " + hold.id() + " over " + hold.amount() + ", " + hold.captured()
                                + " would be captured.");
                put(holds, hold.id(), booked);
            }
        }

        private <K, V> void put(Map<K, V> map, K key, V value) {
            var previous = map.put(key, value);
            undo.push(() -> {
                if (previous == null) {
                    map.remove(key);
                } else {
                    map.put(key, previous);
                }
            });
        }

        private void index(AccountId account, JournalEntry entry) {
            var list = entriesByAccount.computeIfAbsent(account, any -> new ArrayList<>());
            list.add(entry);
            undo.push(() -> list.remove(list.size() - 1));
        }

        private void requireAccount(AccountId id, Money amount) {
            var account = accounts.get(id);
            require(
                    account != null && account.currency().equals(amount.currency()),
                    "There is no account " + id + " in " + amount.currency() + ".");
        }
    }

    private static <K, V> Map<K, V> pick(Map<K, V> from, Collection<K> keys) {
        var found = new HashMap<K, V>();
        for (var key : keys) {
            var value = from.get(key);
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    private static boolean isDue(BookedHold booked, Instant now) {
        return booked.hold().state() == Hold.State.OPEN
                && !now.isBefore(booked.hold().expiresAt());
    }

    private static void require(boolean kept, String otherwise) {
        if (!kept) {
            throw new LivemeterException(
                    "storage.constraint", otherwise + " The books refuse that; nothing was written.");
        }
    }
}
