package dev.livemeter.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.jdbc.server.DatabaseServer;
import dev.livemeter.jdbc.server.MariaDbServer;
import dev.livemeter.jdbc.server.PostgresServer;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.FailureHandling;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Payee;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The database goes away in the middle of a settlement, in good order or by {@code kill -9}, and comes back on the same data. Meanwhile sessions do as their
 * policy says; afterwards each is charged for what was delivered, once.
 */
@Tag("once")
@ExtendWith(Quiet.class)
@Timeout(180)
final class ServerLossTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final Payee SHARE = new Payee(UserId.of("bob"), new Share(7_000));
    private static final Tariff TARIFF = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
    private static final Money PAID_IN = Money.of("USD", "5000.00");

    @Nested
    class OnPostgres extends Loss {
        OnPostgres() {
            super(new PostgresServer());
        }
    }

    @Nested
    class OnMariaDb extends Loss {
        OnMariaDb() {
            super(new MariaDbServer());
        }
    }

    @TestInstance(Lifecycle.PER_CLASS) // one server for both tests
    abstract static class Loss {

        private static final int SESSIONS = 20;
        private static final int BEFORE = 7;
        private static final int AWAY = 25;
        private static final int AFTER = 70;

        private final DatabaseServer server;
        private final ExecutorService workers = Executors.newFixedThreadPool(6);
        private final Map<SessionId, Long> from = new ConcurrentHashMap<>();
        private final Map<SessionId, Long> to = new ConcurrentHashMap<>();

        Loss(DatabaseServer server) {
            this.server = server;
        }

        @BeforeAll
        void start() {
            server.start();
        }

        @AfterEach
        void forget() {
            from.clear();
            to.clear();
        }

        @AfterAll
        void close() {
            workers.shutdownNow();
            server.close();
        }

        @Test
        void ofAServerThatIsKilledIsSurvivedAsThePolicySays() {
            survive(DatabaseServer::kill);
        }

        @Test
        void ofAServerThatIsStoppedIsSurvivedAsThePolicySays() {
            survive(DatabaseServer::stop);
        }

        private void survive(Consumer<DatabaseServer> end) {
            var charging = new Charging(() -> {}, () -> {});
            var stroke = new Stroke(charging, () -> end.accept(server));
            try (var pool = Place.of(server.newDatabase()).pool(6, Duration.ofMillis(250));
                    var wallet = JdbcWallet.on(JdbcStorage.on(JdbcCalls.of(pool, stroke)), TimeSource.system())) {
                wallet.credit(new CreditRequest(new TransferId("order"), ALICE, PAID_IN, ""))
                        .orElseThrow();
                var time = new TickTime(workers, Duration.ZERO);
                var nodes = new EnumMap<FailureHandling, Node>(FailureHandling.class);
                var sessions = new EnumMap<FailureHandling, Set<SessionId>>(FailureHandling.class);
                for (var handling : FailureHandling.values()) {
                    var node = new Node(
                            wallet,
                            charging.watching(wallet),
                            time,
                            time,
                            rules -> rules.failureHandling(handling).continueFor(Duration.ofMinutes(2)),
                            id -> to.put(id, time.seconds()));
                    nodes.put(handling, node);
                    sessions.put(handling, open(node, wallet));
                }
                play(nodes, time, BEFORE);

                stroke.arm();
                play(nodes, time, 1);
                assertThat(stroke.isStruck())
                        .as("the database ended in the middle of a settlement")
                        .isTrue();
                play(nodes, time, AWAY);

                assertThat(to.keySet())
                        .containsAll(sessions.get(FailureHandling.TERMINATE))
                        .containsAll(sessions.get(FailureHandling.RETRY_AND_TERMINATE))
                        .doesNotContainAnyElementsOf(sessions.get(FailureHandling.CONTINUE));
                // Whoever retries goes on to the end of what is paid: no less than the quota that is renewed two
                // seconds before its
                // end.
                assertThat(sessions.get(FailureHandling.RETRY_AND_TERMINATE))
                        .allSatisfy(id -> assertThat(to.get(id)).isGreaterThanOrEqualTo(BEFORE + 2L));

                server.start();
                awaitPool(wallet);
                play(nodes, time, AFTER);
                sessions.get(FailureHandling.CONTINUE).forEach(id -> {
                    assertThat(to).doesNotContainKey(id);
                    to.put(id, time.seconds());
                    nodes.get(FailureHandling.CONTINUE).meter.ended(id, EndCause.LEFT);
                });
                play(nodes, time, AFTER);

                var audit = new Audit(wallet, List.of(ALICE));
                audit.requireClosed();
                audit.requireBalances(PAID_IN);
                assertThat(audit.sessions().keySet()).isEqualTo(from.keySet());
                audit.sessions().forEach((id, session) -> {
                    audit.requireCharged(session, SHARE);
                    assertThat(session.metering().used())
                            .as("%s of %s", id, told(nodes, id))
                            .isEqualTo(Duration.ofSeconds(to.get(id) - from.get(id)));
                });
                sessions.forEach((handling, ids) ->
                        ids.forEach(id -> assertThat(audit.sessions().get(id).end())
                                .isEqualTo(
                                        switch (handling) {
                                            case TERMINATE -> new SessionEnd.BillingUnavailable();
                                            case CONTINUE -> new SessionEnd.HungUp();
                                            case RETRY_AND_TERMINATE -> new SessionEnd.FundsExhausted();
                                        })));
            }
        }

        /** A pool looks for its server every few seconds, and those do not pass here as fast as the sessions' time does. */
        private static void awaitPool(JdbcWallet wallet) {
            for (var tries = 1; ; tries++) {
                try {
                    wallet.balance(ALICE);
                    return;
                } catch (LivemeterException e) {
                    if (!e.retryable() || tries == 200) {
                        throw e;
                    }
                }
            }
        }

        private static List<String> told(Map<FailureHandling, Node> nodes, SessionId id) {
            return nodes.values().stream()
                    .flatMap(node -> node.events.stream())
                    .filter(event -> id.equals(event.session()))
                    .map(event -> event.code() + ": " + event.sentence())
                    .toList();
        }

        private Set<SessionId> open(Node node, JdbcWallet wallet) {
            var opened = new HashSet<SessionId>();
            for (var number = 0; number < SESSIONS; number++) {
                var id = node.meter.newId();
                var terms = new SessionTerms(Lane.CALL, ALICE, SHARE, "", null, List.of());
                node.meter
                        .open(id, terms, TARIFF, 1, wallet.balance(ALICE).orElseThrow())
                        .orElseThrow();
                from.put(id, 0L);
                node.meter.delivered(id);
                opened.add(id);
            }
            return opened;
        }

        private void play(Map<FailureHandling, Node> nodes, TickTime time, int ticks) {
            for (var tick = 0; tick < ticks; tick++) {
                time.tick();
                nodes.values().forEach(node -> from.keySet().forEach(node.meter::alive));
                time.work();
            }
        }
    }

    /**
     * Ends the database when a settlement that charges somebody has written all and is about to commit it, while others are under way; it goes on to its commit then.
     * Thread-safe.
     */
    private static final class Stroke implements JdbcCalls.Listener {

        private final Charging charging;
        private final Runnable end;
        private final AtomicBoolean armed = new AtomicBoolean();
        private volatile boolean struck;

        Stroke(Charging charging, Runnable end) {
            this.charging = charging;
            this.end = end;
        }

        void arm() {
            armed.set(true);
        }

        boolean isStruck() {
            return struck;
        }

        @Override
        public void before(JdbcCalls.Call call) {
            if (call == JdbcCalls.Call.COMMIT && charging.isUnderWayHere() && armed.compareAndSet(true, false)) {
                end.run();
                struck = true;
            }
        }

        @Override
        public void after(JdbcCalls.Call call) {}
    }
}
