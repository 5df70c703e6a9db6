package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Account;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.billing.Delivery;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.KeptBalance;
import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.Reversal;
import dev.livemeter.billing.SettlementTransaction;
import dev.livemeter.billing.StoredEntry;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Books in memory. One unit of work at a time; each write notes how to take it back. It keeps the constraints that a database
 * keeps, so that what a test does to it can be done to a database. Thread-safe.
 */
public final class InMemoryLedgerStore implements LedgerStore {

    private static final Set<EntryKind> TAKING_BACK =
            Set.of(EntryKind.REFUND, EntryKind.CREDIT_REFUND, EntryKind.CHARGEBACK, EntryKind.PAYOUT_RETURN);

    private final ReentrantLock turn = new ReentrantLock();
    private final Map<AccountId, Account> accounts = new HashMap<>();
    private final Map<UserId, WalletAccount> wallets = new HashMap<>();
    private final Map<HoldId, BookedHold> holds = new LinkedHashMap<>();
    private final Map<TransferId, JournalEntry> entries = new LinkedHashMap<>();
    private final Map<AccountId, List<JournalEntry>> entriesByAccount = new HashMap<>();
    private final Map<Subject, List<JournalEntry>> entriesBySubject = new HashMap<>();
    private final Map<UserId, Set<HoldId>> openHolds = new HashMap<>();
    private final Map<AccountId, Money> balances = new TreeMap<>(Comparator.comparing(AccountId::toString));
    private final Map<TransferId, Reversal> reversals = new HashMap<>();
    private final Map<String, Delivery> deliveries = new HashMap<>();
    private final Map<BundleId, Bundle> bundles = new TreeMap<>(Comparator.comparing(BundleId::value));
    private final Map<SessionId, List<BundleUse>> bundleUses = new TreeMap<>(Comparator.comparing(SessionId::value));

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
        return transact(new Unit(), work);
    }

    <T> T settle(InMemorySessionStore sessions, Function<SettlementTransaction, T> work) {
        // Nobody may see a session that this unit has replaced and then puts back.
        synchronized (sessions) {
            return transact(new SettlementUnit(sessions), work);
        }
    }

    List<JournalEntry> allEntries() {
        turn.lock();
        try {
            return List.copyOf(entries.values());
        } finally {
            turn.unlock();
        }
    }

    private <U extends Unit, T> T transact(U unit, Function<? super U, T> work) {
        turn.lock();
        try {
            var result = work.apply(unit);
            unit.undo.clear();
            return result;
        } finally {
            unit.undo.forEach(Runnable::run);
            turn.unlock();
        }
    }

    private final class SettlementUnit extends Unit implements SettlementTransaction {

        private final InMemorySessionStore sessions;

        SettlementUnit(InMemorySessionStore sessions) {
            this.sessions = sessions;
        }

        @Override
        public Set<SessionId> replace(List<Session> next) {
            var before = sessions(next.stream().map(Session::id).toList());
            var replaced = sessions.replace(next);
            undo.push(() -> replaced.forEach(id -> sessions.restore(id, before.get(id))));
            return replaced;
        }

        @Override
        public Map<SessionId, Session> sessions(Collection<SessionId> ids) {
            return ids.stream()
                    .flatMap(id -> sessions.find(id).stream())
                    .collect(Collectors.toMap(Session::id, session -> session));
        }
    }

    private class Unit implements LedgerTransaction {

        /** How to take back what was written, the last write first; empty once it is to stay. */
        final Deque<Runnable> undo = new ArrayDeque<>();

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
            return Set.copyOf(owners).stream()
                    .flatMap(owner -> openHolds.getOrDefault(owner, Set.of()).stream())
                    .map(holds::get)
                    .filter(booked -> booked != null && isDue(booked, now))
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
            return page(entriesByAccount.getOrDefault(account, List.of()), limit, before);
        }

        @Override
        public List<JournalEntry> entriesAbout(Subject subject, int limit, @Nullable TransferId before) {
            return page(entriesBySubject.getOrDefault(subject, List.of()), limit, before);
        }

        @Override
        public Map<TransferId, Reversal> reversals(Collection<TransferId> originals) {
            return pick(reversals, originals);
        }

        @Override
        public Map<AccountId, Money> balances(Collection<AccountId> wanted) {
            return pick(balances, wanted);
        }

        @Override
        public List<KeptBalance> balances(AccountId.Kind kind, @Nullable AccountId after, int limit) {
            return balances.entrySet().stream()
                    .filter(balance -> balance.getKey().kind() == kind)
                    .filter(balance ->
                            after == null || balance.getKey().toString().compareTo(after.toString()) > 0)
                    .limit(limit)
                    .map(balance -> new KeptBalance(balance.getKey(), balance.getValue()))
                    .toList();
        }

        @Override
        public Money effectAfter(AccountId account, Currency currency, Instant value) {
            return entriesByAccount.getOrDefault(account, List.of()).stream()
                    .filter(entry -> entry.valueAt().isAfter(value))
                    .flatMap(entry -> entry.postings().stream())
                    .map(posting -> posting.effectOn(account))
                    .reduce(Money.zero(currency), Money::plus);
        }

        @Override
        public Optional<Delivery> delivery(String id) {
            return Optional.ofNullable(deliveries.get(id));
        }

        @Override
        public void eachBalance(Consumer<KeptBalance> visitor) {
            balances.forEach((account, posted) -> visitor.accept(new KeptBalance(account, posted)));
        }

        @Override
        public void eachReversal(Consumer<Reversal> visitor) {
            reversals.values().forEach(visitor);
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
            entries.values().forEach(entry -> visitor.accept(StoredEntry.of(entry)));
        }

        @Override
        public Map<AccountId, Money> lockBalances(Collection<AccountId> wanted) {
            return pick(balances, wanted);
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
                require(
                        entry.reverses() == null || entries.containsKey(entry.reverses()),
                        "The entry " + entry.id() + " reverses one that is not there.");
                require(
                        entry.kind() != EntryKind.CAPTURE || entry.hold() != null,
                        "The capture " + entry.id() + " names no hold.");
                require(
                        !TAKING_BACK.contains(entry.kind()) || entry.reverses() != null,
                        "The entry " + entry.id() + " takes something back and does not name it.");
                for (var posting : entry.postings()) {
                    requireAccount(posting.source(), posting.amount());
                    requireAccount(posting.destination(), posting.amount());
                }
                put(entries, entry.id(), entry);
                entry.postings().stream()
                        .flatMap(posting -> Stream.of(posting.source(), posting.destination()))
                        .distinct()
                        .forEach(account -> index(entriesByAccount, account, entry));
                index(entriesBySubject, entry.subject(), entry);
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
                put(hold.id(), booked);
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
                put(hold.id(), booked);
            }
        }

        @Override
        public void adjust(Map<AccountId, Money> changes) {
            changes.forEach((account, change) -> {
                require(
                        account.kind() == AccountId.Kind.EARNINGS || account.kind() == AccountId.Kind.RECEIVABLE,
                        "No balance is kept of " + account + ".");
                if (!accounts.containsKey(account)) {
                    put(accounts, account, new Account(account, change.currency()));
                }
                requireAccount(account, change);
                var posted = balances.getOrDefault(account, Money.zero(change.currency()))
                        .plus(change);
                require(
                        account.kind() == AccountId.Kind.EARNINGS ? !posted.isNegative() : !posted.isPositive(),
                        "The balance of " + account + " would be " + posted + ".");
                put(balances, account, posted);
            });
        }

        @Override
        public void reverse(List<Reversal> changed) {
            for (var reversal : changed) {
                require(
                        entries.containsKey(reversal.original())
                                && !reversal.reversed().isNegative()
                                && !reversal.remaining().isNegative(),
                        "Of the entry " + reversal.original() + " over " + reversal.amount() + ", "
                                + reversal.reversed() + " would be reversed.");
                put(reversals, reversal.original(), reversal);
            }
        }

        @Override
        public void receive(Delivery delivery) {
            require(!deliveries.containsKey(delivery.id()), "The delivery " + delivery.id() + " is there already.");
            put(deliveries, delivery.id(), delivery);
        }

        @Override
        public Optional<Bundle> bundle(BundleId id) {
            return Optional.ofNullable(bundles.get(id));
        }

        @Override
        public List<Bundle> bundles(UserId owner, Instant after) {
            return bundles.values().stream()
                    .filter(bundle -> bundle.owner().equals(owner))
                    .filter(bundle ->
                            bundle.validUntil() == null || bundle.validUntil().isAfter(after))
                    .sorted(Bundle.FIRST_TO_END)
                    .toList();
        }

        @Override
        public List<BundleUse> bundleUses(Collection<SessionId> sessions) {
            return bundleUses.entrySet().stream()
                    .filter(uses -> sessions.contains(uses.getKey()))
                    .flatMap(uses -> uses.getValue().stream())
                    .toList();
        }

        @Override
        public void add(Bundle bundle) {
            require(!bundles.containsKey(bundle.id()), "The bundle " + bundle.id() + " is there already.");
            requireWhole(bundle);
            put(bundles, bundle.id(), bundle);
        }

        @Override
        public Optional<Bundle> lockBundle(BundleId id) {
            return bundle(id);
        }

        @Override
        public List<Bundle> lockBundles(Collection<UserId> owners, Instant at) {
            return bundles.values().stream()
                    .filter(bundle -> owners.contains(bundle.owner()))
                    .filter(bundle -> !bundle.reserved().isZero()
                            || (bundle.isValidAt(at) && !bundle.left().isZero()))
                    .toList();
        }

        @Override
        public void saveBundles(List<Bundle> changed) {
            for (var bundle : changed) {
                require(bundles.containsKey(bundle.id()), "The bundle " + bundle.id() + " is not there.");
                requireWhole(bundle);
                put(bundles, bundle.id(), bundle);
            }
        }

        @Override
        public void addUses(List<BundleUse> uses) {
            for (var use : uses) {
                var before = bundleUses.getOrDefault(use.session(), List.of());
                require(bundles.containsKey(use.bundle()), "The bundle " + use.bundle() + " is not there.");
                require(
                        before.stream().noneMatch(other -> other.position() == use.position()),
                        "The session " + use.session() + " has taken from a bundle at that position already.");
                put(
                        bundleUses,
                        use.session(),
                        Stream.concat(before.stream(), Stream.of(use)).toList());
            }
        }

        @Override
        public void closeUses(List<BundleUse> uses) {
            for (var use : uses) {
                var used = use.used();
                require(
                        used != null && !used.isNegative() && used.compareTo(use.reserved()) <= 0,
                        "Of " + use.reserved() + " of the bundle " + use.bundle() + ", " + used + " would be used.");
                put(
                        bundleUses,
                        use.session(),
                        bundleUses.getOrDefault(use.session(), List.of()).stream()
                                .map(before -> before.position() == use.position() ? use : before)
                                .toList());
            }
        }

        private void requireWhole(Bundle bundle) {
            require(
                    !bundle.left().isNegative()
                            && !bundle.reserved().isNegative()
                            && !bundle.used().isNegative()
                            && !bundle.refunded().isNegative(),
                    "Of the bundle " + bundle.id() + " over " + bundle.length() + ", " + bundle.reserved()
                            + " would be reserved, " + bundle.used() + " used and " + bundle.refunded() + " refunded.");
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

        /** Writes a hold, and whether it counts among the open ones of its owner. */
        private void put(HoldId id, BookedHold booked) {
            put(holds, id, booked);
            var open = openHolds.computeIfAbsent(booked.hold().owner(), owner -> new LinkedHashSet<>());
            var was = open.contains(id);
            var is = booked.hold().state() == Hold.State.OPEN;
            if (was != is) {
                undo.push(() -> mark(open, id, was));
                mark(open, id, is);
            }
        }

        private static void mark(Set<HoldId> open, HoldId id, boolean is) {
            if (is) {
                open.add(id);
            } else {
                open.remove(id);
            }
        }

        private <K> void index(Map<K, List<JournalEntry>> index, K key, JournalEntry entry) {
            var list = index.computeIfAbsent(key, any -> new ArrayList<>());
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

    private static List<JournalEntry> page(List<JournalEntry> all, int limit, @Nullable TransferId before) {
        var page = new ArrayList<JournalEntry>();
        var reached = before == null;
        for (var i = all.size() - 1; i >= 0 && page.size() < limit; i--) {
            var entry = all.get(i);
            if (reached) {
                page.add(entry);
            }
            reached = reached || entry.id().equals(before);
        }
        return page;
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
