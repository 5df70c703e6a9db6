package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Ledger;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.DatabaseServer;
import dev.livemeter.jdbc.server.MariaDbServer;
import dev.livemeter.jdbc.server.PostgresServer;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** What was acknowledged is there after the server was killed; a storage that was open goes on when the server is back. */
@Timeout(180)
@Tag("once") // servers do not care which JVM asks
class ServerCrashTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final int WRITERS = 4;
    private static final int CREDITS_BEFORE_THE_KILL = 100;

    @Nested
    class OfPostgres extends Crash {
        OfPostgres() {
            super(new PostgresServer());
        }
    }

    @Nested
    class OfMariaDb extends Crash {
        OfMariaDb() {
            super(new MariaDbServer());
        }
    }

    @TestInstance(Lifecycle.PER_CLASS) // one server for both tests
    abstract static class Crash {

        private final DatabaseServer server;

        Crash(DatabaseServer server) {
            this.server = server;
        }

        @BeforeAll
        void start() {
            server.start();
        }

        @AfterAll
        void close() {
            server.close();
        }

        @Test
        void losesNothingThatWasAcknowledged() throws Exception {
            losesNothing(server);
        }

        @Test
        void whileItIsFrozenDelaysAndLosesNothing() throws Exception {
            delays(server);
        }
    }

    private static void losesNothing(DatabaseServer server) throws Exception {
        var database = server.newDatabase();
        try (var wallet = JdbcWallet.open(database.url(), database.user(), Secret.of(database.password()))) {
            var acknowledged = new ConcurrentLinkedQueue<String>();
            var enough = new CountDownLatch(CREDITS_BEFORE_THE_KILL);
            var writers = IntStream.range(0, WRITERS)
                    .mapToObj(number -> CompletableFuture.supplyAsync(
                            () -> creditUntilItFails(wallet, "writer-" + number, acknowledged, enough),
                            command -> new Thread(command, "writer").start()))
                    .toList();
            assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();

            var pid = server.pid();
            server.kill();
            assertThat(ProcessHandle.of(pid)).isEmpty();

            // Beside the writers: each of them waits for the server as long as a pool does.
            var reader = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> wallet.balance(ALICE)),
                    command -> new Thread(command, "reader").start());
            for (var writer : writers) {
                assertThat(writer.get(60, TimeUnit.SECONDS))
                        .hasMessage(
                                "The database did not answer; whether the last change was kept is not known. Try again.");
            }
            assertThat(reader.get(60, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            LivemeterException.class,
                            e -> assertThat(e.retryable()).isTrue())
                    .hasMessage(
                            "The database did not answer; whether the last change was kept is not known. Try again.");

            server.start();
            assertThat(booked(wallet)).containsAll(acknowledged);
            assertThat(wallet.ledger().verify().findings()).isEmpty();
            wallet.credit(credit("afterwards")).orElseThrow();
        }
    }

    private static void delays(DatabaseServer server) throws Exception {
        var database = server.newDatabase();
        try (var wallet = JdbcWallet.open(database.url(), database.user(), Secret.of(database.password()))) {
            wallet.credit(credit("before")).orElseThrow();

            server.pause();
            assertThat(Files.readString(Path.of("/proc", Long.toString(server.pid()), "stat")))
                    .contains(") T ");
            var meanwhile = CompletableFuture.supplyAsync(
                    () -> wallet.credit(credit("meanwhile")), command -> new Thread(command, "writer").start());
            assertThat(meanwhile).isNotDone();
            server.resume();

            meanwhile.get(60, TimeUnit.SECONDS).orElseThrow();
            server.stop();
            server.start();
            // Every pooled connection is dead now; none of them is noticed.
            assertThat(booked(wallet)).containsExactlyInAnyOrder("before", "meanwhile");
        }
    }

    private static LivemeterException creditUntilItFails(
            JdbcWallet wallet, String prefix, Queue<String> acknowledged, CountDownLatch enough) {
        try {
            for (var number = 0; ; number++) {
                var id = prefix + "-" + number;
                wallet.credit(credit(id)).orElseThrow();
                acknowledged.add(id);
                enough.countDown();
            }
        } catch (LivemeterException e) {
            return e;
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

    private static CreditRequest credit(String id) {
        return new CreditRequest(new TransferId(id), ALICE, Money.of("USD", "0.01"), "");
    }
}
