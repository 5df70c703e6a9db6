package dev.livemeter.billing;

import dev.livemeter.billing.LedgerRebuild.Difference;
import dev.livemeter.billing.LedgerRebuild.Figure;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Works out from postings alone what is kept beside them, and compares. Under locks it looks at what was locked and at nothing else, for the rest goes on
 * meanwhile. For one use.
 */
final class Rebuild {

    private record Line(AccountId account, Currency currency) {}

    /** What was found wrong, and of the balances those that were there to be locked. */
    private record Scope(Set<UserId> owners, Set<AccountId> accounts, Set<AccountId> locked, Set<TransferId> entries) {}

    private final Sums<Line> posted = new Sums<>();
    private final Sums<HoldId> captured = new Sums<>();
    private final Sums<TransferId> reversed = new Sums<>();
    private final Sums<UserId> held = new Sums<>();
    private final Set<TransferId> originals = new HashSet<>();
    private final Set<Line> uncompared = new HashSet<>();
    private final List<Difference> differences = new ArrayList<>();

    private final Set<UserId> owners = new HashSet<>();
    private final Set<AccountId> accounts = new HashSet<>();
    private final Set<TransferId> entries = new HashSet<>();

    private final List<WalletAccount> wallets = new ArrayList<>();
    private final List<BookedHold> holds = new ArrayList<>();
    private final Map<AccountId, Money> changes = new HashMap<>();
    private final List<Reversal> reversals = new ArrayList<>();

    /** All differences, which are left as they are. */
    static LedgerRebuild look(LedgerReader books) {
        var rebuild = new Rebuild();
        rebuild.compare(books, null);
        return rebuild.report(false);
    }

    /**
     * Sets what differs.
     *
     * @param store is first asked without locks, so that only wallets and balances that are wrong are locked while it is read again
     */
    static LedgerRebuild apply(LedgerStore store) {
        var seen = store.read(books -> {
            var rebuild = new Rebuild();
            rebuild.compare(books, null);
            rebuild.addLocksOfReversals(books);
            return rebuild;
        });
        if (seen.differences.isEmpty()) {
            return seen.report(true);
        }
        return store.transact(books -> {
            books.lock(seen.owners);
            var locked = books.lockBalances(seen.accounts).keySet();
            var rebuild = new Rebuild();
            rebuild.compare(books, new Scope(seen.owners, seen.accounts, locked, seen.entries));
            rebuild.write(books);
            return rebuild.report(true);
        });
    }

    /** How often an entry was taken back is guarded by the lock of its wallet, or of the earnings that it posts to. */
    private void addLocksOfReversals(LedgerReader books) {
        for (var entry : books.entries(entries).values()) {
            if (entry.after() != null) {
                owners.add(entry.after().owner());
            }
            entry.postings().stream()
                    .flatMap(posting -> Stream.of(posting.source(), posting.destination()))
                    .filter(AccountId::isKept)
                    .forEach(accounts::add);
        }
    }

    /**
     * Compares what is kept with what follows from postings.
     *
     * @param scope what alone is looked at, as it was found wrong before; null for everything
     */
    private void compare(LedgerReader books, @Nullable Scope scope) {
        // Postings first: where one was seen, the balance that was opened with it is there when balances are looked at.
        books.eachEntry(this::add);
        books.eachHold(booked -> {
            if (scope == null || scope.owners().contains(booked.hold().owner())) {
                hold(booked);
            }
        });
        books.eachWallet(wallet -> {
            if (scope == null || scope.owners().contains(wallet.owner())) {
                wallet(wallet);
            }
        });
        books.eachBalance(kept -> {
            uncompared.remove(new Line(kept.account(), kept.posted().currency()));
            if (scope == null || scope.locked().contains(kept.account())) {
                balance(kept);
            }
        });
        for (var line : uncompared) {
            if (scope == null || scope.accounts().contains(line.account())) {
                balance(new KeptBalance(line.account(), Money.zero(line.currency())));
            }
        }
        var counted = new HashSet<TransferId>();
        books.eachReversal(reversal -> {
            counted.add(reversal.original());
            if (scope == null || scope.entries().contains(reversal.original())) {
                reversal(reversal);
            }
        });
        var uncounted = originals.stream()
                .filter(original -> !counted.contains(original))
                .filter(original -> scope == null || scope.entries().contains(original))
                .collect(Collectors.toSet());
        books.entries(uncounted).forEach((original, entry) -> {
            var amount = entry.amount();
            reversal(new Reversal(original, amount, Money.zero(amount.currency())));
        });
    }

    private void add(StoredEntry entry) {
        for (var line : entry.lines()) {
            add(line.source(), line.amount().negated());
            add(line.destination(), line.amount());
            if (entry.hold() != null) {
                captured.add(entry.hold(), line.amount());
            }
            if (entry.reverses() != null) {
                reversed.add(entry.reverses(), line.amount());
                originals.add(entry.reverses());
            }
        }
    }

    private void add(AccountId account, Money amount) {
        var line = new Line(account, amount.currency());
        posted.add(line, amount);
        if (account.isKept()) {
            uncompared.add(line);
        }
    }

    private void hold(BookedHold booked) {
        var hold = booked.hold();
        var kept = hold.captured();
        var derived = captured.money(hold.id(), kept.currency());
        var right = derived != null && !derived.isNegative() && !hold.amount().isLessThan(derived) ? derived : kept;
        if (!captured.is(hold.id(), kept)) {
            var isSettable = !right.equals(kept);
            found(Figure.CAPTURED, "hold " + hold.id(), kept, captured.total(hold.id()), isSettable);
            owners.add(hold.owner());
            if (isSettable) {
                holds.add(booked.moved(hold.state(), right));
            }
        }
        if (hold.state() == Hold.State.OPEN) {
            held.add(hold.owner(), hold.amount().minus(right));
        }
    }

    private void wallet(WalletAccount wallet) {
        var line = new Line(wallet.id(), wallet.currency());
        var isPosted = posted.is(line, wallet.posted());
        var isHeld = held.is(wallet.owner(), wallet.held());
        if (isPosted && isHeld) {
            return;
        }
        var right = right(wallet, line);
        if (!isPosted) {
            found(Figure.POSTED, "account " + wallet.id(), wallet.posted(), posted.total(line), right != null);
        }
        if (!isHeld) {
            found(Figure.HELD, "account " + wallet.id(), wallet.held(), held.total(wallet.owner()), right != null);
        }
        owners.add(wallet.owner());
        if (right != null) {
            wallets.add(right);
        }
    }

    /** The wallet as it follows; null where no books can keep it. */
    private @Nullable WalletAccount right(WalletAccount wallet, Line line) {
        var there = posted.money(line, wallet.currency());
        var reserved = held.money(wallet.owner(), wallet.currency());
        return there == null || reserved == null || reserved.isNegative() || there.isLessThan(reserved)
                ? null
                : new WalletAccount(wallet.owner(), there, reserved);
    }

    private void balance(KeptBalance kept) {
        var account = kept.account();
        var line = new Line(account, kept.posted().currency());
        if (posted.is(line, kept.posted())) {
            return;
        }
        var derived = posted.money(line, line.currency());
        var isWrongSide = derived != null
                && (account.kind() == AccountId.Kind.EARNINGS ? derived.isNegative() : derived.isPositive());
        var right = isWrongSide ? null : derived;
        found(Figure.POSTED, "account " + account, kept.posted(), posted.total(line), right != null);
        accounts.add(account);
        if (right != null) {
            changes.put(account, right.minus(kept.posted()));
        }
    }

    private void reversal(Reversal kept) {
        var original = kept.original();
        if (reversed.is(original, kept.reversed())) {
            return;
        }
        var derived = reversed.money(original, kept.amount().currency());
        var right = derived != null && !derived.isNegative() && !kept.amount().isLessThan(derived) ? derived : null;
        found(Figure.REVERSED, "entry " + original, kept.reversed(), reversed.total(original), right != null);
        entries.add(original);
        if (right != null) {
            reversals.add(new Reversal(original, kept.amount(), right));
        }
    }

    private void found(Figure figure, String subject, Money kept, BigInteger derived, boolean settable) {
        differences.add(new Difference(figure, subject, kept, Sums.decimal(derived), settable));
    }

    private void write(LedgerTransaction books) {
        books.save(wallets);
        books.update(holds);
        if (!changes.isEmpty()) {
            books.adjust(changes);
        }
        if (!reversals.isEmpty()) {
            books.reverse(reversals);
        }
    }

    private LedgerRebuild report(boolean applied) {
        return new LedgerRebuild(applied, differences);
    }
}
