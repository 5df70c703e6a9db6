package dev.livemeter.spi;

import dev.livemeter.secret.Secret;

/**
 * Encrypts secrets before they reach a store. Thread-safe.
 *
 * <p>The context names what the secret belongs to and is authenticated with it, so that a sealed text copied to another
 * row does not open there.
 */
public interface SecretCipher {

    /** Text that can be stored; a fresh one at each call. */
    String seal(Secret secret, String context);

    /**
     * The secret again.
     *
     * @throws dev.livemeter.LivemeterException {@code secret.unreadable} if the text, the context or the key is not the one it was
     *     sealed with
     */
    Secret open(String sealed, String context);
}
