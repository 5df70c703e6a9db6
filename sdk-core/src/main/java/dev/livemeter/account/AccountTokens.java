package dev.livemeter.account;

import dev.livemeter.secret.Secret;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What lets an application act for somebody on a platform, in the terms of OAuth 2.0 (RFC 6749). It prints no secret.
 *
 * @param access the bearer token of requests
 * @param refresh what a new access token is had for; null where the platform gave none
 * @param expiresAt when the access token ends, as the platform said; null where it did not
 * @param scopes what the person allowed, which may be less than was asked for
 * @param client by which of the application's clients at the platform they were had, in the provider's own words; empty for the usual one. Only that one can renew them
 */
public record AccountTokens(
        Secret access, @Nullable Secret refresh, @Nullable Instant expiresAt, Set<String> scopes, String client) {

    public AccountTokens {
        scopes = Set.copyOf(scopes);
    }

    /** Tokens of the usual client. */
    public AccountTokens(Secret access, @Nullable Secret refresh, @Nullable Instant expiresAt, Set<String> scopes) {
        this(access, refresh, expiresAt, scopes, "");
    }

    /** The same tokens, of another client. */
    public AccountTokens of(String otherClient) {
        return new AccountTokens(access, refresh, expiresAt, scopes, otherClient);
    }
}
