package dev.livemeter.signaling.redis;

import static dev.livemeter.signaling.redis.LiveNode.await;
import static dev.livemeter.signaling.redis.LiveNode.hears;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.call.CallAnswer;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.CallState;
import dev.livemeter.call.Calls;
import dev.livemeter.call.InviteResult;
import dev.livemeter.call.InviteResult.Invited;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A call whose two sides are on different nodes, over a real Redis and one database. */
@Timeout(180)
@Tag("once") // the protocol runs on both JVMs without Redis
class CallOverRedisTest {

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Test
    void itIsAskedForAcceptedMeteredAndEnded() throws Exception {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        try (var redis = OwnRedis.start();
                var one = LiveNode.start(redis, database, folder.resolve("key"));
                var two = LiveNode.start(redis, database, folder.resolve("key"))) {
            one.live().wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
            var alice = one.comesIn("alice");
            var bob = two.comesIn("bob");
            await(() -> one.live().calls().isPresent("bob"));
            var price = one.live().calls().price("alice", "bob", Duration.ofMinutes(1));
            var id = ((Invited) one.live()
                            .calls()
                            .invite("alice", new Calls.Invitation("bob", price.reference(), Duration.ZERO, "")))
                    .status()
                    .call()
                    .id();
            await(() -> two.live().calls().current("bob").isPresent());
            assertThat(two.live().calls().accept("bob", id, "")).isInstanceOf(CallAnswer.Done.class);
            bob.send("{\"type\":\"OFFER\",\"dst\":\""
                    + one.live().calls().token("alice", "").peer().value() + "\",\"payload\":1}");
            hears(alice, "{\"type\":\"OFFER\"");
            one.live().calls().report("alice", id, true, 1);
            assertThat(two.live().calls().report("bob", id, true, 1).call().state())
                    .isEqualTo(CallState.LIVE);
            assertThat(two.live().calls().hangUp("bob", id)).isInstanceOf(CallAnswer.Done.class);
            hears(alice, "{\"type\":\"LEAVE\"");
            hears(bob, "{\"type\":\"LEAVE\"");
            await(() -> two.live().calls().find(id).orElseThrow().state() == CallState.ENDED);
            assertThat(two.live().calls().find(id).orElseThrow().end().cause()).isEqualTo(Cause.HUNG_UP);
        }
    }

    @Test
    void whoPaysInOnAnotherNodeGoesOnAtOnce() throws Exception {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        // It stands still while money is paid in: nothing but the message can make the node look.
        var time = ManualTime.startingAt(Instant.now());
        var policy = CallPolicy.builder(Currency.getInstance("USD"))
                .credit(SessionPolicy.builder(Currency.getInstance("USD"))
                        .minimumToStart(Money.of("USD", "1.00"))
                        .finalUnit(FinalUnitAction.RESTRICT)
                        .build())
                .build();
        try (var redis = OwnRedis.start();
                var one = LiveNode.start(
                        redis,
                        JdbcWallet.on(JdbcStorage.on(database), time),
                        folder.resolve("key"),
                        policy,
                        node -> node.time(time).scheduler(time).executor(Runnable::run));
                var two = LiveNode.start(redis, database, folder.resolve("key"))) {
            var calls = one.live().calls();
            two.live().wallets().credit("alice", Money.of("USD", "2.00"), "order-1");
            one.comesIn("alice");
            one.comesIn("bob");
            var price = calls.price("alice", "bob", Duration.ofMinutes(1)).reference();
            var id = ((Invited) calls.invite("alice", new Calls.Invitation("bob", price, Duration.ZERO, "")))
                    .status()
                    .call()
                    .id();
            time.runDue();
            assertThat(calls.accept("bob", id, "")).isInstanceOf(CallAnswer.Done.class);
            for (var second = 1; second <= 23; second++) {
                calls.report("alice", id, true, second);
                calls.report("bob", id, true, second);
                time.advance(Duration.ofSeconds(1));
            }
            assertThat(one.live().sessions().running().get(0).restricted()).isTrue();
            two.live().wallets().credit("alice", Money.of("USD", "3.00"), "order-2");
            await(() -> {
                time.runDue();
                return !one.live().sessions().running().get(0).restricted();
            });
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void ofTwoWhoCallTheSameOneInTheSameMomentOneRings() throws Exception {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        try (var redis = OwnRedis.start();
                var one = LiveNode.start(redis, database, folder.resolve("key"));
                var two = LiveNode.start(redis, database, folder.resolve("key"))) {
            for (var caller : List.of("alice", "carol")) {
                one.live().wallets().credit(caller, Money.of("USD", "20.00"), "order-" + caller);
            }
            two.comesIn("bob");
            one.comesIn("alice");
            two.comesIn("carol");
            await(() -> one.live().calls().isPresent("bob"));
            for (var round = 0; round < 10; round++) {
                var together = new CyclicBarrier(2);
                var byAlice = CompletableFuture.supplyAsync(() -> invite(together, one, "alice"), threads);
                var byCarol = CompletableFuture.supplyAsync(() -> invite(together, two, "carol"), threads);
                var answers = List.of(byAlice.get(), byCarol.get());
                assertThat(answers)
                        .containsOnlyOnce(new InviteResult.Refused(
                                InviteResult.Reason.BUSY, "bob is in another call; try again later."));
                await(() -> two.live().calls().current("bob").isPresent());
                var call = two.live().calls().current("bob").orElseThrow().call();
                two.live().calls().decline("bob", call.id());
                await(() -> one.live().calls().current("bob").isEmpty()
                        && two.live().calls().current("bob").isEmpty());
            }
        }
    }

    private static InviteResult invite(CyclicBarrier together, LiveNode node, String caller) {
        var calls = node.live().calls();
        var price = calls.price(caller, "bob", Duration.ofMinutes(1)).reference();
        try {
            together.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return calls.invite(caller, new Calls.Invitation("bob", price, Duration.ZERO, ""));
    }
}
