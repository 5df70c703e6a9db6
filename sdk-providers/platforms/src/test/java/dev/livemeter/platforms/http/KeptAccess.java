package dev.livemeter.platforms.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An account that somebody connected, whose tokens are renewed as Livemeter does it. */
public final class KeptAccess implements AccountAccess {

    private final ConnectsAccounts platform;
    private final String name;
    private final PlatformIdentity identity;
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private AccountTokens tokens;

    public KeptAccess(ConnectsAccounts platform, String name, Connection.Connected connected) {
        this.platform = platform;
        this.name = name;
        this.identity = connected.identity();
        this.tokens = connected.tokens();
    }

    public synchronized AccountTokens tokens() {
        return tokens;
    }

    @Override
    public synchronized PlatformAccount account() {
        return new PlatformAccount(
                new AccountId("acc-1"),
                UserId.of("alice"),
                name,
                identity,
                tokens.scopes(),
                lost.isEmpty() ? PlatformAccount.State.CONNECTED : PlatformAccount.State.NEEDS_AUTHORIZATION,
                "",
                Instant.EPOCH);
    }

    @Override
    public synchronized Secret token() {
        return tokens.access();
    }

    @Override
    public synchronized Secret tokenAfter(Secret refused) {
        if (tokens.access().equals(refused)) {
            var renewal = platform.renew(tokens);
            if (renewal instanceof Renewal.Renewed renewed) {
                tokens = renewed.tokens();
            } else if (renewal instanceof Renewal.Lost gone) {
                lost.add(gone.message());
                throw new LivemeterException("account.needs_authorization", gone.message());
            }
        }
        return tokens.access();
    }

    @Override
    public void needsAuthorization(String why) {
        lost.add(why);
    }

    /** Why its owner must connect it again; empty while it works. */
    public List<String> lost() {
        return List.copyOf(lost);
    }
}
