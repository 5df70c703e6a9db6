package dev.livemeter.signaling.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallAnswer;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.CallState;
import dev.livemeter.call.Calls;
import dev.livemeter.call.InviteResult.Invited;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.testing.InMemorySignalingTransport;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Currency;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A call whose two sides are on different nodes, over a real Redis and one database. */
@Timeout(90)
class CallOverRedisTest {

    private record Node(InMemorySignalingTransport transport, Livemeter live) implements AutoCloseable {

        static Node start(OwnRedis redis, JdbcDataSource database, Path key) {
            var transport = InMemorySignalingTransport.withQueueLimit(100);
            var signaling = SignalingServer.builder()
                    .cluster(RedisSignalingBus.at(redis.uri()))
                    .build();
            transport.open(signaling);
            var live = Livemeter.builder()
                    .wallet(JdbcWallet.on(database))
                    .secrets(AesGcmSecretCipher.withKeyFile(key))
                    .tariff(Tariff.perMinute("USD", "6.00").in(Increment.SECONDS))
                    .calls(CallPolicy.defaults(Currency.getInstance("USD")), signaling)
                    .build();
            return new Node(transport, live);
        }

        Peer comesIn(String user) {
            var token = live.calls().token(user, "");
            var peer = transport
                    .connect(
                            "key=peerjs&id=" + token.peer().value() + "&token="
                                    + token.value().reveal(),
                            "")
                    .orElseThrow();
            assertThat(peer.read()).contains("{\"type\":\"OPEN\"}");
            return peer;
        }

        @Override
        public void close() {
            live.close();
        }
    }

    private static void await(BooleanSupplier what) throws InterruptedException {
        for (var i = 0; i < 4000 && !what.getAsBoolean(); i++) {
            Thread.sleep(5);
        }
        assertThat(what.getAsBoolean()).isTrue();
    }

    private static void hears(Peer peer, String start) throws InterruptedException {
        var found = new boolean[1];
        await(() -> {
            found[0] |= peer.read().orElse("").startsWith(start);
            return found[0];
        });
    }

    @TempDir
    private Path folder;

    @Test
    void itIsAskedForAcceptedMeteredAndEnded() throws Exception {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        try (var redis = OwnRedis.start();
                var one = Node.start(redis, database, folder.resolve("key"));
                var two = Node.start(redis, database, folder.resolve("key"))) {
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
}
