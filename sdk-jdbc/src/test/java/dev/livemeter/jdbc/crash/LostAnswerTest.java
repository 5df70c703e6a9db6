package dev.livemeter.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.AccountId;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Payee;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The connection is cut at seeded statements and commits: before they arrive, in the middle, and after the server carried them out and before
 * its answer came. Whoever repeats what was not answered moves no money twice and loses none.
 */
@Tag("once")
@ExtendWith(Quiet.class)
@Timeout(120)
final class LostAnswerTest {

    private static final long SEED = Long.getLong("livemeter.crash.seed", 20261121);
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final Payee SHARE = new Payee(BOB, new Share(7_000));

    @Nested
    class OnPostgres extends Losing {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.postgres();

        OnPostgres() {
            super(SERVER);
        }
    }

    @Nested
    class OnMariaDb extends Losing {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.mariaDb();

        OnMariaDb() {
            super(SERVER);
        }
    }

    abstract static class Losing {

        private static final int ROUNDS = 40;
        private static final int CALLS = 6;

        private final SharedServer shared;

        Losing(SharedServer shared) {
            this.shared = shared;
        }

        @Test
        void movesMoneyOnceHoweverOftenARequestIsRepeated() {
            through(cuts -> {
                var wallet = cuts.wallet;
                for (var round = 0; round < ROUNDS; round++) {
                    play(wallet, Integer.toString(round));
                }
                cuts.stop();

                // Each round pays 1.00 in, captures 0.50, debits 0.20 and gives 0.05 of that back; Bob earns 0.33 and
                // seven tenths of the 0.15.
                var balance = again(() -> wallet.balance(ALICE)).orElseThrow();
                assertThat(balance.posted()).as(cuts.toString()).isEqualTo(usd("0.35", ROUNDS));
                assertThat(balance.held()).isEqualTo(usd("0", 1));
                assertThat(earned(wallet)).isEqualTo(usd("0.435", ROUNDS));
                var report = wallet.ledger().verify();
                assertThat(report.findings()).isEmpty();
                assertThat(report.entries()).isEqualTo(5L * ROUNDS);
                assertThat(cuts.made).as(cuts.toString()).hasSize(CALLS);
            });
        }

        private static void play(JdbcWallet wallet, String round) {
            var hold = new HoldId("hold-" + round);
            var debit = new TransferId("debit-" + round);
            again(() -> wallet.credit(new CreditRequest(new TransferId("credit-" + round), ALICE, usd("1.00", 1), "")))
                    .orElseThrow();
            again(() -> wallet.hold(HoldRequest.exactly(hold, ALICE, usd("0.80", 1), Duration.ofHours(1))))
                    .orElseThrow();
            again(() -> wallet.capture(new CaptureRequest(
                            new TransferId("first-" + round),
                            hold,
                            usd("0.30", 1),
                            Remainder.KEEP,
                            new Subject("round-" + round),
                            new Allotment(BOB, usd("0.21", 1)))))
                    .orElseThrow();
            again(() -> wallet.capture(new CaptureRequest(
                            new TransferId("second-" + round),
                            hold,
                            usd("0.20", 1),
                            Remainder.KEEP,
                            new Subject("round-" + round),
                            new Allotment(BOB, usd("0.12", 1)))))
                    .orElseThrow();
            assertThat(again(() -> wallet.voidHold(hold))).isPresent();
            again(() -> wallet.debit(new DebitRequest(
                            debit,
                            ALICE,
                            usd("0.20", 1),
                            "a tip",
                            new Subject("round-" + round),
                            new Allotment(BOB, usd("0.14", 1)))))
                    .orElseThrow();
            again(() -> wallet.refund(new RefundRequest(new TransferId("refund-" + round), debit, usd("0.05", 1), "")))
                    .orElseThrow();
        }

        @Test
        void chargesSessionsOnceHoweverOftenTheirSettlementIsRepeated() {
            through(cuts -> {
                var wallet = cuts.wallet;
                again(() -> wallet.credit(new CreditRequest(new TransferId("order"), ALICE, usd("500.00", 1), "")))
                        .orElseThrow();
                var time = new TickTime(Runnable::run, Duration.ZERO);
                Map<SessionId, Long> from = new HashMap<>();
                Map<SessionId, Long> to = new HashMap<>();
                var node = new Node(wallet, time, time, rules -> rules, id -> to.putIfAbsent(id, time.seconds()));
                var tried = 0;
                for (var tick = 0; tick < 60; tick++) {
                    if (tick < 20) {
                        tried++;
                        open(node, wallet, tick, () -> time.seconds(), from);
                    }
                    time.tick();
                    from.keySet().forEach(node.meter::alive);
                    time.work();
                }
                cuts.stop();
                from.keySet().forEach(id -> {
                    to.putIfAbsent(id, time.seconds());
                    node.meter.ended(id, EndCause.LEFT);
                });
                // The longest pause between two tries, and some.
                for (var tick = 0; tick < 60; tick++) {
                    time.tick();
                    time.work();
                }

                assertThat(node.meter.running()).isEmpty();
                var audit = new Audit(wallet, List.of(ALICE));
                audit.requireClosed();
                audit.requireBalances(usd("500.00", 1));
                audit.sessions().forEach((id, session) -> {
                    audit.requireCharged(session, SHARE);
                    var began = from.get(id);
                    assertThat(session.metering().used())
                            .as("%s, session %s", cuts, id)
                            .isEqualTo(
                                    began == null
                                            ? Duration.ZERO
                                            : Duration.ofSeconds(to.getOrDefault(id, -1L) - began));
                });
                assertThat(audit.sessions())
                        .as("of %s that were tried", tried)
                        .containsKeys(from.keySet().toArray(SessionId[]::new));
                assertThat(from).isNotEmpty();
                assertThat(cuts.made).as(cuts.toString()).hasSize(CALLS);
            });
        }

        private static void open(
                Node node, JdbcWallet wallet, int number, Supplier<Long> now, Map<SessionId, Long> from) {
            var id = node.meter.newId();
            var tariff =
                    Tariff.perMinute("USD", number % 2 == 0 ? "6.00" : "0.0961").in(Increment.SECONDS);
            var terms = new SessionTerms(Lane.CALL, ALICE, SHARE, "", null, List.of());
            var balance = again(() -> wallet.balance(ALICE)).orElseThrow();
            try {
                node.meter.open(id, terms, tariff, 1, balance).orElseThrow();
            } catch (LivemeterException e) {
                // Its authorization was not answered: what was held is given back, and nothing is delivered.
                assertThat(e.retryable()).as(e.getMessage()).isTrue();
                return;
            }
            from.put(id, now.get());
            node.meter.delivered(id);
        }

        private void through(Consumer<Cuts> test) {
            try (var database = shared.server().newDatabase();
                    var proxy = new CuttingProxy(shared.server().port())) {
                var straight = Place.of(database);
                var crooked = new Place(
                        straight.url().replace(":" + shared.server().port() + "/", ":" + proxy.port() + "/"),
                        straight.user(),
                        straight.password());
                try (var pool = crooked.pool(2)) {
                    var cuts = new Cuts(proxy);
                    try (var wallet = JdbcWallet.on(JdbcStorage.on(JdbcCalls.of(pool, cuts)), TimeSource.system())) {
                        cuts.begin(wallet);
                        test.accept(cuts);
                    }
                }
            }
        }
    }

    /** When the connection is cut, and how often it was. */
    private static final class Cuts implements JdbcCalls.Listener {

        private static final int SELDOM = 25;
        private static final List<CuttingProxy.Cut> CUTS =
                List.of(CuttingProxy.Cut.REQUEST, CuttingProxy.Cut.HALF_A_REQUEST, CuttingProxy.Cut.ANSWER);

        private final CuttingProxy proxy;
        private final Random random = new Random(SEED);
        private final Map<String, Integer> made = new HashMap<>();
        private JdbcWallet wallet;
        private boolean cutting;

        Cuts(CuttingProxy proxy) {
            this.proxy = proxy;
        }

        void begin(JdbcWallet through) {
            wallet = through;
            cutting = true;
        }

        void stop() {
            cutting = false;
        }

        @Override
        public void before(JdbcCalls.Call call) {
            if (!cutting || random.nextInt(call == JdbcCalls.Call.COMMIT ? SELDOM / 5 : SELDOM) != 0) {
                return;
            }
            var cut = CUTS.get(random.nextInt(CUTS.size()));
            made.merge(call + " " + cut, 1, Integer::sum);
            proxy.cutNext(cut);
        }

        @Override
        public void after(JdbcCalls.Call call) {}

        @Override
        public String toString() {
            return "seed " + SEED + ", lost: " + made;
        }
    }

    /** As a host does. */
    private static <T> T again(Supplier<T> call) {
        for (var tries = 1; ; tries++) {
            try {
                return call.get();
            } catch (LivemeterException e) {
                if (!e.retryable() || tries == 50) {
                    throw e;
                }
            }
        }
    }

    private static Money earned(JdbcWallet wallet) {
        var account = AccountId.earnings(BOB, Currency.getInstance("USD"));
        return again(() -> wallet.ledger().entries(account, 500, null)).stream()
                .flatMap(entry -> entry.postings().stream())
                .map(posting -> posting.effectOn(account))
                .reduce(usd("0", 1), Money::plus);
    }

    private static Money usd(String amount, int times) {
        var one = Money.of("USD", amount);
        return new Money(one.micros() * times, one.currency());
    }
}
