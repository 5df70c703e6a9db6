package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;

import dev.livemeter.billing.Account;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.billing.Delivery;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.KeptBalance;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.Reversal;
import dev.livemeter.billing.SettlementTransaction;
import dev.livemeter.billing.UnitStart;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * One transaction on the books and the sessions. It locks in one order, whatever it is asked for: wallets by owner, balances by account,
 * sessions by id.
 */
final class JdbcLedgerTransaction extends JdbcLedgerReader implements SettlementTransaction {

    private static final String LOCKED = " ORDER BY owner FOR UPDATE";
    private static final Duration SOON = Duration.ofMinutes(1);

    /** So many open holds of a wallet are read in the place of those that are asked for. */
    private static final int FEW = 8;

    private static final String FIRST_OPEN =
            " WHERE owner = asked.text AND state = 'OPEN' ORDER BY expires_at LIMIT " + FEW;

    private final SessionStatements sessions;
    private final Places<UserId> walletPlaces = new Places<>();
    private final Places<HoldId> holdPlaces = new Places<>();

    JdbcLedgerTransaction(Handle handle, Statements statements) {
        super(handle, statements);
        this.sessions = new SessionStatements(handle, statements);
    }

    @Override
    public Map<UserId, WalletAccount> lock(Collection<UserId> owners) {
        return wallets(owners, LOCKED);
    }

    /**
     * Asked in one message, where the database takes several statements in one: each of them sees what was committed when it is its turn, so that what is
     * read of a wallet is read under its lock. Which holds are due has to be asked before it is known when the locks are had; so those are
     * read that become so within a minute, and if the locks took longer than that, it is asked again.
     */
    @Override
    public UnitStart begin(
            Collection<UserId> owners,
            Collection<UserId> onlookers,
            Collection<TransferId> transfers,
            Collection<HoldId> holds,
            InstantSource time) {
        var all = Stream.concat(owners.stream(), onlookers.stream()).distinct().toList();
        var soon = time.instant().plus(SOON);
        var locked = lockedAlong(owners);
        var read = walletsAlong(onlookers, "");
        var booked = entriesAlong(transfers);
        var held = holdsAlong(holds, all, soon);
        var wallets = byOwner(
                Stream.concat(locked.get().stream(), read.get().stream()).toList());
        var now = time.instant().truncatedTo(ChronoUnit.MICROS);
        var due = now.isAfter(soon) ? dueHolds(all, now) : List.<BookedHold>of();
        return new UnitStart(
                wallets,
                byId(booked.get()),
                Stream.concat(held.get().stream(), due.stream()).toList(),
                now);
    }

    private Supplier<List<WalletAccount>> lockedAlong(Collection<UserId> owners) {
        return owners.isEmpty()
                ? List::of
                : statements.listAlong(
                        BookRows.wallet(statements.besidesPlace()) + " WHERE ",
                        statements.among("owner", owners, UserId::value),
                        LOCKED,
                        row -> {
                            var wallet = BookRows.wallet(row);
                            statements.note(walletPlaces, wallet.owner(), row);
                            return wallet;
                        });
    }

    /**
     * Those holds, and those that are due by then. Where the database can, the first open ones of each wallet are read in their place, by one look into one index: a session has one open
     * hold, and most wallets have one session. Only what is not among them is asked for besides.
     */
    private Supplier<List<BookedHold>> holdsAlong(Collection<HoldId> holds, Collection<UserId> owners, Instant soon) {
        var open = statements.listForEachAlong(
                BookRows.hold(statements.besidesPlace()) + FIRST_OPEN,
                owners.stream().map(UserId::value).toList(),
                row -> {
                    var booked = BookRows.hold(row);
                    statements.note(holdPlaces, booked.hold().id(), row);
                    return booked;
                });
        return open.<Supplier<List<BookedHold>>>map(first -> () -> withMissing(first.get(), holds, soon))
                .orElseGet(() -> holdsAndDueAlong(holds, owners, soon));
    }

    private List<BookedHold> withMissing(List<BookedHold> open, Collection<HoldId> wanted, Instant soon) {
        var found = new HashSet<HoldId>();
        // They come by their ends: where the last one that was read is due, there may be more.
        var due = new HashMap<UserId, Integer>();
        for (var booked : open) {
            var hold = booked.hold();
            found.add(hold.id());
            if (!hold.expiresAt().isAfter(soon)) {
                due.merge(hold.owner(), 1, Integer::sum);
            }
        }
        var missing = wanted.stream().filter(id -> !found.contains(id)).toList();
        due.values().removeIf(count -> count < FEW);
        return missing.isEmpty() && due.isEmpty()
                ? open
                : Stream.concat(open.stream(), holdsAndDue(missing, due.keySet(), soon).stream())
                        .toList();
    }

    @Override
    public Map<AccountId, Money> lockBalances(Collection<AccountId> accounts) {
        return balances(accounts, " ORDER BY account FOR UPDATE");
    }

    @Override
    public void open(Account account) {
        open(List.of(account));
    }

    private void open(List<Account> accounts) {
        var among = statements.among("id", accounts, account -> account.id().toString());
        var known = Set.copyOf(
                statements.list("SELECT id FROM livemeter_account WHERE ", among, "", row -> row.getString("id")));
        insert(accounts.stream()
                .filter(account -> !known.contains(account.id().toString()))
                .toList());
    }

    private void insert(List<Account> accounts) {
        statements.insert(Rows.of("livemeter_account", accounts)
                .text("id", account -> account.id().toString())
                .text("currency", account -> account.currency().getCurrencyCode()));
    }

    @Override
    public WalletAccount openWallet(UserId owner, Currency currency) {
        // Not looked for first: one that was opened since the lock was tried must fail here, by its key, and the
        // unit start again.
        var wallet = WalletAccount.empty(owner, currency);
        insert(List.of(new Account(wallet.id(), currency)));
        statements.insert(Rows.of("livemeter_wallet", List.of(wallet))
                .text("owner", opened -> opened.owner().value())
                .text("account", opened -> opened.id().toString())
                .text("currency", opened -> BookRows.code(opened.posted()))
                .number("posted_micros", opened -> 0)
                .number("held_micros", opened -> 0));
        return wallet;
    }

    @Override
    public void append(List<JournalEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        // No number is needed where no line follows, so that they travel with the rest.
        if (entries.stream().allMatch(entry -> entry.postings().size() == 1)) {
            statements.insert(BookRows.booked(entries));
            return;
        }
        var numbers = statements.insertEntries(
                BookRows.booked(entries),
                entries.stream().map(entry -> entry.id().value()).toList());
        var lines = new ArrayList<Line>(entries.size());
        for (var entry : entries) {
            var number = numbers.get(entry.id().value());
            if (number == null) {
                throw new IllegalStateException("The entry " + entry.id() + " was written and is not there.");
            }
            var postings = entry.postings();
            for (var line = 1; line < postings.size(); line++) {
                lines.add(new Line(number, line, postings.get(line)));
            }
        }
        statements.insert(Rows.of("livemeter_posting", lines)
                .number("entry", Line::entry)
                .number("line", Line::number)
                .text("source", line -> line.posting().source().toString())
                .text("destination", line -> line.posting().destination().toString())
                .text("currency", line -> BookRows.code(line.posting().amount()))
                .number("amount_micros", line -> line.posting().amount().micros()));
    }

    private record Line(long entry, int number, Posting posting) {}

    @Override
    public void save(List<WalletAccount> wallets) {
        statements.updateAll(BookRows.changed(wallets), "wallet", walletPlaces.take(wallets, WalletAccount::owner));
    }

    @Override
    public void place(List<BookedHold> holds) {
        statements.insert(BookRows.placed(holds));
    }

    @Override
    public void update(List<BookedHold> holds) {
        statements.updateAll(
                BookRows.resolved(holds),
                "hold",
                holdPlaces.take(holds, booked -> booked.hold().id()));
    }

    @Override
    public void adjust(Map<AccountId, Money> changes) {
        var stored = lockBalances(changes.keySet());
        var known = new ArrayList<KeptBalance>();
        var added = new ArrayList<KeptBalance>();
        changes.entrySet().stream()
                .sorted(Comparator.comparing(change -> change.getKey().toString()))
                .forEach(change -> {
                    var account = change.getKey();
                    var before = stored.get(account);
                    if (before == null) {
                        added.add(new KeptBalance(account, change.getValue()));
                    } else {
                        requireSameCurrency(account, before, change.getValue());
                        known.add(new KeptBalance(account, before.plus(change.getValue())));
                    }
                });
        statements.updateAll(BookRows.changedBalances(known), "balance");
        if (!added.isEmpty()) {
            open(added.stream()
                    .map(balance ->
                            new Account(balance.account(), balance.posted().currency()))
                    .toList());
            statements.insert(BookRows.newBalances(added));
        }
    }

    private static void requireSameCurrency(AccountId account, Money before, Money change) {
        if (!before.currency().equals(change.currency())) {
            throw Database.constraint(
                    "The balance of " + account + " is kept in " + before.currency() + " and was to be changed in "
                            + change.currency(),
                    null);
        }
    }

    @Override
    public void reverse(List<Reversal> reversals) {
        var known =
                reversals(reversals.stream().map(Reversal::original).toList()).keySet();
        var byKnown =
                reversals.stream().collect(Collectors.partitioningBy(reversal -> known.contains(reversal.original())));
        statements.updateAll(BookRows.changedReversals(byKnown.getOrDefault(true, List.of())), "reversal");
        statements.insert(BookRows.newReversals(byKnown.getOrDefault(false, List.of())));
    }

    @Override
    public void receive(Delivery delivery) {
        statements.insert(Rows.of("livemeter_delivery", List.of(delivery))
                .text("id", Delivery::id)
                .text("content", taken -> taken.content().sha256())
                .text("transfer", taken -> taken.transfer().value())
                .number("taken_at", taken -> micros(taken.at())));
    }

    @Override
    public void add(Bundle bundle) {
        statements.insert(BundleRows.added(List.of(bundle)));
    }

    @Override
    public Optional<Bundle> lockBundle(BundleId id) {
        return bundle(id, " FOR UPDATE");
    }

    @Override
    public List<Bundle> lockBundles(Collection<UserId> owners, Instant at) {
        var now = micros(at);
        return statements.list(
                BundleRows.BUNDLE + " WHERE ",
                statements.among("owner", owners, UserId::value),
                " AND (reserved_seconds > 0 OR (valid_from <= ? AND (valid_until IS NULL OR valid_until > ?) AND"
                        + " reserved_seconds + used_seconds + refunded_seconds < length_seconds)) ORDER BY id FOR UPDATE",
                BundleRows::bundle,
                now,
                now);
    }

    @Override
    public void saveBundles(List<Bundle> bundles) {
        statements.updateAll(BundleRows.changed(bundles), "bundle");
    }

    @Override
    public void addUses(List<BundleUse> uses) {
        statements.insert(BundleRows.uses(uses));
    }

    @Override
    public void closeUses(List<BundleUse> uses) {
        statements.updateAll(BundleRows.closed(uses), "use of a bundle");
    }

    @Override
    public Set<SessionId> replace(List<Session> next) {
        return sessions.replace(next);
    }

    @Override
    public Set<SessionId> advance(List<Session> next) {
        return sessions.advance(next);
    }

    @Override
    public Map<SessionId, Session> sessions(Collection<SessionId> ids) {
        return sessions.byId(ids);
    }
}
