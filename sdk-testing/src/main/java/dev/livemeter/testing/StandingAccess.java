package dev.livemeter.testing;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connected account with one token that is always handed out, whatever the platform says of it. Thread-safe. */
public final class StandingAccess implements AccountAccess {

    private final PlatformAccount account;
    private final Secret token;
    private volatile @Nullable String lost;

    private StandingAccess(PlatformAccount account, Secret token) {
        this.account = account;
        this.token = token;
    }

    /** The account of somebody on a platform, who is called as here, with the id {@code id-of-OWNER} and the token {@code token-of-OWNER}. */
    public static StandingAccess of(String owner, String platform) {
        return of(owner, platform, new PlatformIdentity("id-of-" + owner, owner), "token-of-" + owner);
    }

    /** The account of somebody on a platform. */
    public static StandingAccess of(String owner, String platform, PlatformIdentity identity, String token) {
        return new StandingAccess(
                new PlatformAccount(
                        new AccountId("acc-" + owner),
                        UserId.of(owner),
                        platform,
                        identity,
                        Set.of(),
                        PlatformAccount.State.CONNECTED,
                        "",
                        Instant.EPOCH),
                Secret.of(token));
    }

    /** The same account and token, with these scopes. */
    public StandingAccess allowing(Set<String> scopes) {
        return new StandingAccess(
                new PlatformAccount(
                        account.id(),
                        account.owner(),
                        account.platform(),
                        account.identity(),
                        scopes,
                        account.state(),
                        account.detail(),
                        account.connectedAt()),
                token);
    }

    /** The same account and token, connected at that moment. */
    public StandingAccess connectedAt(Instant moment) {
        return new StandingAccess(
                new PlatformAccount(
                        account.id(),
                        account.owner(),
                        account.platform(),
                        account.identity(),
                        account.scopes(),
                        account.state(),
                        account.detail(),
                        moment),
                token);
    }

    @Override
    public PlatformAccount account() {
        return account;
    }

    @Override
    public Secret token() {
        return token;
    }

    @Override
    public Secret tokenAfter(Secret refused) {
        return token;
    }

    @Override
    public void needsAuthorization(String why) {
        lost = why;
    }

    /** Why it has to be connected again; null where nobody said so. */
    public @Nullable String lost() {
        return lost;
    }
}
