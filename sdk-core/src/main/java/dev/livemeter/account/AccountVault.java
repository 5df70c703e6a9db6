package dev.livemeter.account;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.AccountStore;
import dev.livemeter.spi.SecretCipher;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accounts with their tokens opened. A change is written only over what was read before. Thread-safe. */
final class AccountVault {

    private final AccountStore store;
    private final SecretCipher cipher;

    AccountVault(AccountStore store, SecretCipher cipher) {
        this.store = store;
        this.cipher = cipher;
    }

    /**
     * An account as it was read.
     *
     * @param checkedAt when the platform last gave the tokens or let them pass
     * @param claimedUntil until when somebody renews the tokens; null where nobody does
     */
    record Opened(
            PlatformAccount account,
            AccountTokens tokens,
            Instant checkedAt,
            @Nullable Instant claimedUntil,
            long version) {

        AccountId id() {
            return account.id();
        }

        boolean needsAuthorization() {
            return account.state() == PlatformAccount.State.NEEDS_AUTHORIZATION;
        }

        Opened with(PlatformAccount changed) {
            return new Opened(changed, tokens, checkedAt, null, version);
        }

        Opened with(AccountTokens fresh, Instant now) {
            return new Opened(account.working(fresh.scopes()), fresh, now, null, version);
        }

        Opened claimed(@Nullable Instant until) {
            return new Opened(account, tokens, checkedAt, until, version);
        }
    }

    Optional<Opened> find(AccountId id) {
        return store.find(id).map(this::open);
    }

    /** Writes a change of what was read; empty where somebody else changed or removed it since. */
    Optional<Opened> update(Opened changed) {
        var next = new Opened(
                changed.account(),
                changed.tokens(),
                changed.checkedAt(),
                changed.claimedUntil(),
                changed.version() + 1);
        return store.update(seal(next)) ? Optional.of(next) : Optional.empty();
    }

    /** Adds an account; not where its owner has it already. */
    boolean insert(PlatformAccount account, AccountTokens tokens, Instant now) {
        return store.insert(seal(new Opened(account, tokens, now, null, 1)));
    }

    /**
     * Gives an account the tokens that its owner just allowed.
     *
     * @return as it is now; empty where it was changed or removed meanwhile
     */
    Optional<PlatformAccount> replace(AccountId id, PlatformIdentity who, AccountTokens tokens, Instant now) {
        return store.find(id).flatMap(stored -> {
            var account = stored.account().connectedAgain(who, tokens.scopes(), now);
            var kept = tokens.refresh() == null && stored.account().state() == PlatformAccount.State.CONNECTED
                    ? withRefreshOf(stored, tokens)
                    : tokens;
            return update(new Opened(account, kept, now, null, stored.version()))
                    .map(Opened::account);
        });
    }

    /** Platforms give a refresh token the first time only, as long as the first one stands. */
    private AccountTokens withRefreshOf(StoredAccount stored, AccountTokens tokens) {
        try {
            var old = open(stored).tokens();
            return old.client().equals(tokens.client())
                    ? new AccountTokens(
                            tokens.access(), old.refresh(), tokens.expiresAt(), tokens.scopes(), tokens.client())
                    : tokens;
        } catch (LivemeterException unreadable) {
            return tokens;
        }
    }

    Opened open(StoredAccount stored) {
        var account = stored.account();
        var text = cipher.open(stored.sealedTokens(), context(account.id(), account.owner()));
        return new Opened(
                account, TokenNotation.read(text), stored.checkedAt(), stored.claimedUntil(), stored.version());
    }

    private StoredAccount seal(Opened opened) {
        var account = opened.account();
        return new StoredAccount(
                account,
                cipher.seal(TokenNotation.write(opened.tokens()), context(account.id(), account.owner())),
                opened.checkedAt(),
                opened.claimedUntil(),
                opened.version());
    }

    private static String context(AccountId id, UserId owner) {
        return "account " + id + " of " + owner;
    }
}
