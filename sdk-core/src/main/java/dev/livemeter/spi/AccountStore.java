package dev.livemeter.spi;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps accounts on platforms, with sealed tokens. Thread-safe; each call is atomic and durable when it returns. */
public interface AccountStore {

    /**
     * Adds an account.
     *
     * @param account of version 1
     * @return whether it was added; not where its owner has that identity of that platform already, however many calls race
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if the id is known
     */
    boolean insert(StoredAccount account);

    /**
     * Replaces all of an account but id, owner, platform and the platform's id of the person, if what is stored is one version older.
     *
     * @return whether it was; not where it is gone, or somebody else changed it first
     */
    boolean update(StoredAccount account);

    Optional<StoredAccount> find(AccountId id);

    /** All of a user, by when they were connected last, then by id. */
    List<StoredAccount> of(UserId owner);

    /** Those of a platform that work and were last checked before that moment, the longest ago first; at most so many. */
    List<StoredAccount> unchecked(String platform, Instant before, int limit);

    /**
     * Removes an account. Idempotent.
     *
     * @return what was removed, or empty if the owner has none of that id
     */
    Optional<StoredAccount> delete(UserId owner, AccountId id);
}
