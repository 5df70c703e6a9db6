package dev.livemeter.signaling.redis;

import dev.livemeter.testing.contract.PeerCureContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What PeerServer does wrong is right where clients are on two nodes by turns. */
@Tag("once") // the protocol runs on both JVMs without Redis
class TwoNodesCureTest extends PeerCureContract {

    @RegisterExtension
    static final RedisOfAll REDIS = new RedisOfAll();

    @Override
    protected Running start(Settings settings) {
        return new TwoNodes(settings, REDIS.house());
    }
}
