package dev.livemeter.signaling.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Tariff;
import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.testing.InMemorySignalingTransport;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import java.nio.file.Path;
import java.util.Currency;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.h2.jdbcx.JdbcDataSource;

/** A node of an application: its signaling on a Redis, its books in a database, both shared with others. */
record LiveNode(InMemorySignalingTransport transport, Livemeter live) implements AutoCloseable {

    static LiveNode start(OwnRedis redis, JdbcDataSource database, Path key) {
        return start(
                redis,
                JdbcWallet.on(database),
                key,
                CallPolicy.defaults(Currency.getInstance("USD")),
                UnaryOperator.identity());
    }

    /** By other rules, and in other respects as {@code settings} wants it. */
    static LiveNode start(
            OwnRedis redis, JdbcWallet wallet, Path key, CallPolicy policy, UnaryOperator<Livemeter.Builder> settings) {
        var transport = InMemorySignalingTransport.withQueueLimit(100);
        var signaling = SignalingServer.builder()
                .cluster(RedisSignalingBus.at(redis.uri()))
                .build();
        transport.open(signaling);
        var live = settings.apply(Livemeter.builder()
                        .wallet(wallet)
                        .secrets(AesGcmSecretCipher.withKeyFile(key))
                        .tariff(Tariff.perMinute("USD", "6.00").in(Increment.SECONDS))
                        .calls(policy, signaling))
                .build();
        return new LiveNode(transport, live);
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

    static void await(BooleanSupplier what) throws InterruptedException {
        for (var i = 0; i < 12_000 && !what.getAsBoolean(); i++) {
            Thread.sleep(5);
        }
        assertThat(what.getAsBoolean()).isTrue();
    }

    static void hears(Peer peer, String start) throws InterruptedException {
        var found = new boolean[1];
        await(() -> {
            found[0] |= peer.read().orElse("").startsWith(start);
            return found[0];
        });
    }
}
