package dev.livemeter.signaling.redis;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One Redis for all tests of a class; each has a house of its own in it. */
final class RedisOfAll implements BeforeAllCallback, AfterAllCallback {

    private @Nullable OwnRedis redis;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        redis = OwnRedis.start();
    }

    /** A bus that no other test is on. */
    RedisSignalingBus house() {
        return RedisSignalingBus.named(
                UUID.randomUUID().toString(), Objects.requireNonNull(redis).uri());
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        Objects.requireNonNull(redis).close();
    }
}
