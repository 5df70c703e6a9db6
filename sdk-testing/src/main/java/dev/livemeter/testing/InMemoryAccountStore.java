package dev.livemeter.testing;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformAccount.State;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.AccountStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Accounts in memory. Thread-safe. */
final class InMemoryAccountStore implements AccountStore {

    private final Map<AccountId, StoredAccount> accounts = new HashMap<>();

    @Override
    public synchronized boolean insert(StoredAccount added) {
        var account = added.account();
        if (accounts.containsKey(account.id())) {
            throw new LivemeterException(
                    "store.duplicate", "There is an account " + account.id() + " already; give each an id of its own.");
        }
        if (of(account.owner()).stream().map(StoredAccount::account).anyMatch(own -> isSame(own, account))) {
            return false;
        }
        accounts.put(account.id(), added);
        return true;
    }

    private static boolean isSame(PlatformAccount one, PlatformAccount other) {
        return one.platform().equals(other.platform())
                && one.identity().id().equals(other.identity().id());
    }

    @Override
    public synchronized boolean update(StoredAccount changed) {
        var account = changed.account();
        var stored = accounts.get(account.id());
        if (stored == null || stored.version() != changed.version() - 1) {
            return false;
        }
        var present = stored.account();
        accounts.put(
                present.id(),
                new StoredAccount(
                        new PlatformAccount(
                                present.id(),
                                present.owner(),
                                present.platform(),
                                new PlatformIdentity(
                                        present.identity().id(),
                                        account.identity().name()),
                                account.scopes(),
                                account.state(),
                                account.detail(),
                                account.connectedAt()),
                        changed.sealedTokens(),
                        changed.checkedAt(),
                        changed.claimedUntil(),
                        changed.version()));
        return true;
    }

    @Override
    public synchronized Optional<StoredAccount> find(AccountId id) {
        return Optional.ofNullable(accounts.get(id));
    }

    @Override
    public synchronized List<StoredAccount> of(UserId owner) {
        return accounts.values().stream()
                .filter(stored -> stored.account().owner().equals(owner))
                .sorted(Comparator.comparing(
                                (StoredAccount stored) -> stored.account().connectedAt())
                        .thenComparing(stored -> stored.account().id().value()))
                .toList();
    }

    @Override
    public synchronized List<StoredAccount> unchecked(String platform, Instant before, int limit) {
        return accounts.values().stream()
                .filter(stored -> stored.account().platform().equals(platform)
                        && stored.account().state() == State.CONNECTED
                        && stored.checkedAt().isBefore(before))
                .sorted(Comparator.comparing(StoredAccount::checkedAt)
                        .thenComparing(stored -> stored.account().id().value()))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<StoredAccount> delete(UserId owner, AccountId id) {
        var stored = accounts.get(id);
        if (stored == null || !stored.account().owner().equals(owner)) {
            return Optional.empty();
        }
        accounts.remove(id);
        return Optional.of(stored);
    }
}
