package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformAccount.State;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.AccountStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Accounts on platforms, on SQL. Moments are kept to the microsecond. */
final class JdbcAccountStore implements AccountStore {

    private static final String ACCOUNT =
            "SELECT id, version, owner, platform, identity_id, identity_name, scopes, state, detail, connected_at, checked_at,"
                    + " claimed_until, sealed_tokens FROM livemeter_platform_account";

    private final Database database;

    JdbcAccountStore(Database database) {
        this.database = database;
    }

    @Override
    public boolean insert(StoredAccount stored) {
        var account = stored.account();
        // Run again where another one added the same meanwhile, to find it.
        return database.writeOrFind(handle -> {
            if (find(handle, account.id()).isPresent()) {
                throw new LivemeterException(
                        "store.duplicate",
                        "There is an account " + account.id() + " already; give each an id of its own.");
            }
            if (isKnown(handle, account)) {
                return false;
            }
            var insert = handle.createUpdate("""
                            INSERT INTO livemeter_platform_account (id, version, owner, platform, identity_id, identity_name, scopes,
                                state, detail, connected_at, checked_at, claimed_until, sealed_tokens)
                            VALUES (:id, :version, :owner, :platform, :identity_id, :identity_name, :scopes,
                                :state, :detail, :connected_at, :checked_at, :claimed_until, :sealed_tokens)""")
                    .bind("owner", account.owner().value())
                    .bind("platform", account.platform())
                    .bind("identity_id", account.identity().id());
            return bound(insert, stored).execute() == 1;
        });
    }

    private static boolean isKnown(Handle handle, PlatformAccount account) {
        return handle.createQuery("""
                        SELECT id FROM livemeter_platform_account
                        WHERE owner = :owner AND platform = :platform AND identity_id = :identity_id""")
                .bind("owner", account.owner().value())
                .bind("platform", account.platform())
                .bind("identity_id", account.identity().id())
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    @Override
    public boolean update(StoredAccount stored) {
        return database.write(handle -> bound(handle.createUpdate("""
                                        UPDATE livemeter_platform_account SET version = :version, identity_name = :identity_name, scopes = :scopes,
                                            state = :state, detail = :detail, connected_at = :connected_at, checked_at = :checked_at,
                                            claimed_until = :claimed_until, sealed_tokens = :sealed_tokens
                                        WHERE id = :id AND version = :version - 1"""), stored).execute() == 1, "");
    }

    private static Update bound(Update update, StoredAccount stored) {
        var account = stored.account();
        return update.bind("id", account.id().value())
                .bind("version", stored.version())
                .bind("identity_name", account.identity().name())
                .bind("scopes", String.join(" ", new TreeSet<>(account.scopes())))
                .bind("state", account.state().name())
                .bind("detail", account.detail())
                .bind("connected_at", micros(account.connectedAt()))
                .bind("checked_at", micros(stored.checkedAt()))
                .bind("claimed_until", Columns.microsOrNull(stored.claimedUntil()))
                .bind("sealed_tokens", stored.sealedTokens());
    }

    @Override
    public Optional<StoredAccount> find(AccountId id) {
        return database.read(handle -> find(handle, id));
    }

    private static Optional<StoredAccount> find(Handle handle, AccountId id) {
        return handle.createQuery(ACCOUNT + " WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> account(row))
                .findOne();
    }

    @Override
    public List<StoredAccount> of(UserId owner) {
        return database.read(handle -> handle.createQuery(ACCOUNT + " WHERE owner = :owner ORDER BY connected_at, id")
                .bind("owner", owner.value())
                .map((row, context) -> account(row))
                .list());
    }

    @Override
    public List<StoredAccount> unchecked(String platform, Instant before, int limit) {
        return database.read(handle -> handle.createQuery(
                        ACCOUNT
                                + " WHERE platform = :platform AND state = 'CONNECTED' AND checked_at < :before ORDER BY checked_at, id LIMIT :most")
                .bind("platform", platform)
                .bind("before", micros(before))
                .bind("most", limit)
                .map((row, context) -> account(row))
                .list());
    }

    @Override
    public Optional<StoredAccount> delete(UserId owner, AccountId id) {
        return database.write(
                handle -> {
                    // Locked, so that what is given back is what is deleted.
                    var found = handle.createQuery(ACCOUNT + " WHERE id = :id AND owner = :owner FOR UPDATE")
                            .bind("id", id.value())
                            .bind("owner", owner.value())
                            .map((row, context) -> account(row))
                            .findOne();
                    if (found.isPresent()) {
                        handle.createUpdate("DELETE FROM livemeter_platform_account WHERE id = :id")
                                .bind("id", id.value())
                                .execute();
                    }
                    return found;
                },
                "");
    }

    private static StoredAccount account(ResultSet row) throws SQLException {
        var scopes = row.getString("scopes");
        return new StoredAccount(
                new PlatformAccount(
                        new AccountId(row.getString("id")),
                        UserId.of(row.getString("owner")),
                        row.getString("platform"),
                        new PlatformIdentity(row.getString("identity_id"), row.getString("identity_name")),
                        scopes.isEmpty() ? Set.of() : Set.of(scopes.split(" ")),
                        State.valueOf(row.getString("state")),
                        row.getString("detail"),
                        moment(row.getLong("connected_at"))),
                row.getString("sealed_tokens"),
                moment(row.getLong("checked_at")),
                Columns.momentOrNull(row, "claimed_until"),
                row.getLong("version"));
    }
}
