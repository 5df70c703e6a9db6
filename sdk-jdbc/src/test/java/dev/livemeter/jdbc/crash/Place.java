package dev.livemeter.jdbc.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.jdbc.server.ServerDatabase;
import java.nio.file.Path;
import java.time.Duration;

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
}
