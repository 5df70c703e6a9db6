package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.billing.Delivery;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.KeptBalance;
import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.Reversal;
import dev.livemeter.billing.StoredEntry;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Questions to the books, in one transaction. */
class JdbcLedgerReader implements LedgerReader {

    private static final int FETCH_SIZE = 1_000;
    private static final String DUE = " AND state = 'OPEN' AND expires_at <= ?";

    private final Handle handle;
    final Statements statements;

    JdbcLedgerReader(Handle handle, Statements statements) {
        this.handle = handle;
        this.statements = statements;
    }

    private Handle handle() {
        statements.flush();
        return handle;
    }

    @Override
    public Map<UserId, WalletAccount> wallets(Collection<UserId> owners) {
        return wallets(owners, "");
    }

    final Map<UserId, WalletAccount> wallets(Collection<UserId> owners, String lock) {
        return byOwner(walletsAlong(owners, lock).get());
    }

    final Supplier<List<WalletAccount>> walletsAlong(Collection<UserId> owners, String lock) {
        return owners.isEmpty()
                ? List::of
                : statements.listAlong(
                        BookRows.WALLET + " WHERE ",
                        statements.among("owner", owners, UserId::value),
                        lock,
                        BookRows::wallet);
    }

    static Map<UserId, WalletAccount> byOwner(List<WalletAccount> wallets) {
        return wallets.stream().collect(Collectors.toMap(WalletAccount::owner, wallet -> wallet));
    }

    @Override
    public Map<TransferId, JournalEntry> entries(Collection<TransferId> ids) {
        return byId(entriesAlong(ids).get());
    }

    final Supplier<List<EntryRows.Row>> entriesAlong(Collection<TransferId> ids) {
        return ids.isEmpty()
                ? List::of
                : statements.listAlong(
                        EntryRows.ENTRY,
                        statements.among("e.id", ids, TransferId::value),
                        " ORDER BY e.seq, p.line",
                        EntryRows.Row::of);
    }

    static Map<TransferId, JournalEntry> byId(List<EntryRows.Row> rows) {
        return EntryRows.entries(rows).stream().collect(Collectors.toMap(JournalEntry::id, entry -> entry));
    }

    @Override
    public Optional<Bundle> bundle(BundleId id) {
        return bundle(id, "");
    }

    final Optional<Bundle> bundle(BundleId id, String lock) {
        var among = statements.among("id", List.of(id), BundleId::value);
        return statements.list(BundleRows.BUNDLE + " WHERE ", among, lock, BundleRows::bundle).stream()
                .findFirst();
    }

    @Override
    public List<Bundle> bundles(UserId owner, Instant after) {
        var among = statements.among("owner", List.of(owner), UserId::value);
        var bound = after.isBefore(Instant.EPOCH) ? -1 : micros(after);
        return statements
                .list(
                        BundleRows.BUNDLE + " WHERE ",
                        among,
                        " AND (valid_until IS NULL OR valid_until > ?)",
                        BundleRows::bundle,
                        bound)
                .stream()
                .sorted(Bundle.FIRST_TO_END)
                .toList();
    }

    @Override
    public List<BundleUse> bundleUses(Collection<SessionId> sessions) {
        return sessions.isEmpty()
                ? List.of()
                : statements.list(
                        BundleRows.USE + " WHERE ",
                        statements.among("session", sessions, SessionId::value),
                        " ORDER BY session, position",
                        BundleRows::use);
    }

    @Override
    public Map<HoldId, BookedHold> holds(Collection<HoldId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        var among = statements.among("id", ids, HoldId::value);
        return statements.map(
                BookRows.HOLD + " WHERE ",
                among,
                "",
                BookRows::hold,
                booked -> booked.hold().id());
    }

    @Override
    public List<BookedHold> dueHolds(Collection<UserId> owners, Instant now) {
        return holdsAndDueAlong(List.of(), owners, now).get();
    }

    @Override
    public List<BookedHold> holdsAndDue(Collection<HoldId> ids, Collection<UserId> owners, Instant now) {
        return holdsAndDueAlong(ids, owners, now).get();
    }

    final Supplier<List<BookedHold>> holdsAndDueAlong(Collection<HoldId> ids, Collection<UserId> owners, Instant now) {
        if (ids.isEmpty() && owners.isEmpty()) {
            return List::of;
        }
        if (owners.isEmpty()) {
            return statements.listAlong(
                    BookRows.HOLD + " WHERE ", statements.among("id", ids, HoldId::value), "", BookRows::hold);
        }
        var byOwner = statements.among("owner", owners, UserId::value);
        if (ids.isEmpty()) {
            return statements.listAlong(BookRows.HOLD + " WHERE ", byOwner, DUE, BookRows::hold, micros(now));
        }
        var byId = statements.among("id", ids, HoldId::value);
        return statements.listAlong(
                BookRows.HOLD + " WHERE " + byId.sql() + " UNION ALL " + BookRows.HOLD + " WHERE " + byOwner.sql()
                        + DUE,
                (statement, at) -> {
                    var next = statements.bind(statement, statements.bind(statement, at, byId), byOwner);
                    statement.setLong(next, micros(now));
                    return next + 1;
                },
                BookRows::hold);
    }

    @Override
    public List<UserId> ownersOfDueHolds(Instant now, int limit) {
        return handle().createQuery("""
                        SELECT DISTINCT owner FROM livemeter_hold WHERE state = 'OPEN' AND expires_at <= :now
                        ORDER BY owner LIMIT :limit""")
                .bind("now", micros(now))
                .bind("limit", limit)
                .map((row, context) -> UserId.of(row.getString("owner")))
                .list();
    }

    @Override
    public List<JournalEntry> entriesOf(AccountId account, int limit, @Nullable TransferId before) {
        // Each part reads its own index, and no more of it than the page is long. Some databases have the currency
        // there,
        // which follows from the account.
        return page(handle().createQuery("""
                                SELECT seq FROM (
                                    (SELECT seq FROM livemeter_entry WHERE source = :account AND seq < :bound
                                     AND currency = (SELECT currency FROM livemeter_account WHERE id = :account)
                                     ORDER BY seq DESC LIMIT :limit)
                                    UNION
                                    (SELECT seq FROM livemeter_entry WHERE destination = :account AND seq < :bound
                                     AND currency = (SELECT currency FROM livemeter_account WHERE id = :account)
                                     ORDER BY seq DESC LIMIT :limit)
                                    UNION
                                    (SELECT DISTINCT entry AS seq FROM livemeter_posting WHERE source = :account AND entry < :bound
                                     ORDER BY entry DESC LIMIT :limit)
                                    UNION
                                    (SELECT DISTINCT entry AS seq FROM livemeter_posting WHERE destination = :account AND entry < :bound
                                     ORDER BY entry DESC LIMIT :limit)) parts
                                ORDER BY seq DESC LIMIT :limit""").bind("account", account.toString()), limit, before);
    }

    @Override
    public List<JournalEntry> entriesAbout(Subject subject, int limit, @Nullable TransferId before) {
        return page(handle().createQuery("""
                                SELECT seq FROM livemeter_entry WHERE subject = :subject AND seq < :bound
                                ORDER BY seq DESC LIMIT :limit""").bind("subject", subject.value()), limit, before);
    }

    private List<JournalEntry> page(Query numbers, int limit, @Nullable TransferId before) {
        var bound = before == null ? Long.MAX_VALUE : number(before).orElse(0L);
        return page(numbers.bind("bound", bound).bind("limit", limit), " DESC");
    }

    @Override
    public List<JournalEntry> journal(@Nullable TransferId after, int limit) {
        var bound = after == null ? 0L : number(after).orElse(Long.MAX_VALUE);
        return page(
                handle().createQuery("SELECT seq FROM livemeter_entry WHERE seq > :bound ORDER BY seq LIMIT :limit")
                        .bind("bound", bound)
                        .bind("limit", limit),
                "");
    }

    private List<JournalEntry> page(Query numbers, String direction) {
        var page = numbers.mapTo(Long.class).list();
        if (page.isEmpty()) {
            return List.of();
        }
        return EntryRows.entries(
                handle().createQuery(EntryRows.ENTRY + "e.seq IN (<page>) ORDER BY e.seq" + direction + ", p.line")
                        .bindList("page", page)
                        .map((row, context) -> EntryRows.Row.of(row))
                        .list());
    }

    private Optional<Long> number(TransferId entry) {
        return handle().createQuery("SELECT seq FROM livemeter_entry WHERE id = :id")
                .bind("id", entry.value())
                .mapTo(Long.class)
                .findOne();
    }

    @Override
    public Map<TransferId, Reversal> reversals(Collection<TransferId> originals) {
        if (originals.isEmpty()) {
            return Map.of();
        }
        var among = statements.among("original", originals, TransferId::value);
        return statements.map(BookRows.REVERSAL + " WHERE ", among, "", BookRows::reversal, Reversal::original);
    }

    @Override
    public Map<AccountId, Money> balances(Collection<AccountId> accounts) {
        return balances(accounts, "");
    }

    final Map<AccountId, Money> balances(Collection<AccountId> accounts, String lock) {
        if (accounts.isEmpty()) {
            return Map.of();
        }
        var among = statements.among("account", accounts, AccountId::toString);
        return statements.list(BookRows.BALANCE + " WHERE ", among, lock, BookRows::balance).stream()
                .collect(Collectors.toMap(KeptBalance::account, KeptBalance::posted));
    }

    @Override
    public List<KeptBalance> balances(AccountId.Kind kind, @Nullable AccountId after, int limit) {
        var prefix = kind.name().toLowerCase(Locale.ROOT);
        return handle().createQuery(
                        BookRows.BALANCE + " WHERE account > :after AND account < :end ORDER BY account LIMIT :limit")
                .bind("after", after == null ? prefix + "/" : after.toString())
                // '0' is the character after '/'
                .bind("end", prefix + "0")
                .bind("limit", limit)
                .map((row, context) -> BookRows.balance(row))
                .list();
    }

    @Override
    public Money effectAfter(AccountId account, Currency currency, Instant value) {
        // Apart, for each side has an index of its own.
        var micros = handle().createQuery("""
                        SELECT (SELECT COALESCE(SUM(e.amount_micros), 0) FROM livemeter_entry e
                                WHERE e.destination = :account AND e.value_at > :value)
                             - (SELECT COALESCE(SUM(e.amount_micros), 0) FROM livemeter_entry e
                                WHERE e.source = :account AND e.value_at > :value)
                             + (SELECT COALESCE(SUM(p.amount_micros), 0)
                                FROM livemeter_posting p JOIN livemeter_entry e ON e.seq = p.entry
                                WHERE p.destination = :account AND e.value_at > :value)
                             - (SELECT COALESCE(SUM(p.amount_micros), 0)
                                FROM livemeter_posting p JOIN livemeter_entry e ON e.seq = p.entry
                                WHERE p.source = :account AND e.value_at > :value)""")
                .bind("account", account.toString())
                .bind("value", micros(value))
                .mapTo(BigDecimal.class)
                .one();
        return new Money(micros.longValueExact(), currency);
    }

    @Override
    public Optional<Delivery> delivery(String id) {
        return handle().createQuery(BookRows.DELIVERY + " WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> BookRows.delivery(row))
                .findOne();
    }

    @Override
    public void eachBalance(Consumer<KeptBalance> visitor) {
        all(BookRows.BALANCE).map((row, context) -> BookRows.balance(row)).forEach(visitor);
    }

    @Override
    public void eachReversal(Consumer<Reversal> visitor) {
        all(BookRows.REVERSAL).map((row, context) -> BookRows.reversal(row)).forEach(visitor);
    }

    @Override
    public void eachWallet(Consumer<WalletAccount> visitor) {
        all(BookRows.WALLET).map((row, context) -> BookRows.wallet(row)).forEach(visitor);
    }

    @Override
    public void eachHold(Consumer<BookedHold> visitor) {
        all(BookRows.HOLD).map((row, context) -> BookRows.hold(row)).forEach(visitor);
    }

    @Override
    public void eachEntry(Consumer<StoredEntry> visitor) {
        EntryRows.visit(
                all(EntryRows.ENTRY + "0 = 0 ORDER BY e.seq, p.line").map((row, context) -> EntryRows.Row.of(row)),
                visitor);
    }

    private Query all(String sql) {
        return handle().createQuery(sql).setFetchSize(FETCH_SIZE);
    }
}
