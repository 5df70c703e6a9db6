package dev.livemeter.jdbc.server;

import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.secret.Secret;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One server for all tests of a JVM, started by the first that needs it, and in it a database that is empty at the beginning of
 * each test. Register it as an extension, as a static field.
 */
public final class SharedServer implements BeforeEachCallback {

    private static final int MOST_CONNECTIONS = 8;
    private static final Namespace NAMESPACE = Namespace.create(SharedServer.class);

    private final String name;
    private final Supplier<DatabaseServer> maker;
    private Shared shared;

    private SharedServer(String name, Supplier<DatabaseServer> maker) {
        this.name = name;
        this.maker = maker;
    }

    /** PostgreSQL, without syncs. */
    public static SharedServer postgres() {
        return new SharedServer("PostgreSQL", () -> new PostgresServer(Durability.FAST));
    }

    /** MariaDB, without syncs. */
    public static SharedServer mariaDb() {
        return new SharedServer("MariaDB", () -> new MariaDbServer(Durability.FAST));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        shared = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(name, any -> Shared.start(maker.get()), Shared.class);
        shared.cleaner().clean();
    }

    /** The server, for databases of one's own. Do not stop it: others use it. */
    public DatabaseServer server() {
        return shared.server();
    }

    /** The database that all share. */
    public ServerDatabase database() {
        return shared.database();
    }

    /** All stores in that database. Do not close it: others use it. */
    public JdbcStorage storage() {
        return shared.storage();
    }

    /** Connections to that database that are not those of the storage. Do not close it: others use it. */
    public DataSource pool() {
        return shared.pool();
    }

    private record Shared(
            DatabaseServer server, ServerDatabase database, Cleaner cleaner, HikariDataSource pool, JdbcStorage storage)
            implements AutoCloseable {

        static Shared start(DatabaseServer server) {
            try {
                server.start();
                var database = server.newDatabase();
                var storage = JdbcStorage.open(database.url(), database.user(), Secret.of(database.password()));
                return new Shared(server, database, database.cleaner(), database.pool(MOST_CONNECTIONS), storage);
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
        }

        @Override
        public void close() {
            storage.close();
            pool.close();
            cleaner.close();
            server.close();
        }
    }
}
