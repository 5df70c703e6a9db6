package dev.livemeter.jdbc.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.server.ServerDatabase;
import java.sql.SQLException;

/** A database for one simulated world after the other, in which commits fail now and then. For one thread. */
final class WorldDatabase implements AutoCloseable {

    private static final int COMMITS_BETWEEN_COLLISIONS = 97;

    /** MariaDB's number for the victim of a deadlock; the others go by the state. */
    private static final int DEADLOCK = 1213;

    private final HikariDataSource pool;
    private final Runnable emptied;
    private final Runnable dropped;
    private final JdbcStorage storage;
    private long calls;
    private long commits;
    private long collisions;

    private WorldDatabase(String url, String user, String password, Runnable emptied, Runnable dropped) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(2);
        this.pool = new HikariDataSource(config);
        this.emptied = emptied;
        this.dropped = dropped;
        this.storage = JdbcStorage.on(JdbcCalls.of(pool, new Collisions()));
    }

    static WorldDatabase of(ServerDatabase database) {
        var cleaner = database.cleaner();
        return new WorldDatabase(database.url(), database.user(), database.password(), cleaner::clean, () -> {
            cleaner.close();
            database.close();
        });
    }

    /** In memory, as H2's file is not what is looked at. */
    static WorldDatabase h2(String name) {
        var url = "jdbc:h2:mem:" + name;
        return new WorldDatabase(url, "sa", "", () -> H2Tables.empty(url), () -> {});
    }

    /** All stores, with everything that earlier worlds left. */
    JdbcStorage storage() {
        return storage;
    }

    /** Forgets all worlds: else the proofs of the books would grow with each. */
    void empty() {
        emptied.run();
    }

    /** How many commits failed, as that of a deadlock's victim does. */
    long collisions() {
        return collisions;
    }

    /** How many statements and commits were sent. */
    long calls() {
        return calls;
    }

    @Override
    public void close() {
        storage.close();
        pool.close();
        dropped.run();
    }

    private final class Collisions implements JdbcCalls.Listener {

        @Override
        public void before(JdbcCalls.Call call) throws SQLException {
            calls++;
            if (call == JdbcCalls.Call.COMMIT && ++commits % COMMITS_BETWEEN_COLLISIONS == 0) {
                collisions++;
                throw new SQLException(
                        "This transaction is the victim of a deadlock that is not one.", "40001", DEADLOCK);
            }
        }

        @Override
        public void after(JdbcCalls.Call call) {
            // An answer that is lost is the simulator's to make up.
        }
    }
}
