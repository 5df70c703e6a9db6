package dev.livemeter.platforms.http;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** An account whose tokens a test supplies: one at the start, and one more each time that the last one was refused. */
public final class TestAccess implements AccountAccess {

    private final String id;
    private final String platform;
    private final Supplier<Secret> next;
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private Secret token;

    public TestAccess(String id, String platform, Secret first, Supplier<Secret> next) {
        this.id = id;
        this.platform = platform;
        this.token = first;
        this.next = next;
    }

    @Override
    public PlatformAccount account() {
        return new PlatformAccount(
                new AccountId(id),
                UserId.of("alice"),
                platform,
                new PlatformIdentity("channel-of-" + id, "Alice"),
                Set.of(),
                lost.isEmpty() ? PlatformAccount.State.CONNECTED : PlatformAccount.State.NEEDS_AUTHORIZATION,
                "",
                Instant.EPOCH);
    }

    @Override
    public synchronized Secret token() {
        return token;
    }

    @Override
    public synchronized Secret tokenAfter(Secret refused) {
        if (token.equals(refused)) {
            token = next.get();
        }
        return token;
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
