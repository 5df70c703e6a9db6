package dev.livemeter.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.LivemeterException;
import dev.livemeter.secret.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Connections of our own to a database. */
final class Pool {

    private static final int MOST_CONNECTIONS = 10;
    private static final long PATIENCE_MILLIS = 5_000;

    private Pool() {}

    /**
     * Connects once, to tell what fails in a sentence: a pool would report it in its own words, with a stack, before it throws.
     *
     * @throws LivemeterException {@code storage.*}
     */
    static Connection probe(DatabaseUrl url, @Nullable String user, Secret password) {
        if (url instanceof ServerUrl server) {
            server.requireDriver();
        }
        try {
            return DriverManager.getConnection(url.complete(), url.settings(user, password));
        } catch (SQLException e) {
            throw explained(url.dialect(), e, url.place());
        }
    }

    static HikariDataSource open(DatabaseUrl url, @Nullable String user, Secret password) {
        var config = new HikariConfig();
        config.setPoolName("livemeter");
        config.setJdbcUrl(url.complete());
        config.setDataSourceProperties(url.settings(user, password));
        config.setMaximumPoolSize(MOST_CONNECTIONS);
        config.setConnectionTimeout(PATIENCE_MILLIS);
        url.configure(config);
        return new HikariDataSource(config);
    }

    /** What a failure to open means, in a sentence. */
    static LivemeterException explained(Dialect dialect, SQLException failure, String place) {
        var explained = dialect.explain(failure, place);
        return explained != null
                ? explained
                : new LivemeterException(
                        "storage.unavailable",
                        "The database " + place + " could not be opened: " + failure.getMessage(),
                        true,
                        failure);
    }
}
