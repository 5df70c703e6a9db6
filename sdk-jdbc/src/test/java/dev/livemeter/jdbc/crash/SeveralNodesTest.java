package dev.livemeter.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Several processes meter on one database: side by side on the same wallets, and one that sleeps past its lease. */
@Tag("once")
@Timeout(120)
final class SeveralNodesTest {

    private static final long SEED = Long.getLong("livemeter.crash.seed", 20261121);

    @Nested
    class OnPostgres extends Nodes {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.postgres();

        OnPostgres() {
            super(SERVER);
        }
    }

    @Nested
    class OnMariaDb extends Nodes {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.mariaDb();

        OnMariaDb() {
            super(SERVER);
        }
    }

    abstract static class Nodes {

        private static final int PAYERS = 3;
        private static final int SESSIONS = 60;
        private static final int TICKS = 16;

        @TempDir
        private static Path folder;

        private final SharedServer shared;

        Nodes(SharedServer shared) {
            this.shared = shared;
        }

        @Test
        void fenceOneThatWakesUpAfterItsLease() {
            on("1000.00", (place, wallet) -> {
                var orders = orders(place, SEED, Duration.ofMillis(50));
                try (var child = Child.start(ChildJvm.plain(), orders, folder)) {
                    child.begin().hear(Story.acknowledged(5)::equals);
                    child.signal("STOP");

                    // Before its lease is over nobody touches its sessions, however slow this machine is; and an hour
                    // later somebody else has them all.
                    var left = wallet.sessions().open();
                    assertThat(left).isNotEmpty();
                    assertThat(node(wallet, Duration.ofHours(-1)).meter.start(false))
                            .isZero();
                    takeOver(wallet, child);
                    assertThat(wallet.sessions().open()).isEmpty();
                    var closed = closed(wallet, orders.wallets());

                    child.signal("CONT");
                    var story = child.hear();
                    assertThat(child.exitCode()).as(child::said).isZero();

                    // It noticed for each of them, cut it, and charged nothing more.
                    assertThat(left).allSatisfy(session -> {
                        var told = story.sessions().get(session.id());
                        assertThat(told.fenced).as("session %s", session.id()).isTrue();
                        assertThat(told.last()).isLessThan(Long.MAX_VALUE);
                    });
                    var audit = audit(wallet, orders, "1000.00");
                    assertThat(closed(wallet, orders.wallets())).containsAllEntriesOf(closed);
                    requireCharged(audit, Map.of(story, orders));
                    left.forEach(session -> assertThat(audit.sessions()
                                    .get(session.id())
                                    .metering()
                                    .used())
                            .isEqualTo(session.metering().used()));
                }
            });
        }

        /** Where it froze in the midst of a transaction, it holds locks, and is let go on for a moment. */
        private static void takeOver(JdbcWallet wallet, Child child) {
            for (var tries = 1; ; tries++) {
                try {
                    assertThat(node(wallet, Duration.ofHours(1)).meter.start(false))
                            .isPositive();
                    return;
                } catch (LivemeterException e) {
                    if (!e.retryable() || tries == 10) {
                        throw e;
                    }
                    child.signal("CONT");
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                    child.signal("STOP");
                }
            }
        }

        @Test
        void shareWalletsWithoutOverdrawingThem() {
            on("25.00", (place, wallet) -> {
                var one = orders(place, SEED + 1, Duration.ZERO);
                var other = orders(place, SEED + 2, Duration.ZERO);
                try (var first = Child.start(ChildJvm.plain(), one, folder);
                        var second = Child.start(ChildJvm.plain(), other, folder)) {
                    first.begin();
                    second.begin();
                    var meanwhile = CompletableFuture.supplyAsync(
                            second::hear, command -> new Thread(command, "hearing").start());
                    var story = first.hear();
                    var otherStory = meanwhile.join();
                    assertThat(first.exitCode()).as(first::said).isZero();
                    assertThat(second.exitCode()).as(second::said).isZero();

                    var audit = audit(wallet, one, "25.00");
                    requireCharged(audit, Map.of(story, one, otherStory, other));
                    // There was less money than they wanted: some were refused or cut.
                    assertThat(List.of(story, otherStory))
                            .allSatisfy(told -> assertThat(told.sessions().values())
                                    .anyMatch(session -> session.refused || session.cutAt < Long.MAX_VALUE));
                }
            });
        }

        private static void requireCharged(Audit audit, Map<Story, MeteringProcess.Orders> stories) {
            var told = new HashMap<SessionId, Story.Told>();
            stories.keySet().forEach(story -> told.putAll(story.sessions()));
            assertThat(told.keySet()).containsAll(audit.sessions().keySet());
            stories.keySet()
                    .forEach(story -> story.sessions().forEach((id, session) -> {
                        var stored = audit.sessions().get(id);
                        assertThat(stored == null)
                                .as("whether session %s was refused", id)
                                .isEqualTo(session.refused);
                        if (stored != null) {
                            audit.requireCharged(stored, session.payee);
                            assertThat(stored.metering().used())
                                    .isLessThanOrEqualTo(Duration.ofSeconds(story.mostDelivered(session)));
                        }
                    }));
        }

        private static Audit audit(JdbcWallet wallet, MeteringProcess.Orders orders, String paidIn) {
            var audit = new Audit(wallet, orders.wallets());
            audit.requireClosed();
            audit.requireBalances(Money.of("USD", paidIn));
            return audit;
        }

        private static Map<SessionId, Session> closed(JdbcWallet wallet, List<UserId> payers) {
            return new Audit(wallet, payers)
                    .sessions().values().stream()
                            .filter(session -> session.state().isOver())
                            .collect(Collectors.toMap(Session::id, session -> session));
        }

        private static Node node(JdbcWallet wallet, Duration ahead) {
            var time = new TickTime(Runnable::run, ahead);
            return new Node(wallet, time, time, rules -> rules, id -> {});
        }

        private static MeteringProcess.Orders orders(Place place, long seed, Duration rest) {
            return new MeteringProcess.Orders(place, seed, "payer", PAYERS, SESSIONS, TICKS, rest, Fuse.Kind.NEVER, 0);
        }

        private void on(String paidIn, BiConsumer<Place, JdbcWallet> test) {
            try (var database = shared.server().newDatabase()) {
                var place = Place.of(database);
                try (var pool = place.pool(4);
                        var wallet = JdbcWallet.on(JdbcStorage.on(pool), new TickTime(Runnable::run, Duration.ZERO))) {
                    orders(place, 0, Duration.ZERO)
                            .wallets()
                            .forEach(payer -> wallet.credit(new CreditRequest(
                                            new TransferId("order/" + payer), payer, Money.of("USD", paidIn), ""))
                                    .orElseThrow());
                    test.accept(place, wallet);
                }
            }
        }
    }
}
