package dev.livemeter.account;

import dev.livemeter.event.Events;
import dev.livemeter.spi.AccountStore;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What {@link Accounts} are made of.
 *
 * @param providers by name; those that {@link dev.livemeter.spi.ConnectsAccounts} can be connected
 * @param random of a kind that cannot be guessed
 */
public record AccountParts(
        AccountPolicy policy,
        Map<String, StreamProvider> providers,
        AccountStore store,
        SecretCipher cipher,
        TimeSource time,
        Scheduler scheduler,
        IdSource ids,
        RandomGenerator random,
        Events events) {

    public AccountParts {
        providers = Map.copyOf(providers);
    }
}
