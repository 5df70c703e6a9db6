package dev.livemeter.benchmarks;

import dev.livemeter.billing.Account;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Ledger;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Our books, wherever they lie.
 *
 * @param store to pay many wallets in at once, and to add up
 */
record Books(Wallet wallet, SessionStore sessions, Settler settler, LedgerStore store, Runnable closing)
        implements AutoCloseable {

    private static final int AT_ONCE = 1_000;
    private static final Fingerprint NOT_ASKED = new Fingerprint("0".repeat(64));

    /** The same, with a settler around the settler. */
    Books settledBy(UnaryOperator<Settler> around) {
        return new Books(wallet, sessions, around.apply(settler), store, closing);
    }

    static Books in(BenchDatabase database) {
        var storage = JdbcStorage.open(database.url(), database.user(), Secret.of(database.password()));
        var wallet = JdbcWallet.on(storage, TimeSource.system());
        Wallet port = wallet;
        return new Books(port, wallet.sessions(), (Settler) port, storage.ledgerStore(), wallet::close);
    }

    static Books inMemory() {
        var books = InMemoryBooks.create(TimeSource.system());
        return new Books(books, books.sessions(), books, books.ledgerStore(), () -> {});
    }

    /** Pays every wallet in that does not exist yet: in a few transactions, for this is not what is measured. */
    void credit(List<UserId> owners, List<Money> amounts) {
        for (var from = 0; from < owners.size(); from += AT_ONCE) {
            var to = Math.min(from + AT_ONCE, owners.size());
            creditSome(owners.subList(from, to), amounts.subList(from, to));
        }
    }

    private void creditSome(List<UserId> owners, List<Money> amounts) {
        store.transact(transaction -> {
            var now = TimeSource.system().instant().truncatedTo(ChronoUnit.MICROS);
            transaction.lock(owners);
            var entries = new ArrayList<JournalEntry>();
            var wallets = new ArrayList<WalletAccount>();
            var currency = amounts.get(0).currency();
            transaction.open(new Account(AccountId.outside(currency), currency));
            transaction.open(new Account(AccountId.revenue(currency), currency));
            for (var i = 0; i < owners.size(); i++) {
                var owner = owners.get(i);
                var amount = amounts.get(i);
                transaction.openWallet(owner, currency);
                wallets.add(new WalletAccount(owner, amount, Money.zero(currency)));
                entries.add(new JournalEntry(
                        new TransferId("credit-" + owner),
                        EntryKind.CREDIT,
                        now,
                        now,
                        new Subject("credit-" + owner),
                        "",
                        NOT_ASKED,
                        null,
                        null,
                        new WalletBalance(owner, amount, Money.zero(currency)),
                        List.of(new Posting(AccountId.outside(currency), AccountId.wallet(owner), amount))));
            }
            transaction.append(entries);
            transaction.save(wallets);
            return wallets.size();
        });
    }

    /**
     * Fails unless the books prove themselves, and the wallets are short of exactly what was captured.
     *
     * @param paidIn into all wallets together
     * @param captured as those who asked for it were answered
     */
    void prove(Money paidIn, Money captured) {
        var report = new Ledger(store).verify();
        if (!report.isClean()) {
            throw new IllegalStateException("The books are wrong: " + report.findings());
        }
        var sums = new HashMap<String, Money>();
        var nothing = Money.zero(paidIn.currency());
        store.read(reader -> {
            reader.eachWallet(wallet -> sums.merge("posted", wallet.posted(), Money::plus));
            return sums;
        });
        var left = sums.getOrDefault("posted", nothing);
        if (!left.plus(captured).equals(paidIn)) {
            throw new IllegalStateException(
                    paidIn + " was paid in and " + captured + " captured, but " + left + " is left in the wallets.");
        }
    }

    @Override
    public void close() {
        closing.run();
    }
}
