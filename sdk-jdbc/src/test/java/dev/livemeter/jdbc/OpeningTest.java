package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningTest {

    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    private Path folder;

    @Nested
    class AFile {

        @Test
        void isMadeWithItsFoldersAndKeepsWhatWasPutIn() {
            var url = url("deep/down/livemeter");
            try (var wallet = JdbcWallet.open(url)) {
                credit(wallet, "order-1");
            }
            try (var wallet = JdbcWallet.open(url)) {
                assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(Money.of("USD", "10.00"));
                assertThat(wallet.ledger().verify().isClean()).isTrue();
            }
        }

        @Test
        void hasAKeyForItsSecretsBesideIt() {
            String sealed;
            try (var wallet = JdbcWallet.open(url("livemeter"))) {
                sealed = wallet.cipher().orElseThrow().seal(Secret.of("a stream key"), "destination d1");
            }
            assertThat(folder.resolve("livemeter.secret.key")).exists();
            assertThat(folder.resolve("livemeter.mv.db")).exists();
            try (var wallet = JdbcWallet.open(url("livemeter"))) {
                assertThat(wallet.cipher().orElseThrow().open(sealed, "destination d1"))
                        .isEqualTo(Secret.of("a stream key"));
            }
        }

        @Test
        void canBeClosedTwice() {
            var wallet = JdbcWallet.open(url("livemeter"));
            wallet.close();
            wallet.close();
        }

        @Test
        void letsNobodyElseKnowItsPassword() {
            JdbcWallet.open(url("livemeter"), "books", Secret.of("right")).close();

            refused("storage.access_denied", () -> JdbcWallet.open(url("livemeter"), "books", Secret.of("wrong")))
                    .hasMessage("The database " + folder.resolve("livemeter")
                            + " does not accept this user and password. Give those with which it was first opened.");
            refused("storage.access_denied", () -> JdbcWallet.open(url("livemeter")));
            JdbcWallet.open(url("livemeter"), "books", Secret.of("right")).close();
        }

        @Test
        void tellsWhenAnotherProcessHasItOpen() throws Exception {
            var process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                            DurabilityTest.Writer.class.getName(),
                            url("livemeter"),
                            "other")
                    .start();
            try (var output = process.inputReader()) {
                assertThat(output.readLine()).startsWith("other-");

                refused("storage.locked", () -> JdbcWallet.open(url("livemeter")))
                        .hasMessage(
                                "The database " + folder.resolve("livemeter") + " is in use by another process, and an"
                                        + " embedded database serves one at a time. Stop the other process, or give this one a"
                                        + " database of its own.");
            } finally {
                process.destroyForcibly();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            JdbcWallet.open(url("livemeter")).close();
        }

        @Test
        void tellsWhenTheFolderCannotBeMade() throws IOException {
            Files.writeString(folder.resolve("file"), "not a folder");

            refused("storage.unwritable", () -> JdbcWallet.open(url("file/livemeter")))
                    .hasMessage("The folder " + folder.resolve("file")
                            + " of the database cannot be made or written. Give a folder that this process may write"
                            + " to, on a disk that is not full.");
        }

        @Test
        void tellsWhenItIsDamaged() throws IOException {
            JdbcWallet.open(url("livemeter")).close();
            var file = folder.resolve("livemeter.mv.db");
            var bytes = Files.readAllBytes(file);
            Arrays.fill(bytes, (byte) 7);
            Files.write(file, bytes);

            refused("storage.unreadable", () -> JdbcWallet.open(url("livemeter")));

            Files.write(file, new byte[100]);
            refused("storage.io", () -> JdbcWallet.open(url("livemeter")));
        }

        private String url(String name) {
            return "jdbc:h2:" + folder.resolve(name);
        }
    }

    @Nested
    class AUrl {

        @Test
        void isOfAKnownDatabase() {
            refused("storage.unknown_database", () -> JdbcWallet.open("jdbc:oracle:thin:scott/tiger@host"))
                    .hasMessage("The URL of a database begins with 'jdbc:oracle:'; Livemeter keeps its data in H2,"
                            + " PostgreSQL or MariaDB. Write it like jdbc:h2:./livemeter,"
                            + " jdbc:postgresql://localhost/livemeter or jdbc:mariadb://localhost/livemeter.");
            refused("storage.unknown_database", () -> JdbcWallet.open("./livemeter"))
                    .hasMessage(
                            "The URL of a database begins with no scheme that is known; Livemeter keeps its data in H2,"
                                    + " PostgreSQL or MariaDB. Write it like jdbc:h2:./livemeter,"
                                    + " jdbc:postgresql://localhost/livemeter or jdbc:mariadb://localhost/livemeter.");
        }

        @Test
        void saysWhichFolderItMeans() {
            refused("storage.malformed_url", () -> JdbcWallet.open("jdbc:h2:livemeter"))
                    .hasMessage("The URL jdbc:h2:livemeter does not say which folder it means; write"
                            + " jdbc:h2:./livemeter for the working folder, or an absolute path.");
        }

        @Test
        void namesAServerAndADatabase() {
            refused("storage.malformed_url", () -> JdbcWallet.open("jdbc:mariadb://localhost?password=geheim"))
                    .hasMessage("The URL of a database on MariaDB does not name a server and a database. Write it like"
                            + " jdbc:mariadb://localhost/livemeter.");
            refused("storage.malformed_url", () -> JdbcWallet.open("jdbc:postgresql://localhost/?password=geheim"))
                    .hasMessage("The URL of a database on PostgreSQL does not name a server and a database. Write it"
                            + " like jdbc:postgresql://localhost/livemeter.");
        }

        @Test
        void isShownWithoutItsSecrets() {
            assertThat(DatabaseUrl.parse("jdbc:postgresql://one:1,two:2/books?user=live&password=geheim")
                            .place())
                    .isEqualTo("one:1,two:2/books");
            assertThat(DatabaseUrl.parse("jdbc:mariadb:sequential://live:geheim@one/books?x=y")
                            .place())
                    .isEqualTo("one/books");
            assertThat(DatabaseUrl.parse("jdbc:postgresql:books").place()).isEqualTo("books");
            assertThat(DatabaseUrl.parse("jdbc:h2:./books;PASSWORD=geheim").place())
                    .isEqualTo("./books");
        }

        @Test
        void ofAServerNeedsItsDriver() {
            refused("storage.no_driver", () -> JdbcWallet.open("jdbc:mysql://localhost/livemeter"))
                    .hasMessage("The driver of MySQL is not on the class path. Add the dependency"
                            + " com.mysql:mysql-connector-j.");
        }

        @Test
        void leavesTheDelayOfWritesToLivemeter() {
            refused("storage.malformed_url", () -> JdbcWallet.open("jdbc:h2:./livemeter;WRITE_DELAY=500"))
                    .hasMessage(
                            "The URL jdbc:h2:./livemeter sets WRITE_DELAY, which is Livemeter's to set, so that no commit"
                                    + " is lost when the process dies and the file stays whole. Remove that setting.");
            refused("storage.malformed_url", () -> JdbcWallet.open("jdbc:h2:./livemeter;retention_time=0"))
                    .hasMessageContaining("sets RETENTION_TIME");
        }

        @Test
        void hasOnlySettingsThatH2Knows() {
            refused("storage.malformed_url", () -> JdbcWallet.open("jdbc:h2:mem:;PASSWORT=geheim"))
                    .hasMessageNotContaining("geheim")
                    .hasMessageContaining("has a setting that H2 does not know");
        }
    }

    @Nested
    class Memory {

        @Test
        void livesAsLongAsItIsOpenAndHasNoKey() {
            try (var wallet = JdbcWallet.open("jdbc:h2:mem:opening")) {
                credit(wallet, "order-1");
                assertThat(wallet.cipher()).isEmpty();
            }
            try (var wallet = JdbcWallet.open("jdbc:h2:mem:opening")) {
                assertThat(wallet.balance(ALICE)).isEmpty();
            }
        }
    }

    @Nested
    class ADataSourceOfTheHost {

        @Test
        void isSharedWithTheHostsOwnTablesAndNotClosed() throws Exception {
            var url = "jdbc:h2:" + folder.resolve("host");
            var source = new JdbcDataSource();
            source.setURL(url);
            source.setUser("host");
            try (var connection = DriverManager.getConnection(url, "host", "");
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE flyway_schema_history (anything INT)");
                statement.execute("CREATE TABLE orders (id INT)");

                try (var wallet = JdbcWallet.on(source)) {
                    credit(wallet, "order-1");
                    assertThat(wallet.cipher()).isEmpty();
                }
                try (var wallet = JdbcWallet.on(source)) {
                    assertThat(wallet.balance(ALICE)).isPresent();
                }

                try (var tables = statement.executeQuery("""
                        SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES
                        WHERE LOWER(TABLE_NAME) = 'livemeter_schema_history'""")) {
                    assertThat(tables.next()).isTrue();
                    assertThat(tables.getInt(1)).isEqualTo(1);
                }
                assertThat(statement
                                .executeQuery("SELECT * FROM flyway_schema_history")
                                .next())
                        .isFalse();
            }
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(String code, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void credit(JdbcWallet wallet, String id) {
        wallet.credit(new CreditRequest(new TransferId(id), ALICE, Money.of("USD", "10.00"), ""))
                .orElseThrow();
    }
}
