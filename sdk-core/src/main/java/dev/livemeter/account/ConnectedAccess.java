package dev.livemeter.account;

import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import org.jspecify.annotations.Nullable;

/** Acts for one account. Reads the store each time, so that what happens on another node is known here. Thread-safe. */
final class ConnectedAccess implements AccountAccess {

    private final Renewals renewals;
    private volatile PlatformAccount account;

    ConnectedAccess(Renewals renewals, PlatformAccount account) {
        this.renewals = renewals;
        this.account = account;
    }

    @Override
    public PlatformAccount account() {
        return account;
    }

    @Override
    public Secret token() {
        return token(null);
    }

    @Override
    public Secret tokenAfter(Secret refused) {
        return token(refused);
    }

    private Secret token(@Nullable Secret refused) {
        var current = renewals.current(account.id(), refused);
        account = current.account();
        return current.tokens().access();
    }

    @Override
    public void needsAuthorization(String why) {
        renewals.loseUnlessConnectedSince(account, why);
    }

    @Override
    public String toString() {
        return "access to " + account.id();
    }
}
