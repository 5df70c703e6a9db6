package dev.livemeter.tools;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import java.time.Instant;

/** An account that was connected for a check. Its tokens are in memory alone. Thread-safe. */
final class CheckedAccount implements AccountAccess {

    private final ConnectsAccounts provider;
    private final PlatformAccount account;
    private AccountTokens tokens;

    CheckedAccount(ConnectsAccounts provider, String platform, PlatformIdentity who, AccountTokens tokens) {
        this.provider = provider;
        this.account = new PlatformAccount(
                new AccountId("acc-check"),
                UserId.of("check"),
                platform,
                who,
                tokens.scopes(),
                PlatformAccount.State.CONNECTED,
                "",
                Instant.EPOCH);
        this.tokens = tokens;
    }

    synchronized AccountTokens tokens() {
        return tokens;
    }

    @Override
    public PlatformAccount account() {
        return account;
    }

    @Override
    public synchronized Secret token() {
        return tokens.access();
    }

    @Override
    public synchronized Secret tokenAfter(Secret refused) {
        if (refused.equals(tokens.access())) {
            var renewal = renew();
            if (!(renewal instanceof Renewal.Renewed)) {
                throw new LivemeterException(
                        "account.needs_authorization",
                        "The platform takes the account no more; begin the check again.");
            }
        }
        return tokens.access();
    }

    /** New tokens for these. */
    synchronized Renewal renew() {
        var renewal = provider.renew(tokens);
        if (renewal instanceof Renewal.Renewed renewed) {
            tokens = renewed.tokens();
        }
        return renewal;
    }

    @Override
    public void needsAuthorization(String why) {
        // The step that finds it says so.
    }
}
