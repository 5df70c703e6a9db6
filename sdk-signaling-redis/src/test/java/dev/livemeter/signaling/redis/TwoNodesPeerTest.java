package dev.livemeter.signaling.redis;

import dev.livemeter.testing.contract.PeerContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wire contract holds where clients are on two nodes by turns. */
@Tag("once")
class TwoNodesPeerTest extends PeerContract {

    @RegisterExtension
    static final RedisOfAll REDIS = new RedisOfAll();

    @Override
    protected Running start(Settings settings) {
        return new TwoNodes(settings, REDIS.house());
    }
}
