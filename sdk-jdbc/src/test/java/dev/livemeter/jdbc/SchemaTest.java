package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.LedgerReport;
import dev.livemeter.billing.LedgerReport.Kind;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.TransferId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Duration;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What the database itself refuses, whatever a program asks of it, and what {@code verify} finds where it could not refuse. */
class SchemaTest {

    private static final UserId ALICE = UserId.of("alice");

    private Connection connection;
    private JdbcWallet wallet;

    @BeforeEach
    void payTenAndHoldFour(TestInfo test) throws SQLException {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + test.getTestMethod().orElseThrow().getName());
        connection = source.getConnection();
        wallet = JdbcWallet.on(source);
        wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, Money.of("USD", "10.00"), ""))
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
        refused("UPDATE livemeter_wallet SET posted_micros = -1, held_micros = -1", "livemeter_wallet_posted");
        refused("UPDATE livemeter_wallet SET held_micros = -1", "livemeter_wallet_held");
        refused("UPDATE livemeter_wallet SET posted_micros = posted_micros - 6000001", "livemeter_wallet_available");
        refused("UPDATE livemeter_wallet SET held_micros = held_micros + 6000001", "livemeter_wallet_available");
    }

    @Test
    void refusesAnIdTwice() {
        refused("""
                INSERT INTO livemeter_entry (id, kind, booked_at, memo, fingerprint, owner, currency, posted_after_micros, held_after_micros)
                SELECT id, kind, booked_at, memo, fingerprint, owner, currency, posted_after_micros, held_after_micros FROM livemeter_entry""", "livemeter_entry_id");
        refused("INSERT INTO livemeter_hold SELECT * FROM livemeter_hold", "livemeter_hold_pk");
    }

    @Test
    void refusesAnotherCurrencyThanTheAccounts() {
        refused("UPDATE livemeter_posting SET currency = 'EUR'", "livemeter_posting_account");
        refused("UPDATE livemeter_hold SET currency = 'EUR'", "livemeter_hold_wallet");
        refused("UPDATE livemeter_wallet SET currency = 'EUR'", "livemeter_");
    }

    @Test
    void refusesToTakeAwayWhatEntriesReferTo() {
        refused("DELETE FROM livemeter_entry", "livemeter_posting_entry");
        refused("DELETE FROM livemeter_wallet", "livemeter_");
        refused("DELETE FROM livemeter_account", "livemeter_");
    }

    @Test
    void refusesToCaptureMoreThanWasHeld() {
        refused("UPDATE livemeter_hold SET captured_micros = amount_micros + 1", "livemeter_hold_captured");
        refused("UPDATE livemeter_posting SET amount_micros = 0", "livemeter_posting_amount");
    }

    @Test
    void isProvedWrongWhereAPostingWasChanged() throws SQLException {
        execute("UPDATE livemeter_posting SET amount_micros = amount_micros + 1 WHERE account = 'wallet/alice'");

        assertThat(findings())
                .containsExactly(Kind.UNBALANCED_ENTRY, Kind.WRONG_HISTORY, Kind.WRONG_POSTED, Kind.UNBALANCED_LEDGER);
    }

    @Test
    void isProvedWrongWhereAPostingWasDeleted() throws SQLException {
        execute("DELETE FROM livemeter_posting WHERE account = 'outside/USD'");
        assertThat(findings()).containsExactly(Kind.UNBALANCED_ENTRY, Kind.UNBALANCED_LEDGER);

        execute("DELETE FROM livemeter_posting");
        assertThat(findings()).containsExactly(Kind.UNBALANCED_ENTRY, Kind.WRONG_HISTORY, Kind.WRONG_POSTED);
    }

    @Test
    void isProvedWrongWhereABalanceWasChanged() throws SQLException {
        execute("UPDATE livemeter_wallet SET posted_micros = posted_micros + 1");
        assertThat(findings()).containsExactly(Kind.WRONG_POSTED);
    }

    private List<Kind> findings() {
        return wallet.ledger().verify().findings().stream()
                .map(LedgerReport.Finding::kind)
                .toList();
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void refused(String sql, String constraint) {
        assertThatThrownBy(() -> execute(sql))
                .isInstanceOf(SQLIntegrityConstraintViolationException.class)
                .hasMessageContainingAll(constraint.toUpperCase(java.util.Locale.ROOT));
    }
}
