package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.LedgerReport.Kind;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.ServerDatabase;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbSchemaTest extends Schema {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.mariaDb();

    private static final Pattern TRIGGER = Pattern.compile("CREATE TRIGGER (\\w+) [^']*'45000'[^']*'[^']*'");

    /** ER_TABLEACCESS_DENIED_ERROR */
    private static final int COMMAND_DENIED = 1142;

    private boolean unlocked;

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
    List<String> unlocking() throws IOException {
        unlocked = true;
        return triggers().stream()
                .map(trigger -> "DROP TRIGGER " + trigger.group(1))
                .toList();
    }

    /** The database is shared: it gets its triggers back, by the words of the migration. */
    @AfterEach
    void lock() throws IOException {
        if (unlocked) {
            SERVER.database()
                    .execute(triggers().stream().map(MatchResult::group).toArray(String[]::new));
        }
    }

    /** Anybody may do that for a session of his own, and no right can be withheld for it. */
    @Test
    void holdsKeysAndTriggersWhereASessionSwitchesItsChecksOff() throws SQLException {
        execute("SET SESSION check_constraint_checks = 0, foreign_key_checks = 0");

        execute("UPDATE livemeter_wallet SET held_micros = posted_micros + 1");
        execute(entry("'CAPTURE', 'h2', NULL, 'nobody', 'USD', 0, 0", "NULL, NULL, NULL"));
        refused(entry("'DEBIT', NULL, NULL, 'alice', 'USD', 0, 0", DOLLAR), "livemeter_entry_id");
        refused("DELETE FROM livemeter_entry", FINAL);
        refused("UPDATE livemeter_posting SET amount_micros = 1", FINAL);
        assertThat(findings()).contains(Kind.WRONG_HELD, Kind.NEGATIVE_WALLET, Kind.EMPTY_ENTRY);
    }

    @Test
    void servesAUserWhoMayNotTouchWhatWasBooked() throws Exception {
        var database = SERVER.database();
        var clerk = "clerk@'127.0.0.1'";
        try (var root = DriverManager.getConnection(database.url(), "root", "");
                var administration = root.createStatement()) {
            administration.execute("CREATE USER " + clerk + " IDENTIFIED BY 'clerk-secret'");
            try {
                administration.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + database.name() + ".* TO " + clerk);
                servesTheClerk(database);
            } finally {
                administration.execute("DROP USER " + clerk);
            }
        }
    }

    private static void servesTheClerk(ServerDatabase database) throws Exception {
        try (var wallet = JdbcWallet.open(database.url(), "clerk", Secret.of("clerk-secret"));
                var connection = DriverManager.getConnection(database.url(), "clerk", "clerk-secret");
                var statement = connection.createStatement()) {
            wallet.credit(new CreditRequest(
                            new TransferId("order-2"), UserId.of("bob"), Money.of("EUR", "5.00"), "by the clerk"))
                    .orElseThrow();
            assertThat(wallet.ledger().verify().findings()).isEmpty();
            for (var sql : List.of("UPDATE livemeter_entry SET memo = ''", "DELETE FROM livemeter_posting")) {
                assertThatThrownBy(() -> statement.execute(sql))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining(FINAL);
            }
            for (var sql : List.of(
                    "TRUNCATE livemeter_posting",
                    "DROP TRIGGER " + triggers().get(0).group(1),
                    "ALTER TABLE livemeter_entry DROP CONSTRAINT livemeter_entry_moves")) {
                assertThatThrownBy(() -> statement.execute(sql))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getErrorCode()).isEqualTo(COMMAND_DENIED));
            }
        }
    }

    private static List<MatchResult> triggers() throws IOException {
        try (var migration =
                JdbcStorage.class.getResourceAsStream("/livemeter-migrations/mariadb/V1__books_and_stores.sql")) {
            return TRIGGER.matcher(new String(migration.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .toList();
        }
    }
}
