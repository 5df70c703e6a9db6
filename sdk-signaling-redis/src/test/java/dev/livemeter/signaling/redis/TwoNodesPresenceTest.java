package dev.livemeter.signaling.redis;

import dev.livemeter.testing.contract.PeerPresenceContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Peers come, wait and go where clients are on two nodes by turns. */
@Tag("once") // the protocol runs on both JVMs without Redis
class TwoNodesPresenceTest extends PeerPresenceContract {

    @RegisterExtension
    static final RedisOfAll REDIS = new RedisOfAll();

    @Override
    protected Running start(Settings settings) {
        return new TwoNodes(settings, REDIS.house());
    }
}
