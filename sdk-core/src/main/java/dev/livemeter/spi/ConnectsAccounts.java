package dev.livemeter.spi;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link StreamProvider} implements besides, if people can connect their accounts there: the authorization code flow of OAuth 2.0 (RFC 6749, section 4.1) with
 * PKCE (RFC 7636, {@code S256}). Livemeter keeps state, verifier and tokens; a provider only talks to the platform.
 *
 * <p>Thread-safe. Methods that answer for the platform block for at most some seconds and throw nothing for what a platform says or does not say. No secret appears
 * in a message, a log or an exception.
 */
public interface ConnectsAccounts {

    /**
     * The platform's page where a person allows it. Pure.
     *
     * @param redirect where the platform sends the person's browser afterwards
     * @param state comes back with it, unchanged
     * @param codeChallenge of PKCE, by {@code S256}
     */
    URI authorizationPage(URI redirect, String state, String codeChallenge);

    /**
     * The tokens for what came back, and whose they are.
     *
     * @param redirect the same as before
     * @param codeVerifier that the challenge was made of
     */
    Connection connect(String code, URI redirect, Secret codeVerifier);

    /** New tokens for old ones. Called by one thread at a time for an account. A refresh token that comes back replaces the old one. */
    Renewal renew(AccountTokens tokens);

    /** Has the platform forget them, if it can be asked. Returns after some seconds at most, whatever comes of it. */
    void revoke(AccountTokens tokens);

    /**
     * Whether two accounts' tokens stand for one permission of one person, as where it covers several pages: to {@linkplain #revoke revoke} one is then to take away the other as well, and is
     * left until the last of them is disconnected. Pure.
     */
    default boolean shareOnePermission(AccountTokens one, AccountTokens other) {
        return false;
    }

    /** How often the platform wants to be asked whether a token still stands, as long as it is kept; empty where it does not. */
    default Optional<Duration> validationInterval() {
        return Optional.empty();
    }

    /** Asks the platform whether they still stand. */
    default Standing validate(AccountTokens tokens) {
        return new Standing.Good();
    }

    /** What {@link #connect} came to. */
    sealed interface Connection {

        /**
         * Somebody allowed it.
         *
         * @param besides what the same permission covers besides: other identities that the person acts as there, such as pages; each becomes an account of its own
         */
        record Connected(PlatformIdentity identity, AccountTokens tokens, List<Connected> besides)
                implements Connection {

            public Connected {
                besides = List.copyOf(besides);
            }

            /** One that covers nothing besides. */
            public Connected(PlatformIdentity identity, AccountTokens tokens) {
                this(identity, tokens, List.of());
            }
        }

        /**
         * Not with this code: it must be done again from the beginning.
         *
         * @param message what is wrong and what to do
         */
        record Refused(String message) implements Connection {}

        /** The platform could not be asked, or could not answer. */
        record Unavailable(String message) implements Connection {}
    }

    /** What {@link #renew} came to. */
    sealed interface Renewal {

        /** These are the tokens from now on. */
        record Renewed(AccountTokens tokens) implements Renewal {}

        /**
         * No more: the person must connect the account again.
         *
         * @param message what is wrong and what to do
         */
        record Lost(String message) implements Renewal {}

        /** The platform could not be asked, or could not answer; the old tokens may still do. */
        record Unavailable(String message) implements Renewal {}
    }

    /** What {@link #validate} came to. */
    sealed interface Standing {

        /** They stand. */
        record Good() implements Standing {}

        /** The access token does not; a {@linkplain #renew renewal} tells whether the account does. */
        record Refused() implements Standing {}

        /** The platform could not be asked, or could not answer. */
        record Unavailable(String message) implements Standing {}
    }
}
