package dev.livemeter.jdbc;

import dev.livemeter.account.AccountId;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.StoredDestination;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.DestinationStore;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Destinations on SQL. */
final class JdbcDestinationStore implements DestinationStore {

    private static final String DESTINATION =
            "SELECT id, owner, platform, name, server, sealed_key, account, enabled, position FROM livemeter_destination";

    private final Database database;

    JdbcDestinationStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<StoredDestination> insert(StoredDestination destination, int limit) {
        database.writeOrFind(handle -> ensureList(handle, destination.owner()));
        return database.write(
                handle -> {
                    // Two that add to one list take their turns here; a count without the lock could let both pass
                    // the limit.
                    handle.createQuery("SELECT owner FROM livemeter_destination_list WHERE owner = :owner FOR UPDATE")
                            .bind("owner", destination.owner().value())
                            .mapTo(String.class)
                            .one();
                    var known = handle.createQuery("SELECT id FROM livemeter_destination WHERE id = :id")
                            .bind("id", destination.id().value())
                            .mapTo(String.class)
                            .findOne();
                    var own = list(handle, destination.owner());
                    if (known.isEmpty() && own.size() >= limit) {
                        return Optional.empty();
                    }
                    var position = own.isEmpty() ? 0 : own.get(own.size() - 1).position() + 1;
                    var server = destination.server();
                    var account = destination.account();
                    handle.createUpdate("""
                                    INSERT INTO livemeter_destination (id, owner, platform, name, server, sealed_key, account, enabled, position)
                                    VALUES (:id, :owner, :platform, :name, :server, :sealed_key, :account, :enabled, :position)""")
                            .bind("id", destination.id().value())
                            .bind("owner", destination.owner().value())
                            .bind("platform", destination.platform())
                            .bind("name", destination.name())
                            .bind("server", server == null ? null : server.toString())
                            .bind("sealed_key", destination.sealedKey())
                            .bind("account", account == null ? null : account.value())
                            .bind("enabled", destination.enabled())
                            .bind("position", position)
                            .execute();
                    return Optional.of(destination.at(position));
                },
                "There is a destination " + destination.id() + " already; give each an id of its own.");
    }

    @Override
    public boolean update(StoredDestination destination) {
        var server = destination.server();
        var account = destination.account();
        return database.write(
                handle -> handle.createUpdate("""
                                        UPDATE livemeter_destination
                                        SET platform = :platform, name = :name, server = :server, sealed_key = :sealed_key, account = :account, enabled = :enabled
                                        WHERE id = :id AND owner = :owner""")
                                .bind("id", destination.id().value())
                                .bind("owner", destination.owner().value())
                                .bind("platform", destination.platform())
                                .bind("name", destination.name())
                                .bind("server", server == null ? null : server.toString())
                                .bind("sealed_key", destination.sealedKey())
                                .bind("account", account == null ? null : account.value())
                                .bind("enabled", destination.enabled())
                                .execute()
                        == 1,
                "");
    }

    @Override
    public boolean delete(UserId owner, DestinationId id) {
        return database.write(
                handle -> handle.createUpdate("DELETE FROM livemeter_destination WHERE id = :id AND owner = :owner")
                                .bind("id", id.value())
                                .bind("owner", owner.value())
                                .execute()
                        == 1,
                "");
    }

    @Override
    public List<StoredDestination> of(UserId owner) {
        return database.read(handle -> list(handle, owner));
    }

    private static boolean ensureList(Handle handle, UserId owner) {
        var known = handle.createQuery("SELECT owner FROM livemeter_destination_list WHERE owner = :owner")
                .bind("owner", owner.value())
                .mapTo(String.class)
                .findOne();
        if (known.isEmpty()) {
            handle.createUpdate("INSERT INTO livemeter_destination_list (owner) VALUES (:owner)")
                    .bind("owner", owner.value())
                    .execute();
        }
        return known.isEmpty();
    }

    private static List<StoredDestination> list(Handle handle, UserId owner) {
        return handle.createQuery(DESTINATION + " WHERE owner = :owner ORDER BY position")
                .bind("owner", owner.value())
                .map((row, context) -> destination(row))
                .list();
    }

    private static StoredDestination destination(ResultSet row) throws SQLException {
        var server = row.getString("server");
        var account = row.getString("account");
        return new StoredDestination(
                new DestinationId(row.getString("id")),
                UserId.of(row.getString("owner")),
                row.getString("platform"),
                row.getString("name"),
                server == null ? null : URI.create(server),
                row.getString("sealed_key"),
                account == null ? null : new AccountId(account),
                row.getBoolean("enabled"),
                row.getInt("position"));
    }
}
