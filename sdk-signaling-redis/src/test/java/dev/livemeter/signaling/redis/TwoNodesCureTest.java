package dev.livemeter.signaling.redis;

import dev.livemeter.testing.contract.PeerCureContract;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What PeerServer does wrong is right where clients are on two nodes by turns. */
class TwoNodesCureTest extends PeerCureContract {

    private static OwnRedis redis;

    @BeforeAll
    static void startRedis() throws Exception {
        redis = OwnRedis.start();
    }

    @AfterAll
    static void stopRedis() throws Exception {
        redis.close();
    }

    @Override
    protected Running start(Settings settings) {
        var nodes =
                new TwoNodes(settings, RedisSignalingBus.named(UUID.randomUUID().toString(), redis.uri()));
        return new Running() {
            @Override
            public URI url() {
                return nodes.url();
            }

            @Override
            public URI next() {
                return nodes.next();
            }

            @Override
            public void close() {
                nodes.close();
            }
        };
    }
}
