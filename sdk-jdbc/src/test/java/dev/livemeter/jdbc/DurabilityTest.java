package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Ledger;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after {@code kill -9}. */
@Tag("once")
class DurabilityTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final int ROUNDS = 3;
    private static final int WRITERS = 4;
    /** More than lie between two tidyings, so that each round is killed after one. */
    private static final int CREDITS_PER_ROUND = 600;

    @TempDir
    private Path folder;

    @Test
    void writesACommitBeforeItAcknowledgesIt() throws Exception {
        var url = "jdbc:h2:" + folder.resolve("livemeter");
        try (var wallet = JdbcWallet.open(url)) {
            assertThat(wallet.balance(ALICE)).isEmpty();
            assertThat(writeDelay(url)).isEqualTo("0");
        }
        // The setting is the database's own: it also holds for whoever opens the file with another program.
        assertThat(writeDelay(url)).isEqualTo("0");
    }

    @Test
    void staysDurableWhenItTidies() throws Exception {
        var url = "jdbc:h2:" + folder.resolve("livemeter");
        try (var wallet = JdbcWallet.open(url)) {
            for (var number = 0; number < CREDITS_PER_ROUND; number++) {
                wallet.credit(credit("order-" + number)).orElseThrow();
            }
            assertThat(writeDelay(url)).isEqualTo("0");
            assertThat(wallet.ledger().verify().findings()).isEmpty();
        }
    }

    @Test
    void setsItBackWhereAHostHadAnotherSetting() throws Exception {
        var url = "jdbc:h2:" + folder.resolve("livemeter");
        try (var connection = DriverManager.getConnection(url, "sa", "");
                var statement = connection.createStatement()) {
            statement.execute("SET WRITE_DELAY 500");
        }
        assertThat(writeDelay(url)).isEqualTo("500");

        JdbcWallet.open(url).close();

        assertThat(writeDelay(url)).isEqualTo("0");
    }

    private static String writeDelay(String url) throws Exception {
        try (var connection =
                        DriverManager.getConnection(url + ";DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000", "sa", "");
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'")) {
            return row.next() ? row.getString(1) : "not set";
        }
    }

    @Test
    @Timeout(180)
    void keepsEveryAcknowledgedCreditWhenTheProcessIsKilled() throws Exception {
        var url = "jdbc:h2:" + folder.resolve("livemeter");
        var acknowledged = new ArrayList<String>();
        for (var round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(killedAfter(CREDITS_PER_ROUND, Writer.class, url, "round-" + round));

            try (var wallet = JdbcWallet.open(url)) {
                assertThat(booked(wallet)).containsAll(acknowledged);
                assertThat(wallet.ledger().verify().findings()).isEmpty();
            }
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * CREDITS_PER_ROUND);
    }

    /**
     * A file is older than the time for which H2 keeps what is free, so that it writes into the middle of it; and each process makes so few commits that it
     * may not yet have noted where the newest is. H2 2.5.252 lost all of them.
     */
    @Test
    @Timeout(180)
    void keepsTheFewCreditsOfProcessesThatAreKilledOneAfterTheOther() throws Exception {
        var url = "jdbc:h2:" + folder.resolve("livemeter");
        var acknowledged = new ArrayList<>(killedAfter(30, FewWriter.class, url, "first"));
        for (var round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(killedAfter(9, FewWriter.class, url, "round-" + round));
        }
        assertThat(acknowledged).hasSize(30 + ROUNDS * 9);
        try (var wallet = JdbcWallet.open(url)) {
            assertThat(booked(wallet)).containsExactlyInAnyOrderElementsOf(acknowledged);
            assertThat(wallet.ledger().verify().findings()).isEmpty();
        }
    }

    private static Set<String> booked(JdbcWallet wallet) {
        var ids = new HashSet<String>();
        var page = wallet.ledger().entries(AccountId.wallet(ALICE), Ledger.MOST_ENTRIES, null);
        while (!page.isEmpty()) {
            page.forEach(entry -> ids.add(entry.id().value()));
            var last = page.get(page.size() - 1).id();
            page = wallet.ledger().entries(AccountId.wallet(ALICE), Ledger.MOST_ENTRIES, last);
        }
        return ids;
    }

    /** What that program had acknowledged when it was killed, which is so many credits at least. */
    private static List<String> killedAfter(int credits, Class<?> program, String url, String prefix)
            throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                        program.getName(),
                        url,
                        prefix,
                        Integer.toString(credits))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var ids = new ArrayList<String>();
        try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                if (line.endsWith(";")) {
                    ids.add(line.substring(0, line.length() - 1));
                }
                if (ids.size() == credits) {
                    // SIGKILL, in the midst of the next credits; what is in the pipe by then was acknowledged too,
                    // so it is read to its end, which Process.destroyForcibly would close.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return ids;
    }

    private static CreditRequest credit(String id) {
        return new CreditRequest(new TransferId(id), ALICE, Money.of("USD", "0.01"), "");
    }

    /** The process that is killed: pays in without end and prints each id after the answer came. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] args) {
            @SuppressWarnings("resource") // it dies with the process; that is the point
            var wallet = JdbcWallet.open(args[0]);
            for (var i = 0; i < WRITERS; i++) {
                var writer = args[1] + "-writer-" + i;
                new Thread(() -> {
                            for (var number = 0; ; number++) {
                                var id = writer + "-" + number;
                                wallet.credit(credit(id)).orElseThrow();
                                // One write for the whole line, with an end that shows it is whole.
                                System.out.print(id + ";\n");
                                System.out.flush();
                            }
                        })
                        .start();
            }
        }
    }

    /** Pays in as often as it is told, some of it when what was free before may be taken anew, and waits to be killed. */
    static final class FewWriter {

        private static final int RETENTION_MILLIS = 200;

        private FewWriter() {}

        public static void main(String[] args) throws Exception {
            @SuppressWarnings("resource") // it dies with the process; that is the point
            var wallet = JdbcWallet.open(args[0]);
            try (var connection = DriverManager.getConnection(
                            args[0] + ";DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000", "sa", "");
                    var statement = connection.createStatement()) {
                statement.execute("SET RETENTION_TIME " + RETENTION_MILLIS);
            }
            var credits = Integer.parseInt(args[2]);
            for (var number = 0; number < credits; number++) {
                if (number == credits / 2) {
                    TimeUnit.MILLISECONDS.sleep(RETENTION_MILLIS * 5);
                }
                var id = args[1] + "-" + number;
                wallet.credit(credit(id)).orElseThrow();
                System.out.print(id + ";\n");
                System.out.flush();
            }
            System.in.read();
        }
    }
}
