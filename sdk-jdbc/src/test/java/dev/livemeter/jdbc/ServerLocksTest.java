package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A unit of work locks the wallets and balances that it is about, and no others. */
@Timeout(180)
@Tag("once") // servers do not care which JVM asks
final class ServerLocksTest {

    @Nested
    class OnPostgres extends Locks {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.postgres();

        OnPostgres() {
            super(
                    SERVER,
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND datname = current_database() AND backend_type = 'client backend'");
        }

        /** A row that is changed lies elsewhere afterwards; a unit that looked for it where it lay before the lock was had would fail (record 0047). */
        @Test
        void writesRowsWhereTheyLieOnceTheLockIsHad() throws Exception {
            var storage = JdbcStorage.on(SERVER.database().dataSource());
            var wallet = JdbcWallet.on(storage, TimeSource.system());
            var holds = Stream.of(ALICE, BOB).map(owner -> held(wallet, owner)).toList();

            try (var other = SERVER.database().connect();
                    var statement = other.createStatement()) {
                other.setAutoCommit(false);
                var before = places(statement);
                statement.execute("UPDATE livemeter_wallet SET held_micros = held_micros WHERE owner = 'alice'");
                statement.execute("UPDATE livemeter_hold SET captured_micros = captured_micros WHERE owner = 'alice'");
                assertThat(places(statement)).hasSize(2).doesNotContainAnyElementsOf(before);
                var writing = CompletableFuture.supplyAsync(
                        () -> storage.ledgerStore().transact(books -> writeAsTheyAre(books, holds)));
                awaitSomebodyWaiting();
                other.commit();

                assertThat(writing.get(30, TimeUnit.SECONDS)).isEqualTo(4);
            }

            assertThat(wallet.ledger().verify().findings()).isEmpty();
        }

        private static HoldId held(JdbcWallet wallet, UserId owner) {
            wallet.credit(new CreditRequest(new TransferId("order/" + owner), owner, Money.of("USD", "5.00"), ""))
                    .orElseThrow();
            var hold = HoldRequest.exactly(
                    new HoldId("hold/" + owner), owner, Money.of("USD", "2.00"), Duration.ofDays(1));
            wallet.hold(hold).orElseThrow();
            return hold.id();
        }

        /** Where Alice's rows lie. */
        private static List<String> places(Statement statement) throws SQLException {
            try (var row = statement.executeQuery("SELECT 'wallet ' || wallet.ctid::text, 'hold ' || hold.ctid::text"
                    + " FROM livemeter_wallet wallet JOIN livemeter_hold hold USING (owner) WHERE owner = 'alice'")) {
                row.next();
                return List.of(row.getString(1), row.getString(2));
            }
        }

        /** Writes two wallets and their holds; how many rows that are. */
        private static int writeAsTheyAre(LedgerTransaction books, List<HoldId> holds) {
            var start = books.begin(List.of(ALICE, BOB), List.of(), List.of(), holds, TimeSource.system());
            books.save(List.copyOf(start.wallets().values()));
            books.update(start.holds());
            return start.wallets().size() + start.holds().size();
        }
    }

    @Nested
    class OnMariaDb extends Locks {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.mariaDb();

        OnMariaDb() {
            // Not innodb_trx: that is a copy, which stays as it was for whoever reads it more often than ten times a
            // second.
            super(
                    SERVER,
                    "SELECT variable_value FROM information_schema.global_status"
                            + " WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'");
        }
    }

    abstract static class Locks {

        static final UserId ALICE = UserId.of("alice");
        static final UserId BOB = UserId.of("bob");
        private static final UserId CAROL = UserId.of("carol");
        private static final List<UserId> ALL = List.of(ALICE, BOB, CAROL);

        private final SharedServer shared;
        private final String waiting;

        /** @param waiting asks how many wait for a lock */
        Locks(SharedServer shared, String waiting) {
            this.shared = shared;
            this.waiting = waiting;
        }

        /** In tables of a few rows: there a database likes to read, and to lock, all of them. */
        @Test
        void changesAWalletWhileTheOthersAreLocked() throws SQLException {
            var wallet = JdbcWallet.on(shared.storage(), TimeSource.system());
            ALL.forEach(owner -> wallet.credit(
                            new CreditRequest(new TransferId("order/" + owner), owner, Money.of("USD", "5.00"), ""))
                    .orElseThrow());
            ALL.forEach(owner -> wallet.debit(tip("first", owner, owner)).orElseThrow());

            try (var other = shared.database().connect();
                    var statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("SELECT * FROM livemeter_wallet WHERE owner IN ('alice', 'carol') FOR UPDATE");
                statement.execute("SELECT * FROM livemeter_balance"
                        + " WHERE account IN ('earnings/alice/USD', 'earnings/carol/USD') FOR UPDATE");

                wallet.debit(tip("second", BOB, BOB)).orElseThrow();
                other.rollback();
            }

            assertThat(wallet.balance(BOB).orElseThrow().posted()).isEqualTo(Money.of("USD", "3.00"));
        }

        /** The proof of what a session used concerns no money, and so waits for nobody who moves some. */
        @Test
        void storesWhatASessionUsedWhileItsWalletIsLocked() throws SQLException {
            var wallet = JdbcWallet.on(shared.storage(), TimeSource.system());
            wallet.credit(new CreditRequest(new TransferId("order"), ALICE, Money.of("USD", "5.00"), ""))
                    .orElseThrow();
            var before = live(0, Duration.ZERO);
            wallet.sessions().insert(before);
            var request = new SettleRequest(before, live(0, Duration.ofSeconds(3)), List.of(), null, List.of());

            try (var other = shared.database().connect();
                    var statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("SELECT * FROM livemeter_wallet WHERE owner = 'alice' FOR UPDATE");

                var result = wallet.settle(List.of(request)).get(0);
                other.rollback();

                var stored = live(1, Duration.ofSeconds(3));
                assertThat(result)
                        .isEqualTo(new SettleResult.Settled(stored, List.of(), null, Money.of("USD", "5.00")));
                assertThat(wallet.sessions().find(before.id())).contains(stored);
            }
        }

        /** The holds are asked for together with the lock, and seen as they are when it was had. */
        @Test
        void givesNothingBackThatWasGivenBackWhileItWaited() throws Exception {
            var time = ManualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"));
            // A host's own connections wait for a lock without end, or long: it is had when this test lets go of it.
            var wallet = JdbcWallet.on(JdbcStorage.on(shared.database().dataSource()), time);
            wallet.credit(new CreditRequest(new TransferId("order"), ALICE, Money.of("USD", "5.00"), ""))
                    .orElseThrow();
            wallet.hold(HoldRequest.exactly(new HoldId("first"), ALICE, Money.of("USD", "2.00"), Duration.ofMinutes(1)))
                    .orElseThrow();
            time.advance(Duration.ofMinutes(2));

            try (var other = shared.database().connect();
                    var statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("UPDATE livemeter_wallet SET held_micros = 0 WHERE owner = 'alice'");
                statement.execute("UPDATE livemeter_hold SET state = 'EXPIRED' WHERE id = 'first'");
                var second = CompletableFuture.supplyAsync(() -> wallet.hold(HoldRequest.exactly(
                        new HoldId("second"), ALICE, Money.of("USD", "3.00"), Duration.ofMinutes(1))));
                awaitSomebodyWaiting();
                other.commit();
                assertThat(second.get(30, TimeUnit.SECONDS)).isInstanceOf(HoldResult.Placed.class);
            }

            assertThat(wallet.balance(ALICE).orElseThrow().held()).isEqualTo(Money.of("USD", "3.00"));
        }

        final void awaitSomebodyWaiting() throws SQLException {
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            try (var third = shared.database().connect();
                    var statement = third.createStatement()) {
                while (true) {
                    try (var row = statement.executeQuery(waiting)) {
                        row.next();
                        if (row.getInt(1) > 0) {
                            return;
                        }
                    }
                    assertThat(System.nanoTime() - end)
                            .as("nobody waited for a lock within 30 s")
                            .isNegative();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            }
        }

        private static Session live(long version, Duration used) {
            var nothing = Money.of("USD", "0");
            var began = Instant.parse("2026-03-01T12:00:00Z");
            return new Session(
                    new SessionId("session-1"),
                    new SessionTerms(Lane.RELAY, ALICE, null, "", null, List.of()),
                    SessionState.LIVE,
                    began,
                    began,
                    began.plus(used),
                    null,
                    new Metering(
                            Tariff.perMinute("USD", "0.10"),
                            RatingBasis.startingAt(began, ZoneOffset.UTC, 1, Duration.ZERO),
                            used,
                            nothing,
                            nothing,
                            0,
                            0),
                    nothing,
                    null,
                    null,
                    new NodeId("node"),
                    version);
        }

        private static DebitRequest tip(String id, UserId from, UserId to) {
            return new DebitRequest(
                    new TransferId(id + "/" + from),
                    from,
                    Money.of("USD", "1.00"),
                    "",
                    new Subject("tip"),
                    new Allotment(to, Money.of("USD", "0.50")));
        }
    }
}
