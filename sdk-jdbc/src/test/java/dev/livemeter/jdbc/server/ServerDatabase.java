package dev.livemeter.jdbc.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A database on a server of the tests, and somebody who may do everything in it. Dropped when it is closed. */
public record ServerDatabase(DatabaseServer server, String name, String url, String user, String password)
        implements AutoCloseable {

    /** A connection of its own, which the caller closes. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /** A data source as a host would have one, without a pool. */
    public DataSource dataSource() {
        return dataSource("");
    }

    /** A data source whose URL ends with these settings, such as {@code ?currentSchema=shop}. */
    public DataSource dataSource(String settings) {
        return server.dataSource(url + settings, user, password);
    }

    /** Runs statements, each in a transaction of its own. */
    public void execute(String... statements) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("This was to run on " + url + " and failed: " + e.getMessage(), e);
        }
    }

    /** Connections as a host would keep them, one of them from the beginning. The caller closes them. */
    public HikariDataSource pool(int most) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    /** Somebody who empties it. The caller closes them. */
    public Cleaner cleaner() {
        return new Cleaner(this);
    }

    @Override
    public void close() {
        server.drop(name);
    }
}
