package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.LedgerReport;
import dev.livemeter.billing.LedgerReport.Kind;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.Dialect.Failure;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What the database itself refuses, whatever statement a program sends it, and what {@code verify} finds where it could not refuse. */
abstract class Schema {

    static final String FINAL =
            "Entries and postings of the books are never changed or deleted; book an entry that reverses the wrong one.";

    /** What PostgreSQL says, where others name the foreign key. */
    static final String STAYS =
            "The books refer to rows of %s: none is deleted, and what they are found by is never changed.";

    private static final UserId ALICE = UserId.of("alice");
    static final String DOLLAR = "'wallet/alice', 'revenue/USD', 1000000";

    private Connection connection;
    private Dialect dialect;
    private JdbcWallet wallet;

    /** Statements after which entries and postings can be changed, by somebody who may do everything. */
    abstract List<String> unlocking() throws IOException;

    /** A database that is empty, or has our tables and nothing in them. */
    abstract DataSource source(String test);

    /** A connection of the test's own to that database. */
    Connection connect(DataSource source) throws SQLException {
        return source.getConnection();
    }

    @BeforeEach
    void payTwelveTipTwoAndHoldFour(TestInfo test) throws SQLException {
        var source = source(test.getTestMethod().orElseThrow().getName());
        connection = connect(source);
        dialect = Dialect.of(connection);
        wallet = JdbcWallet.on(source);
        wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, Money.of("USD", "12.00"), ""))
                .orElseThrow();
        // two lines: one in the entry, one beside it
        wallet.debit(new DebitRequest(
                        new TransferId("tip-1"),
                        ALICE,
                        Money.of("USD", "2.00"),
                        "",
                        new Subject("tip"),
                        new Allotment(UserId.of("bob"), Money.of("USD", "1.40"))))
                .orElseThrow();
        wallet.hold(HoldRequest.exactly(new HoldId("h1"), ALICE, Money.of("USD", "4.00"), Duration.ofHours(1)))
                .orElseThrow();
    }

    @AfterEach
    void close() throws SQLException {
        wallet.close();
        connection.close();
    }

    @Test
    void refusesAWalletBelowZero() {
        refused(
                "UPDATE livemeter_wallet SET posted_micros = -1, held_micros = -1",
                "livemeter_wallet_posted",
                "livemeter_wallet_held");
        refused("UPDATE livemeter_wallet SET held_micros = -1", "livemeter_wallet_held");
        refused("UPDATE livemeter_wallet SET posted_micros = posted_micros - 6000001", "livemeter_wallet_available");
        refused("UPDATE livemeter_wallet SET held_micros = held_micros + 6000001", "livemeter_wallet_available");
    }

    @Test
    void refusesAnIdTwice() {
        refused("""
                INSERT INTO livemeter_entry (id, kind, booked_at, value_at, subject, memo, fingerprint, currency, source,
                    destination, amount_micros)
                SELECT id, kind, booked_at, value_at, subject, memo, fingerprint, currency, source, destination, amount_micros
                FROM livemeter_entry""", "livemeter_entry_id");
        // MariaDB calls every primary key the same
        refused("INSERT INTO livemeter_hold SELECT * FROM livemeter_hold", "PRIMARY", "livemeter_hold_pk");
    }

    @Test
    void refusesAnotherCurrencyThanTheAccounts() throws Exception {
        refused(
                "UPDATE livemeter_hold SET currency = 'EUR'",
                "livemeter_hold_wallet",
                STAYS.formatted("livemeter_hold"));
        refused("UPDATE livemeter_wallet SET currency = 'EUR'", "livemeter_");
        unlock();
        refused(
                "UPDATE livemeter_posting SET currency = 'EUR'",
                "livemeter_posting_source",
                "livemeter_posting_destination",
                "livemeter_posting_entry");
    }

    @Test
    void refusesADestinationThatHasNotOneOfAKeyAndAnAccount() throws SQLException {
        execute("INSERT INTO livemeter_destination_list (owner) VALUES ('alice')");
        var insert =
                "INSERT INTO livemeter_destination (id, owner, platform, name, sealed_key, account, enabled, position)"
                        + " VALUES ('d1', 'alice', 'youtube', 'Mine', ";
        refused(insert + "NULL, NULL, TRUE, 0)", "livemeter_destination_way");
        refused(insert + "'v1.x', 'acc-1', TRUE, 0)", "livemeter_destination_way");
        execute(insert + "NULL, 'acc-1', TRUE, 0)");
    }

    @Test
    void refusesToTakeAwayWhatEntriesReferTo() throws Exception {
        refused("DELETE FROM livemeter_wallet", "livemeter_");
        refused("DELETE FROM livemeter_account", "livemeter_");
        unlock();
        refused("DELETE FROM livemeter_entry", "livemeter_posting_entry", STAYS.formatted("livemeter_entry"));
    }

    @Test
    void refusesAnEntryThatRefersToNothing() throws SQLException {
        execute("INSERT INTO livemeter_account (id, currency) VALUES ('outside/EUR', 'EUR'), ('revenue/EUR', 'EUR')");
        refused(entry("'DEBIT', NULL, NULL, 'bob', 'USD', 0, 0", DOLLAR), "livemeter_entry_wallet");
        refused(
                entry("'DEBIT', NULL, NULL, 'alice', 'EUR', 0, 0", "'outside/EUR', 'revenue/EUR', 1"),
                "livemeter_entry_wallet");
        refused(entry("'CAPTURE', 'h2', NULL, 'alice', 'USD', 0, 0", DOLLAR), "livemeter_entry_hold");
        refused(entry("'CAPTURE', 'h1', 'order-2', 'alice', 'USD', 0, 0", DOLLAR), "livemeter_entry_reverses");
    }

    @Test
    void refusesAnEntryThatMovesNothing() {
        refused(entry("'DEBIT', NULL, NULL, 'alice', 'USD', 0, 0", "NULL, NULL, NULL"), "livemeter_entry_moves");
        refused(entry("'PAYOUT', NULL, NULL, NULL, NULL, NULL, NULL", "NULL, NULL, NULL"), "livemeter_entry_moves");
    }

    @Test
    void refusesAReversalThatNamesNothingAndACaptureFromNothing() {
        for (var kind : List.of("REFUND", "CREDIT_REFUND", "CHARGEBACK", "PAYOUT_RETURN")) {
            refused(entry("'" + kind + "', NULL, NULL, 'alice', 'USD', 0, 0", DOLLAR), "livemeter_entry_names");
        }
        refused(entry("'CAPTURE', NULL, NULL, 'alice', 'USD', 0, 0", DOLLAR), "livemeter_entry_names");
    }

    /** An entry with the columns from kind to the balance after it, and its line. */
    static String entry(String columns, String line) {
        return "INSERT INTO livemeter_entry (id, booked_at, value_at, subject, memo, fingerprint, kind, hold, reverses,"
                + " owner, currency, posted_after_micros, held_after_micros, source, destination, amount_micros)"
                + " VALUES ('e2', 0, 0, 'tip', '', '" + "0".repeat(64) + "', " + columns + ", " + line + ")";
    }

    @Test
    void refusesAPostingThatRefersToNothing() throws SQLException {
        execute("INSERT INTO livemeter_account (id, currency) VALUES ('outside/EUR', 'EUR')");
        var insert = "INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros) ";
        var select = insert + "SELECT seq, 2, ";
        refused(
                insert + "SELECT seq + 9, 0, 'outside/USD', 'wallet/alice', 'USD', 1 FROM livemeter_entry",
                "livemeter_posting_entry");
        refused(select + "'wallet/bob', 'outside/USD', 'USD', 1 FROM livemeter_entry", "livemeter_posting_source");
        refused(select + "'outside/EUR', 'outside/USD', 'USD', 1 FROM livemeter_entry", "livemeter_posting_source");
        refused(select + "'outside/USD', 'wallet/bob', 'USD', 1 FROM livemeter_entry", "livemeter_posting_destination");
        refused(
                select + "'outside/USD', 'outside/EUR', 'USD', 1 FROM livemeter_entry",
                "livemeter_posting_destination");
        // one wrong row among right ones
        refused(
                insert + "SELECT seq, 2, 'outside/USD', 'wallet/alice', 'USD', 1 FROM livemeter_entry"
                        + " UNION ALL SELECT seq, 3, 'outside/USD', 'wallet/bob', 'USD', 1 FROM livemeter_entry",
                "livemeter_posting_destination");
        assertThat(findings()).isEmpty();
    }

    @Test
    void refusesALineOfACaptureThatRefersToNothing() throws SQLException {
        execute("INSERT INTO livemeter_account (id, currency) VALUES ('outside/EUR', 'EUR')");
        refused(capture("'wallet/bob'", "'revenue/USD'", "1"), "livemeter_entry_source");
        refused(capture("'outside/EUR'", "'revenue/USD'", "1"), "livemeter_entry_source");
        refused(capture("'wallet/alice'", "'wallet/bob'", "1"), "livemeter_entry_destination");
        refused(capture("'wallet/alice'", "'outside/EUR'", "1"), "livemeter_entry_destination");
        assertThat(findings()).isEmpty();
    }

    @Test
    void refusesALineOfACaptureThatMovesNothing() throws Exception {
        refused(capture("'wallet/alice'", "'revenue/USD'", "0"), "livemeter_entry_amount");
        refused(capture("'wallet/alice'", "'wallet/alice'", "1"), "livemeter_entry_accounts");
        refused(capture("'wallet/alice'", "'revenue/USD'", "NULL"), "livemeter_entry_line");
        refused(capture("'wallet/alice'", "NULL", "1"), "livemeter_entry_line");
        refused(capture("NULL", "'revenue/USD'", "1"), "livemeter_entry_line", "livemeter_entry_moves");
        captureOne();
        unlock();
        refused(
                "UPDATE livemeter_entry SET source = NULL WHERE hold = 'h1'",
                "livemeter_entry_line",
                "livemeter_entry_moves");
        refused("UPDATE livemeter_entry SET amount_micros = -1 WHERE hold = 'h1'", "livemeter_entry_amount");
        refused("UPDATE livemeter_entry SET source = 'wallet/bob' WHERE hold = 'h1'", "livemeter_entry_source");
        refused(
                "UPDATE livemeter_entry SET destination = 'wallet/bob' WHERE hold = 'h1'",
                "livemeter_entry_destination");
    }

    private static String capture(String source, String destination, String micros) {
        return "INSERT INTO livemeter_entry (id, kind, booked_at, value_at, subject, memo, fingerprint, hold, owner,"
                + " currency, posted_after_micros, held_after_micros, source, destination, amount_micros) VALUES ('c2',"
                + " 'CAPTURE', 0, 0, '', '', '', 'h1', 'alice', 'USD', 0, 0, " + source + ", " + destination
                + ", "
                + micros + ")";
    }

    /** A capture, whose line lies in the entry itself. */
    private void captureOne() {
        wallet.capture(new CaptureRequest(
                        new TransferId("c1"), new HoldId("h1"), Money.of("USD", "1.00"), CaptureRequest.Remainder.KEEP))
                .orElseThrow();
    }

    @Test
    void refusesAHoldOnNoWallet() {
        var insert =
                "INSERT INTO livemeter_hold (id, owner, currency, amount_micros, captured_micros, state, expires_at,"
                        + " fingerprint) VALUES ('h2', ";
        refused(insert + "'bob', 'USD', 1, 0, 'OPEN', 0, '')", "livemeter_hold_wallet");
        refused(insert + "'alice', 'EUR', 1, 0, 'OPEN', 0, '')", "livemeter_hold_wallet");
    }

    @Test
    void refusesToCaptureMoreThanWasHeld() {
        refused("UPDATE livemeter_hold SET captured_micros = amount_micros + 1", "livemeter_hold_captured");
    }

    @Test
    void refusesAPostingThatMovesNothing() throws Exception {
        unlock();
        refused("UPDATE livemeter_posting SET amount_micros = 0", "livemeter_posting_amount");
        refused("UPDATE livemeter_posting SET amount_micros = -1", "livemeter_posting_amount");
        refused("UPDATE livemeter_posting SET source = destination", "livemeter_posting_accounts");
    }

    @Test
    void refusesHalfABalanceAfterAnEntry() throws Exception {
        unlock();
        refused("UPDATE livemeter_entry SET held_after_micros = NULL", "livemeter_entry_whole");
    }

    @Test
    void refusesEarningsBelowZeroAndClaimsAboveIt() throws SQLException {
        for (var account : List.of("earnings/carol/USD", "receivable/carol/USD", "payouts/carol/USD")) {
            execute("INSERT INTO livemeter_account (id, currency) VALUES ('" + account + "', 'USD')");
        }
        var insert = "INSERT INTO livemeter_balance (account, currency, posted_micros) VALUES ";
        refused(insert + "('earnings/carol/USD', 'USD', -1)", "livemeter_balance_side");
        refused(insert + "('receivable/carol/USD', 'USD', 1)", "livemeter_balance_side");
        refused(insert + "('payouts/carol/USD', 'USD', 1)", "livemeter_balance_side");
        refused(insert + "('earnings/carol/USD', 'EUR', 1)", "livemeter_balance_account");
        execute(insert + "('earnings/carol/USD', 'USD', 1)");
        execute(insert + "('receivable/carol/USD', 'USD', -1)");
    }

    @Test
    void refusesToTakeBackMoreThanTheWhole() throws SQLException {
        var insert = "INSERT INTO livemeter_reversal (original, currency, amount_micros, reversed_micros) VALUES ";
        refused(insert + "('order-1', 'USD', 10000000, 10000001)", "livemeter_reversal_amount");
        refused(insert + "('order-1', 'USD', 10000000, -1)", "livemeter_reversal_amount");
        refused(insert + "('order-2', 'USD', 1, 1)", "livemeter_reversal_entry");
        execute(insert + "('order-1', 'USD', 10000000, 10000000)");
    }

    @Test
    void refusesToChangeOrDeleteWhatWasBooked() throws SQLException {
        for (var table : List.of("livemeter_entry", "livemeter_posting")) {
            refused("DELETE FROM " + table, FINAL);
        }
        refused("UPDATE livemeter_entry SET memo = 'another'", FINAL);
        refused("UPDATE livemeter_posting SET amount_micros = amount_micros + 1", FINAL);
        assertThat(findings()).isEmpty();
    }

    @Test
    void isProvedWrongWhereAPostingWasChanged() throws Exception {
        unlock();
        execute("UPDATE livemeter_posting SET amount_micros = amount_micros + 1");

        assertThat(findings()).containsExactly(Kind.WRONG_HISTORY, Kind.WRONG_POSTED);
    }

    @Test
    void isProvedWrongWhereAPostingWasDeleted() throws Exception {
        unlock();
        execute("DELETE FROM livemeter_posting");

        assertThat(findings()).containsExactly(Kind.WRONG_HISTORY, Kind.WRONG_POSTED);
    }

    @Test
    void isProvedWrongWhereTheLineOfACaptureWasChanged() throws Exception {
        captureOne();
        assertThat(findings()).isEmpty();
        unlock();
        execute("UPDATE livemeter_entry SET amount_micros = amount_micros + 1 WHERE hold = 'h1'");

        assertThat(findings()).contains(Kind.WRONG_HISTORY, Kind.WRONG_POSTED, Kind.WRONG_HOLD);
    }

    @Test
    void isProvedWrongWhereTheLineOfACaptureWasDeleted() throws Exception {
        captureOne();
        unlock();
        execute("ALTER TABLE livemeter_entry DROP CONSTRAINT livemeter_entry_moves");
        try {
            execute("UPDATE livemeter_entry SET source = NULL, destination = NULL, amount_micros = NULL WHERE hold ="
                    + " 'h1'");

            assertThat(findings()).contains(Kind.EMPTY_ENTRY, Kind.WRONG_HISTORY, Kind.WRONG_POSTED, Kind.WRONG_HOLD);
        } finally {
            // others use the same tables
            execute("UPDATE livemeter_entry SET source = 'wallet/alice', destination = 'revenue/USD',"
                    + " amount_micros = 1000000 WHERE hold = 'h1'");
            execute("ALTER TABLE livemeter_entry ADD CONSTRAINT livemeter_entry_moves CHECK (source IS NOT NULL)");
        }
    }

    @Test
    void isProvedWrongWhereAnEntryIsInTwoCurrencies() throws Exception {
        execute("INSERT INTO livemeter_account (id, currency) VALUES ('outside/EUR', 'EUR'), ('revenue/EUR', 'EUR')");
        var second = "INSERT INTO livemeter_posting (entry, line, source, destination, currency, amount_micros)"
                + " SELECT seq, 2, 'outside/EUR', 'revenue/EUR', 'EUR', 1 FROM livemeter_entry WHERE id = 'tip-1'";
        if (refusesAnotherCurrencyThanTheEntrys()) {
            refused(second, "livemeter_posting_entry");
        } else {
            execute(second);
            assertThat(findings()).containsExactly(Kind.MISPLACED_POSTING);
        }
    }

    /** Whether the database itself compares the currency of a posting with that of its entry. */
    boolean refusesAnotherCurrencyThanTheEntrys() {
        return false;
    }

    @Test
    void isProvedWrongWhereABalanceWasChanged() throws SQLException {
        execute("UPDATE livemeter_wallet SET posted_micros = posted_micros + 1");
        assertThat(findings()).containsExactly(Kind.WRONG_POSTED);
    }

    final List<Kind> findings() {
        return wallet.ledger().verify().findings().stream()
                .map(LedgerReport.Finding::kind)
                .toList();
    }

    private void unlock() throws SQLException, IOException {
        for (var sql : unlocking()) {
            execute(sql);
        }
    }

    final void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    final void refused(String sql, String... constraints) {
        assertThatThrownBy(() -> execute(sql)).isInstanceOfSatisfying(SQLException.class, refusal -> {
            assertThat(dialect.classify(refusal)).isIn(Failure.DUPLICATE, Failure.CONSTRAINT);
            assertThat(constraints)
                    .anySatisfy(constraint -> assertThat(refusal.getMessage()).containsIgnoringCase(constraint));
        });
    }
}
