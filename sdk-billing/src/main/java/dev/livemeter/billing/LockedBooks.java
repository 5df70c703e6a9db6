package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The part of the books that one unit of work has locked: what it would come to, decision by decision, all of it written at the end. So a thousand
 * requests are read in a handful of questions and written in a handful of statements. For one thread, within one unit.
 */
final class LockedBooks {

    private final LedgerTransaction books;
    private final Instant now;
    private final Map<UserId, LockedWallet> wallets = new HashMap<>();
    private final Map<TransferId, JournalEntry> known;
    private final Map<HoldId, BookedHold> holds;
    private final Map<AccountId, Money> balances = new HashMap<>();
    private final Map<AccountId, Money> changes = new HashMap<>();
    private final Map<TransferId, Reversal> reversals = new HashMap<>();
    private final Map<TransferId, Reversal> reversed = new LinkedHashMap<>();
    private final List<JournalEntry> entries = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();

    /**
     * Locks and reads what requests are about.
     *
     * @param owners whose wallets
     * @param transfers the ids under which something may have been booked before
     * @param wanted the holds that are asked for or from; their wallets are among those of {@code owners}
     */
    LockedBooks(
            LedgerTransaction books,
            Collection<UserId> owners,
            Collection<TransferId> transfers,
            Collection<HoldId> wanted,
            InstantSource time) {
        this(books, owners, List.of(), transfers, wanted, time);
    }

    /**
     * Locks and reads what requests are about, and reads what others only ask about.
     *
     * @param onlookers whose wallets are not changed, and so neither locked
     */
    LockedBooks(
            LedgerTransaction books,
            Collection<UserId> owners,
            Collection<UserId> onlookers,
            Collection<TransferId> transfers,
            Collection<HoldId> wanted,
            InstantSource time) {
        this.books = books;
        var start = books.begin(owners, onlookers, transfers, wanted, time);
        this.now = start.now();
        this.known = new HashMap<>(start.entries());
        this.holds = start.holds().stream()
                .collect(Collectors.toMap(
                        booked -> booked.hold().id(), booked -> booked, (one, same) -> one, HashMap::new));
        var due = holds.values().stream()
                .filter(booked -> booked.isDue(now))
                .collect(Collectors.groupingBy(booked -> booked.hold().owner()));
        start.wallets()
                .forEach((owner, account) ->
                        wallets.put(owner, new LockedWallet(account, due.getOrDefault(owner, List.of()))));
    }

    /** What a store gives back must equal what was answered, and databases keep microseconds. */
    static Instant now(InstantSource time) {
        return time.instant().truncatedTo(ChronoUnit.MICROS);
    }

    Instant now() {
        return now;
    }

    @Nullable
    LockedWallet wallet(UserId owner) {
        return wallets.get(owner);
    }

    /** A wallet that must have been locked, as something that was read before needs it. */
    LockedWallet required(UserId owner) {
        var wallet = wallets.get(owner);
        if (wallet == null) {
            throw new IllegalStateException("The wallet of " + owner + " was not locked.");
        }
        return wallet;
    }

    /** A wallet that was not found when it was to be locked. */
    LockedWallet open(UserId owner, Currency currency) {
        for (var account :
                List.of(AccountId.outside(currency), AccountId.revenue(currency), AccountId.payouts(currency))) {
            books.open(new Account(account, currency));
        }
        var wallet = new LockedWallet(books.openWallet(owner, currency), List.of());
        wallets.put(owner, wallet);
        return wallet;
    }

    Optional<JournalEntry> known(TransferId id) {
        return Optional.ofNullable(known.get(id));
    }

    Optional<BookedHold> hold(HoldId id) {
        return Optional.ofNullable(holds.get(id));
    }

    /** Reads an entry that was not asked for at the beginning; whether it is there. */
    boolean look(TransferId id) {
        known.putAll(books.entries(List.of(id)));
        return known.containsKey(id);
    }

    /** Reads a hold that was not asked for at the beginning, of a wallet that was; whether it is there. */
    boolean look(HoldId id) {
        books.holds(List.of(id)).forEach(holds::putIfAbsent);
        return holds.containsKey(id);
    }

    /** Notes what became of a hold, for the requests that follow in this unit. */
    void note(BookedHold hold) {
        holds.put(hold.hold().id(), hold);
    }

    /** Locks balances of earnings and receivables. Once in a unit, and before anything is written. */
    void lockBalances(Collection<AccountId> accounts) {
        if (!accounts.isEmpty()) {
            balances.putAll(books.lockBalances(accounts));
        }
    }

    /** What stands on an account whose balance was locked, this unit's entries included. */
    Money balance(AccountId account, Currency currency) {
        var nothing = Money.zero(currency);
        return balances.getOrDefault(account, nothing).plus(changes.getOrDefault(account, nothing));
    }

    /** Reads how much of entries was reversed; their wallet, or the balance they went to, is locked. */
    void readReversals(Collection<TransferId> originals) {
        reversals.putAll(books.reversals(originals));
    }

    /** How much of an entry was reversed, this unit's reversals included; it was asked for by {@link #readReversals}. */
    Reversal reversal(JournalEntry original) {
        var amount = original.amount();
        return reversals.getOrDefault(
                original.id(), new Reversal(original.id(), amount, Money.zero(amount.currency())));
    }

    /** Dates and books an entry; its wallet is already what it comes to. One that reverses another is counted there. */
    JournalEntry book(Draft draft) {
        var entry = draft.at(now);
        entries.add(entry);
        known.put(entry.id(), entry);
        for (var posting : entry.postings()) {
            change(posting.source(), posting.amount().negated());
            change(posting.destination(), posting.amount());
        }
        return entry;
    }

    /** Counts an entry as taken back by that much. */
    void reverse(JournalEntry original, Money amount) {
        var before = reversal(original);
        var after = new Reversal(
                before.original(), before.amount(), before.reversed().plus(amount));
        reversals.put(original.id(), after);
        reversed.put(original.id(), after);
    }

    /** Notes a message from outside together with what it led to. */
    void receive(Delivery delivery) {
        deliveries.add(delivery);
    }

    /** Writes what was decided; nothing where every request was declined or answered before. */
    void write() {
        var touched = wallets.values().stream().filter(LockedWallet::isTouched).toList();
        if (!touched.isEmpty()) {
            // Holds first: an entry names the hold that it was captured from. Accounts before the postings to them.
            books.save(touched.stream().map(LockedWallet::account).toList());
            books.place(
                    touched.stream().flatMap(wallet -> wallet.placed().stream()).toList());
            books.update(touched.stream()
                    .flatMap(wallet -> wallet.changed().stream())
                    .toList());
        }
        if (!changes.isEmpty()) {
            books.adjust(changes);
        }
        if (!entries.isEmpty()) {
            books.append(entries);
        }
        if (!reversed.isEmpty()) {
            books.reverse(List.copyOf(reversed.values()));
        }
        deliveries.forEach(books::receive);
    }

    /** Writes down that holds have expired, where they have. */
    void writeExpired() {
        wallets.values().stream().filter(LockedWallet::hasExpired).forEach(LockedWallet::touch);
        write();
    }

    private void change(AccountId account, Money amount) {
        if (account.isKept()) {
            changes.merge(account, amount, Money::plus);
        }
    }
}
