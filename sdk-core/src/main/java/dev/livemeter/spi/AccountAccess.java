package dev.livemeter.spi;

import dev.livemeter.account.PlatformAccount;
import dev.livemeter.secret.Secret;

/**
 * What a provider acts for one connected account with. Made by Livemeter, handed to the abilities of a provider. Thread-safe; threads that need a new token at the
 * same time wait for one renewal.
 */
public interface AccountAccess {

    /** Whose it is, as last known. */
    PlatformAccount account();

    /**
     * The bearer token to send now; renewed before, where the platform said that it has ended.
     *
     * @throws dev.livemeter.LivemeterException {@code account.needs_authorization} where its owner must connect it again; {@code account.unavailable},
     *     retryable, where the platform could not be asked for a new one
     */
    Secret token();

    /**
     * Another token than the one that the platform just answered with 401: one that somebody else got meanwhile, or a new one.
     *
     * @throws dev.livemeter.LivemeterException as {@link #token()}
     */
    Secret tokenAfter(Secret refused);

    /**
     * The platform will not take this account any more, whatever the token: its owner must connect it again. Idempotent.
     *
     * @param why a sentence for people, without a secret
     */
    void needsAuthorization(String why);
}
