package dev.livemeter.signaling.redis;

import dev.livemeter.testing.contract.PeerPresenceContract;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Peers come, wait and go where clients are on two nodes by turns. */
class TwoNodesPresenceTest extends PeerPresenceContract {

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
