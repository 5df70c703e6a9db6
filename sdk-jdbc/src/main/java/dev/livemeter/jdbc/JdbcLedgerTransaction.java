package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.billing.Account;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.StoredEntry;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** One transaction on the books. */
final class JdbcLedgerTransaction implements LedgerTransaction {

    private static final String WALLET = "SELECT owner, currency, posted_micros, held_micros FROM livemeter_wallet";
    private static final String HOLD =
            "SELECT id, owner, currency, amount_micros, captured_micros, state, expires_at, fingerprint FROM livemeter_hold";
    private static final String ENTRY = """
            SELECT e.seq, e.id, e.kind, e.booked_at, e.memo, e.fingerprint, e.hold, e.owner, e.currency,
                   e.posted_after_micros, e.held_after_micros,
                   p.account, p.currency AS posting_currency, p.amount_micros
            FROM livemeter_entry e LEFT JOIN livemeter_posting p ON p.entry = e.seq
            """;
    private static final int FETCH_SIZE = 1000;

    private final Handle handle;

    JdbcLedgerTransaction(Handle handle) {
        this.handle = handle;
    }

    // What can be asked

    @Override
    public Map<UserId, WalletAccount> wallets(Collection<UserId> owners) {
        return wallets(owners, "");
    }

    @Override
    public Map<UserId, WalletAccount> lock(Collection<UserId> owners) {
        return wallets(owners, " ORDER BY owner FOR UPDATE");
    }

    private Map<UserId, WalletAccount> wallets(Collection<UserId> owners, String suffix) {
        if (owners.isEmpty()) {
            return Map.of();
        }
        return handle
                .createQuery(WALLET + " WHERE owner IN (<owners>)" + suffix)
                .bindList("owners", texts(owners, UserId::value))
                .map((row, context) -> wallet(row))
                .stream()
                .collect(Collectors.toMap(WalletAccount::owner, wallet -> wallet));
    }

    @Override
    public Map<TransferId, JournalEntry> entries(Collection<TransferId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        return entries(handle.createQuery(ENTRY + " WHERE e.id IN (<ids>) ORDER BY e.seq, p.line")
                        .bindList("ids", texts(ids, TransferId::value)))
                .stream()
                .collect(Collectors.toMap(JournalEntry::id, entry -> entry));
    }

    @Override
    public Map<HoldId, BookedHold> holds(Collection<HoldId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        return handle
                .createQuery(HOLD + " WHERE id IN (<ids>)")
                .bindList("ids", texts(ids, HoldId::value))
                .map((row, context) -> hold(row))
                .stream()
                .collect(Collectors.toMap(booked -> booked.hold().id(), booked -> booked));
    }

    @Override
    public List<BookedHold> dueHolds(Collection<UserId> owners, Instant now) {
        if (owners.isEmpty()) {
            return List.of();
        }
        return handle.createQuery(HOLD + " WHERE owner IN (<owners>) AND state = 'OPEN' AND expires_at <= :now")
                .bindList("owners", texts(owners, UserId::value))
                .bind("now", micros(now))
                .map((row, context) -> hold(row))
                .list();
    }

    @Override
    public List<UserId> ownersOfDueHolds(Instant now, int limit) {
        return handle.createQuery("""
                        SELECT DISTINCT owner FROM livemeter_hold WHERE state = 'OPEN' AND expires_at <= :now
                        ORDER BY owner FETCH FIRST :limit ROWS ONLY""")
                .bind("now", micros(now))
                .bind("limit", limit)
                .map((row, context) -> UserId.of(row.getString("owner")))
                .list();
    }

    @Override
    public List<JournalEntry> entriesOf(AccountId account, int limit, @Nullable TransferId before) {
        var bound = before == null
                ? Long.MAX_VALUE
                : handle.createQuery("SELECT seq FROM livemeter_entry WHERE id = :id")
                        .bind("id", before.value())
                        .map((row, context) -> row.getLong("seq"))
                        .findOne()
                        .orElse(0L);
        var page = handle.createQuery("""
                        SELECT DISTINCT entry FROM livemeter_posting WHERE account = :account AND entry < :bound
                        ORDER BY entry DESC FETCH FIRST :limit ROWS ONLY""")
                .bind("account", account.toString())
                .bind("bound", bound)
                .bind("limit", limit)
                .map((row, context) -> row.getLong("entry"))
                .list();
        return page.isEmpty()
                ? List.of()
                : entries(handle.createQuery(ENTRY + " WHERE e.seq IN (<page>) ORDER BY e.seq DESC, p.line")
                        .bindList("page", page));
    }

    @Override
    public void eachWallet(Consumer<WalletAccount> visitor) {
        handle.createQuery(WALLET)
                .setFetchSize(FETCH_SIZE)
                .map((row, context) -> wallet(row))
                .forEach(visitor);
    }

    @Override
    public void eachHold(Consumer<BookedHold> visitor) {
        handle.createQuery(HOLD)
                .setFetchSize(FETCH_SIZE)
                .map((row, context) -> hold(row))
                .forEach(visitor);
    }

    @Override
    public void eachEntry(Consumer<StoredEntry> visitor) {
        var rows = handle.createQuery(ENTRY + " ORDER BY e.seq, p.line").setFetchSize(FETCH_SIZE);
        grouped(rows, (head, postings) -> visitor.accept(head.stored(postings)));
    }

    // What can be written

    @Override
    public void open(Account account) {
        var known = handle.createQuery("SELECT id FROM livemeter_account WHERE id = :id")
                .bind("id", account.id().toString())
                .mapTo(String.class)
                .findOne();
        if (known.isEmpty()) {
            insert(account);
        }
    }

    @Override
    public WalletAccount openWallet(UserId owner, Currency currency) {
        // Not looked for first: one that was opened since the lock was tried must fail here, by its key, and the
        // unit start again.
        var id = AccountId.wallet(owner);
        insert(new Account(id, currency));
        handle.createUpdate("""
                        INSERT INTO livemeter_wallet (owner, account, currency, posted_micros, held_micros)
                        VALUES (:owner, :account, :currency, 0, 0)""")
                .bind("owner", owner.value())
                .bind("account", id.toString())
                .bind("currency", currency.getCurrencyCode())
                .execute();
        return WalletAccount.empty(owner, currency);
    }

    private void insert(Account account) {
        handle.createUpdate("INSERT INTO livemeter_account (id, currency) VALUES (:id, :currency)")
                .bind("id", account.id().toString())
                .bind("currency", account.currency().getCurrencyCode())
                .execute();
    }

    @Override
    public void append(List<JournalEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        var heads = handle.prepareBatch("""
                INSERT INTO livemeter_entry (id, kind, booked_at, memo, fingerprint, hold, owner, currency,
                                             posted_after_micros, held_after_micros)
                VALUES (:id, :kind, :at, :memo, :fingerprint, :hold, :owner, :currency, :posted, :held)""");
        // The entry's number is looked up by its id: in which order a batch returns generated keys, no database
        // promises.
        var lines = handle.prepareBatch("""
                INSERT INTO livemeter_posting (entry, line, account, currency, amount_micros)
                SELECT seq, CAST(:line AS SMALLINT), :account, :currency, CAST(:amount AS BIGINT)
                FROM livemeter_entry WHERE id = :id""");
        for (var entry : entries) {
            var hold = entry.hold();
            heads.bind("id", entry.id().value())
                    .bind("kind", entry.kind().name())
                    .bind("at", micros(entry.at()))
                    .bind("memo", entry.memo())
                    .bind("fingerprint", entry.fingerprint().sha256())
                    .bind("hold", hold == null ? null : hold.value())
                    .bind("owner", entry.after().owner().value())
                    .bind("currency", code(entry.after().posted()))
                    .bind("posted", entry.after().posted().micros())
                    .bind("held", entry.after().held().micros())
                    .add();
            var line = 0;
            for (var posting : entry.postings()) {
                lines.bind("id", entry.id().value())
                        .bind("line", line++)
                        .bind("account", posting.account().toString())
                        .bind("currency", code(posting.amount()))
                        .bind("amount", posting.amount().micros())
                        .add();
            }
        }
        heads.execute();
        lines.execute();
    }

    @Override
    public void save(List<WalletAccount> wallets) {
        if (wallets.isEmpty()) {
            return;
        }
        var rows = handle.prepareBatch(
                "UPDATE livemeter_wallet SET posted_micros = :posted, held_micros = :held WHERE owner = :owner AND currency = :currency");
        for (var wallet : wallets) {
            rows.bind("owner", wallet.owner().value())
                    .bind("currency", code(wallet.posted()))
                    .bind("posted", wallet.posted().micros())
                    .bind("held", wallet.held().micros())
                    .add();
        }
        requireAll(rows.execute(), "wallet");
    }

    @Override
    public void place(List<BookedHold> holds) {
        if (holds.isEmpty()) {
            return;
        }
        var rows = handle.prepareBatch("""
                INSERT INTO livemeter_hold (id, owner, currency, amount_micros, captured_micros, state, expires_at, fingerprint)
                VALUES (:id, :owner, :currency, :amount, :captured, :state, :expires, :fingerprint)""");
        for (var booked : holds) {
            var hold = booked.hold();
            rows.bind("id", hold.id().value())
                    .bind("owner", hold.owner().value())
                    .bind("currency", code(hold.amount()))
                    .bind("amount", hold.amount().micros())
                    .bind("captured", hold.captured().micros())
                    .bind("state", hold.state().name())
                    .bind("expires", micros(hold.expiresAt()))
                    .bind("fingerprint", booked.fingerprint().sha256())
                    .add();
        }
        rows.execute();
    }

    @Override
    public void update(List<BookedHold> holds) {
        if (holds.isEmpty()) {
            return;
        }
        var rows = handle.prepareBatch(
                "UPDATE livemeter_hold SET captured_micros = :captured, state = :state WHERE id = :id");
        for (var booked : holds) {
            rows.bind("id", booked.hold().id().value())
                    .bind("captured", booked.hold().captured().micros())
                    .bind("state", booked.hold().state().name())
                    .add();
        }
        requireAll(rows.execute(), "hold");
    }

    private static void requireAll(int[] counts, String what) {
        for (var count : counts) {
            if (count != 1) {
                throw Database.constraint("A " + what + " that is not there was to be changed", null);
            }
        }
    }

    // Rows

    private List<JournalEntry> entries(Query rows) {
        var found = new ArrayList<JournalEntry>();
        grouped(rows, (head, postings) -> found.add(head.booked(postings)));
        return found;
    }

    /** Puts the rows of each entry, which follow one another, together. */
    private static void grouped(Query rows, Grouped visitor) {
        var postings = new ArrayList<Posting>();
        var current = new Head[1];
        rows.map((row, context) -> new Line(head(row), posting(row))).forEach(line -> {
            var previous = current[0];
            if (previous != null && previous.seq() != line.head().seq()) {
                visitor.entry(previous, postings);
                postings.clear();
            }
            current[0] = line.head();
            if (line.posting() != null) {
                postings.add(line.posting());
            }
        });
        if (current[0] != null) {
            visitor.entry(current[0], postings);
        }
    }

    private interface Grouped {
        void entry(Head head, List<Posting> postings);
    }

    private record Line(Head head, @Nullable Posting posting) {}

    private record Head(
            long seq,
            TransferId id,
            Transfer.Kind kind,
            Instant at,
            String memo,
            String fingerprint,
            @Nullable HoldId hold,
            WalletBalance after) {

        JournalEntry booked(List<Posting> postings) {
            return new JournalEntry(id, kind, at, memo, new Fingerprint(fingerprint), hold, after, postings);
        }

        StoredEntry stored(List<Posting> postings) {
            return new StoredEntry(id, kind, hold, after, postings);
        }
    }

    private static Head head(ResultSet row) throws SQLException {
        var hold = row.getString("hold");
        return new Head(
                row.getLong("seq"),
                new TransferId(row.getString("id")),
                Transfer.Kind.valueOf(row.getString("kind")),
                moment(row.getLong("booked_at")),
                row.getString("memo"),
                row.getString("fingerprint"),
                hold == null ? null : new HoldId(hold),
                new WalletBalance(
                        UserId.of(row.getString("owner")),
                        money(row, "posted_after_micros"),
                        money(row, "held_after_micros")));
    }

    private static @Nullable Posting posting(ResultSet row) throws SQLException {
        var account = row.getString("account");
        return account == null
                ? null
                : new Posting(
                        AccountId.parse(account),
                        Money.ofMicros(row.getString("posting_currency"), row.getLong("amount_micros")));
    }

    private static WalletAccount wallet(ResultSet row) throws SQLException {
        return new WalletAccount(
                UserId.of(row.getString("owner")), money(row, "posted_micros"), money(row, "held_micros"));
    }

    private static BookedHold hold(ResultSet row) throws SQLException {
        var hold = new Hold(
                new HoldId(row.getString("id")),
                UserId.of(row.getString("owner")),
                money(row, "amount_micros"),
                money(row, "captured_micros"),
                Hold.State.valueOf(row.getString("state")),
                moment(row.getLong("expires_at")));
        return new BookedHold(hold, new Fingerprint(row.getString("fingerprint")));
    }

    private static Money money(ResultSet row, String column) throws SQLException {
        return Money.ofMicros(row.getString("currency"), row.getLong(column));
    }

    private static String code(Money money) {
        return money.currency().getCurrencyCode();
    }

    private static <T> List<String> texts(Collection<T> keys, Function<T, String> text) {
        return keys.stream().map(text).distinct().toList();
    }
}
