package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresSchemaTest extends Schema {

    private static final String ENTRIES =
            "INSERT INTO livemeter_entry (id, booked_at, value_at, subject, memo, fingerprint, kind, hold, reverses,"
                    + " owner, currency, posted_after_micros, held_after_micros, source, destination, amount_micros) ";

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.postgres();

    @Override
    DataSource source(String test) {
        return SERVER.pool();
    }

    @Override
    Connection connect(DataSource source) throws SQLException {
        // Not one that others are given when the test is over.
        return SERVER.database().connect();
    }

    @Override
    List<String> unlocking() {
        return List.of(
                "ALTER TABLE livemeter_entry DISABLE TRIGGER livemeter_entry_final",
                "ALTER TABLE livemeter_posting DISABLE TRIGGER livemeter_posting_final");
    }

    @Override
    boolean refusesAnotherCurrencyThanTheEntrys() {
        return true;
    }

    @AfterEach
    void lock() throws SQLException {
        SERVER.database()
                .execute(
                        "ALTER TABLE livemeter_entry ENABLE TRIGGER livemeter_entry_final",
                        "ALTER TABLE livemeter_posting ENABLE TRIGGER livemeter_posting_final");
    }

    @Test
    void refusesToTruncateWhatWasBooked() {
        refused("TRUNCATE livemeter_entry CASCADE", FINAL);
        refused("TRUNCATE livemeter_posting", FINAL);
    }

    @Test
    void refusesToTakeAwayOrRenameWhatTheBooksReferTo() {
        for (var table : List.of("livemeter_account", "livemeter_wallet", "livemeter_hold")) {
            var sentence = STAYS.formatted(table);
            refused("DELETE FROM " + table, sentence);
            refused("TRUNCATE " + table + " CASCADE", sentence);
            refused("UPDATE " + table + " SET currency = currency", sentence);
        }
        refused("UPDATE livemeter_account SET id = id || '2'", STAYS.formatted("livemeter_account"));
        refused("UPDATE livemeter_wallet SET owner = 'bob'", STAYS.formatted("livemeter_wallet"));
        refused("UPDATE livemeter_wallet SET account = 'outside/USD'", STAYS.formatted("livemeter_wallet"));
        refused("UPDATE livemeter_hold SET id = 'h2'", STAYS.formatted("livemeter_hold"));
        refused("UPDATE livemeter_hold SET owner = 'bob'", STAYS.formatted("livemeter_hold"));
    }

    @Test
    void keepsReferencesWhereSomebodyMendsWhatWasBooked() throws Exception {
        for (var sql : unlocking()) {
            execute(sql);
        }
        refused("UPDATE livemeter_entry SET id = 'order-2'", STAYS.formatted("livemeter_entry"));
        refused("UPDATE livemeter_entry SET seq = DEFAULT", STAYS.formatted("livemeter_entry"));
        refused("TRUNCATE livemeter_entry CASCADE", STAYS.formatted("livemeter_entry"));
        refused(
                "UPDATE livemeter_entry SET hold = 'h2'",
                "An entry is captured from a hold that is not there (livemeter_entry_hold).");
        refused(
                "UPDATE livemeter_entry SET reverses = 'order-2'",
                "An entry reverses one that is not there (livemeter_entry_reverses).");
        refused(
                "UPDATE livemeter_entry SET owner = 'bob'",
                "An entry is about a wallet that is not there, or has another currency (livemeter_entry_wallet).");
        refused(
                "UPDATE livemeter_posting SET entry = entry + 1",
                "A posting is of an entry that is not there, or is in another currency (livemeter_posting_entry).");
        refused(
                "UPDATE livemeter_posting SET source = 'wallet/bob'",
                "A posting is from an account that is not there, or has another currency (livemeter_posting_source).");
        refused(
                "UPDATE livemeter_posting SET destination = 'wallet/bob'",
                "A posting is to an account that is not there, or has another currency (livemeter_posting_destination).");
        assertThat(findings()).isEmpty();
    }

    @Test
    void refusesAWalletOnAnAccountThatIsNotItsOwners() throws SQLException {
        execute("INSERT INTO livemeter_account (id, currency) VALUES ('wallet/bob', 'USD')");
        var insert = "INSERT INTO livemeter_wallet (owner, account, currency, posted_micros, held_micros) VALUES ";
        refused(insert + "('carol', 'wallet/bob', 'USD', 0, 0)", "livemeter_wallet_own_account");
        execute(insert + "('bob', 'wallet/bob', 'USD', 0, 0)");
    }

    /** Captures that are alike are proven together by their holds; what else is among them must not pass with them. */
    @Test
    void refusesWhatRefersToNothingAmongCapturesThatAreRight() throws SQLException {
        execute("INSERT INTO livemeter_account (id, currency) VALUES ('outside/EUR', 'EUR')");
        var right = row("c1", "'CAPTURE', 'h1', NULL, 'alice', 'USD'", "'wallet/alice', 'revenue/USD'");
        for (var wrong : List.of(
                List.of("'CAPTURE', 'h2', NULL, 'alice', 'USD'", "'wallet/alice', 'revenue/USD'", "hold"),
                List.of("'CAPTURE', 'h1', NULL, 'bob', 'USD'", "'wallet/alice', 'revenue/USD'", "wallet"),
                List.of("'CAPTURE', 'h1', NULL, 'alice', 'EUR'", "'wallet/alice', 'revenue/USD'", "wallet"),
                List.of("'CAPTURE', 'h1', NULL, 'alice', 'USD'", "'wallet/bob', 'revenue/USD'", "source"),
                List.of("'CAPTURE', 'h1', NULL, 'alice', 'USD'", "'wallet/alice', 'earnings/x'", "destination"),
                List.of("'CAPTURE', 'h1', NULL, 'alice', 'USD'", "'wallet/alice', 'outside/EUR'", "destination"),
                List.of("'REFUND', 'h1', 'c9', 'alice', 'USD'", "'wallet/alice', 'revenue/USD'", "reverses"))) {
            var other = row("c2", wrong.get(0), wrong.get(1));
            refused(ENTRIES + right + " UNION ALL " + other, "livemeter_entry_" + wrong.get(2));
            refused(ENTRIES + other + " UNION ALL " + right, "livemeter_entry_" + wrong.get(2));
        }
        execute(ENTRIES + right + " UNION ALL " + right.replace("c1", "c2"));
    }

    private static String row(String id, String references, String accounts) {
        return "SELECT '" + id + "', 0, 0, '', '', '', " + references + ", 0, 0, " + accounts + ", 1";
    }

    @Test
    void isNotMisledByATableInThePlaceOfAParent() throws SQLException {
        execute("CREATE TEMPORARY TABLE livemeter_account AS SELECT 'wallet/bob' AS id, 'USD' AS currency");
        execute("CREATE TEMPORARY TABLE livemeter_wallet AS SELECT 'bob' AS owner, 'USD' AS currency");

        refused(
                "INSERT INTO livemeter_posting SELECT seq, 2, 'outside/USD', 'wallet/bob', 'USD', 1 FROM livemeter_entry",
                "A posting is to an account that is not there, or has another currency (livemeter_posting_destination).");
        refused(
                "INSERT INTO livemeter_hold VALUES ('h2', 'bob', 'USD', 1, 0, 'OPEN', 0, '')",
                "A hold is on a wallet that is not there, or has another currency (livemeter_hold_wallet).");
    }

    @Test
    void servesAUserWhoMayNotTouchWhatWasBooked() throws SQLException {
        var database = SERVER.database();
        database.execute(
                "CREATE ROLE clerk LOGIN PASSWORD 'clerk-secret'",
                "GRANT USAGE ON SCHEMA public TO clerk",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk",
                "REVOKE UPDATE, DELETE ON livemeter_entry, livemeter_posting FROM clerk");
        try (var wallet = JdbcWallet.open(database.url(), "clerk", Secret.of("clerk-secret"));
                var connection = DriverManager.getConnection(database.url(), "clerk", "clerk-secret");
                var statement = connection.createStatement()) {
            wallet.credit(new CreditRequest(
                            new TransferId("order-2"), UserId.of("bob"), Money.of("EUR", "5.00"), "by the clerk"))
                    .orElseThrow();
            assertThat(wallet.ledger().verify().findings()).isEmpty();
            for (var sql : List.of(
                    "UPDATE livemeter_entry SET memo = ''",
                    "TRUNCATE livemeter_posting",
                    "ALTER TABLE livemeter_entry DISABLE TRIGGER livemeter_entry_final")) {
                assertThatThrownBy(() -> statement.execute(sql))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            }
        } finally {
            database.execute("DROP OWNED BY clerk", "DROP ROLE clerk");
        }
    }
}
