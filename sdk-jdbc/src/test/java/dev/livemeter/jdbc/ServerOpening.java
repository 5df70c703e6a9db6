package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.DatabaseServer;
import dev.livemeter.jdbc.server.ServerDatabase;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a database on a server is opened, and what is said where it cannot be. */
@Tag("once") // servers do not care which JVM asks
abstract class ServerOpening {

    static final UserId ALICE = UserId.of("alice");

    ServerDatabase database;

    abstract DatabaseServer server();

    @BeforeEach
    void makeADatabase() {
        database = server().newDatabase();
    }

    @AfterEach
    void dropIt() {
        database.close();
    }

    @Test
    void bringsItsTablesAndFindsThemAgain() {
        try (var wallet = open()) {
            credit(wallet, "order-1");
            assertThat(wallet.cipher()).isEmpty();
        }
        try (var wallet = open()) {
            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(Money.of("USD", "10.00"));
            assertThat(wallet.ledger().verify().findings()).isEmpty();
        }
    }

    @Test
    void takesUserAndPasswordFromTheUrl() {
        var url = database.url() + "?user=" + database.user() + "&password=" + database.password();
        try (var wallet = JdbcWallet.open(url)) {
            credit(wallet, "order-1");
        }
    }

    @Test
    void tellsIdentifiersApartByCase() {
        try (var wallet = open()) {
            credit(wallet, "order-1");
            credit(wallet, "Order-1");
            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(Money.of("USD", "20.00"));
            assertThat(wallet.balance(UserId.of("Alice"))).isEmpty();
        }
    }

    @Test
    void keepsTextInEveryScript() {
        try (var wallet = open()) {
            var memo = "Zuschuss für 東京, \uD83C\uDFA4 & co.";
            wallet.credit(new CreditRequest(new TransferId("order-1"), ALICE, Money.of("USD", "10.00"), memo))
                    .orElseThrow();
            assertThat(wallet.ledger()
                            .entries(dev.livemeter.billing.AccountId.wallet(ALICE), 1, null)
                            .get(0)
                            .memo())
                    .isEqualTo(memo);
        }
    }

    @Test
    void livesBesideTheHostsTablesAndItsHistory() throws SQLException {
        database.execute(
                "CREATE TABLE flyway_schema_history (anything INT)",
                "CREATE TABLE orders (id INT)",
                "INSERT INTO orders VALUES (7)");

        try (var wallet = JdbcWallet.on(database.dataSource())) {
            credit(wallet, "order-1");
        }
        try (var wallet = JdbcWallet.on(database.dataSource())) {
            assertThat(wallet.balance(ALICE)).isPresent();
        }

        assertThat(count(database.dataSource(), "flyway_schema_history")).isZero();
        assertThat(count(database.dataSource(), "orders")).isEqualTo(1);
        assertThat(count(database.dataSource(), "livemeter_schema_history")).isPositive();
    }

    @Test
    void tellsWhenTheUserIsNotLetIn() {
        refused("storage.access_denied", () -> JdbcWallet.open(database.url(), "nobody", Secret.of("geheim")))
                .hasMessageStartingWith(
                        "The database " + place()
                                + " does not accept this user and password, or not from this machine. Correct them, or let the user in with ")
                .hasMessageNotContaining("geheim");
        refused("storage.access_denied", () -> JdbcWallet.on(source("nobody", "geheim")))
                .hasMessageStartingWith("The database of the data source does not accept this user and password");
    }

    @Test
    void tellsWhenThereIsNoSuchDatabase() {
        refused("storage.no_such_database", () -> JdbcWallet.open(elsewhere("nowhere"), database.user(), password()))
                .hasMessage("There is no database 127.0.0.1:" + server().port()
                        + "/nowhere. Make it with CREATE DATABASE, or correct its name in the URL.");
    }

    @Test
    void tellsWhenNobodyListensThere() throws IOException {
        // It has the port and does not listen, so that nobody else does meanwhile.
        try (var holder = new Socket()) {
            holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var port = holder.getLocalPort();
            var url = database.url().replace(":" + server().port(), ":" + port);

            assertThatThrownBy(() -> JdbcWallet.open(url, database.user(), password()))
                    .isInstanceOfSatisfying(LivemeterException.class, e -> {
                        assertThat(e.code()).isEqualTo("storage.unavailable");
                        assertThat(e.retryable()).isTrue();
                    })
                    .hasMessage("The server of the database 127.0.0.1:" + port + "/" + database.name()
                            + " does not answer. See whether it runs, and whether host and port in the URL are right.");
        }
    }

    @Test
    void tellsWhenTheTablesAreOfALaterVersion() {
        open().close();
        database.execute("UPDATE livemeter_schema_history SET checksum = checksum + 1 WHERE version = '1'");

        refused("storage.migration", this::open)
                .hasMessage("The tables of the database " + place()
                        + " could not be brought up to date: they were made by a later version, or changed by hand."
                        + " Use the version that made them, or restore the database from its copy.");
    }

    @Test
    void tellsWhenTheUserMayNotMakeTables() {
        makeWeakUser();
        try {
            refused("storage.no_rights", () -> JdbcWallet.open(database.url(), "weak", Secret.of("weak")))
                    .hasMessageStartingWith("The user has not the rights to ")
                    .hasMessageContaining(place())
                    .hasMessageContaining("GRANT");
        } finally {
            dropWeakUser();
        }
    }

    /** A user {@code weak} who may connect and read, and not more. */
    abstract void makeWeakUser();

    abstract void dropWeakUser();

    abstract DataSource source(String user, String password);

    JdbcWallet open() {
        return JdbcWallet.open(database.url(), database.user(), password());
    }

    Secret password() {
        return Secret.of(database.password());
    }

    String place() {
        return "127.0.0.1:" + server().port() + "/" + database.name();
    }

    private String elsewhere(String name) {
        return database.url().replace("/" + database.name(), "/" + name);
    }

    static long count(DataSource source, String table) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    static AbstractThrowableAssert<?, ? extends Throwable> refused(String code, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    static void credit(JdbcWallet wallet, String id) {
        wallet.credit(new CreditRequest(new TransferId(id), ALICE, Money.of("USD", "10.00"), ""))
                .orElseThrow();
    }
}
