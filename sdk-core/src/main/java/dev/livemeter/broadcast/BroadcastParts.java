package dev.livemeter.broadcast;

import dev.livemeter.account.AccountId;
import dev.livemeter.event.Events;
import dev.livemeter.session.Meter;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.BroadcastStore;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What broadcasts are made with.
 *
 * @param providers by name
 * @param accounts what a provider acts for an account with; throws {@code account.unknown} where there is none
 * @param cipher seals where the relay pushes
 * @param exclusive whether no other process uses the stores
 */
public record BroadcastParts(
        BroadcastPolicy policy,
        BroadcastStore store,
        Map<String, StreamProvider> providers,
        Function<AccountId, AccountAccess> accounts,
        SessionStore sessions,
        Meter meter,
        SecretCipher cipher,
        boolean exclusive,
        TimeSource time,
        Scheduler scheduler,
        RandomGenerator random,
        IdSource ids,
        Events events) {

    public BroadcastParts {
        providers = Map.copyOf(providers);
    }
}
