package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.ServerDatabase;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Books of the first version of PostgreSQL's tables, in the hands of this one. */
class PostgresMigrationTest {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.postgres();

    private static final UserId ALICE = UserId.of("alice");

    private ServerDatabase database;
    private JdbcWallet wallet;

    @BeforeEach
    void openBooksOfVersionOne() throws IOException, SQLException {
        database = SERVER.server().newDatabase();
        Flyway.configure()
                .dataSource(database.dataSource())
                .table("livemeter_schema_history")
                .locations("classpath:livemeter-migrations/postgresql")
                .target("1")
                .load()
                .migrate();
        try (var data = PostgresMigrationTest.class.getResourceAsStream("postgresql-books-of-version-1.sql")) {
            database.execute(new String(data.readAllBytes(), StandardCharsets.UTF_8));
        }
        wallet = JdbcWallet.on(database.dataSource());
    }

    @AfterEach
    void close() {
        wallet.close();
    }

    @Test
    void areRight() {
        assertThat(wallet.ledger().verify().findings()).isEmpty();
        assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.70"), usd("0.70")));
    }

    @Test
    void goOn() {
        wallet.capture(new CaptureRequest(
                        new TransferId("session-1/capture-2"),
                        new HoldId("session-1/hold-1"),
                        usd("0.20"),
                        CaptureRequest.Remainder.KEEP,
                        new Subject("session-1"),
                        null))
                .orElseThrow();

        assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.50"), usd("0.50")));
        assertThat(wallet.ledger().verify().findings()).isEmpty();
    }

    @Test
    void keepWhatTheyReferTo() {
        for (var table : List.of("livemeter_account", "livemeter_wallet", "livemeter_hold")) {
            assertThatThrownBy(() -> database.execute("DELETE FROM " + table))
                    .hasMessageContaining(Schema.STAYS.formatted(table));
        }
        assertThatThrownBy(() -> database.execute(
                        "INSERT INTO livemeter_posting SELECT seq, 1, livemeter_posting.source, 'wallet/bob', 'USD', 1 FROM livemeter_posting"
                                + " JOIN livemeter_entry ON seq = entry"))
                .hasMessageContaining(
                        "A posting is to an account that is not there, or has another currency (livemeter_posting_destination).");
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
