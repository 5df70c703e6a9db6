package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresSchemaTest extends Schema {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.postgres();

    @Override
    DataSource source(String test) {
        return SERVER.database().dataSource();
    }

    @Override
    List<String> unlocking() {
        return List.of(
                "ALTER TABLE livemeter_entry DISABLE TRIGGER livemeter_entry_final",
                "ALTER TABLE livemeter_posting DISABLE TRIGGER livemeter_posting_final");
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
