package dev.livemeter.jdbc.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.jdbc.server.ServerDatabase;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Where the books are, so that another process can be told. */
record Place(String url, String user, String password) {

    static Place of(ServerDatabase database) {
        return new Place(database.url(), database.user(), database.password());
    }

    static Place h2(Path folder) {
        return new Place(
                "jdbc:h2:" + folder.resolve("livemeter") + ";LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE", "sa", "");
    }

    /** Whether one process at a time can have it open. */
    boolean isExclusive() {
        return url.startsWith("jdbc:h2:");
    }

    /** Connections as a host would keep them. */
    HikariDataSource pool(int most) {
        return pool(most, Duration.ofSeconds(isExclusive() ? 30 : 5));
    }

    /**
     * Connections as a host would keep them.
     *
     * @param patience how long one is waited for while the server is away
     */
    HikariDataSource pool(int most, Duration patience) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(patience.toMillis());
        // As JdbcWallet.open has it: a lock that somebody holds who is frozen is not waited for without end.
        if (url.startsWith("jdbc:postgresql:")) {
            config.setConnectionInitSql("SET lock_timeout = '2s'");
        } else if (url.startsWith("jdbc:mariadb:")) {
            config.setConnectionInitSql("SET SESSION innodb_lock_wait_timeout = 2");
        }
        return new HikariDataSource(config);
    }

    /**
     * Waits until no other connection is at work: a server goes on with the message that it has from a process that was killed, and may commit it after that process is gone.
     *
     * @throws AssertionError if that takes more than a minute
     */
    void awaitQuiet() {
        if (isExclusive()) {
            return;
        }
        var others = url.startsWith("jdbc:postgresql:")
                ? "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
                        + " AND pid <> pg_backend_pid() AND state <> 'idle'"
                : "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
                        + " AND command <> 'Sleep'";
        var until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        try (var connection = DriverManager.getConnection(url, user, password);
                var question = connection.prepareStatement(others)) {
            while (true) {
                try (var answer = question.executeQuery()) {
                    answer.next();
                    if (answer.getLong(1) == 0) {
                        return;
                    }
                }
                if (System.nanoTime() > until) {
                    throw new AssertionError("A connection to " + url + " was at work for a minute.");
                }
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
