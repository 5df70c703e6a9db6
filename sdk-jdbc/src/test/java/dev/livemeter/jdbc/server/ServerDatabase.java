package dev.livemeter.jdbc.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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

    /** Empties every table of Livemeter but the history of its schema. */
    public void clean() {
        try (var connection = connect()) {
            var full = full(connection, tables(connection));
            if (!full.isEmpty()) {
                server.empty(connection, full);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The tables of " + url + " cannot be emptied: " + e.getMessage(), e);
        }
    }

    /** Those that have rows, by one question: each test asks. */
    private static List<String> full(Connection connection, List<String> tables) throws SQLException {
        if (tables.isEmpty()) {
            return List.of();
        }
        var question = tables.stream()
                .map(table -> "SELECT '" + table + "' FROM (SELECT 1 AS one) AS any_row WHERE EXISTS (SELECT 1 FROM "
                        + table + ")")
                .collect(Collectors.joining(" UNION ALL "));
        var full = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(question)) {
            while (row.next()) {
                full.add(row.getString(1));
            }
        }
        return full;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("""
                        SELECT table_name FROM information_schema.tables
                        WHERE table_name LIKE 'livemeter%' AND table_name <> 'livemeter_schema_history'
                          AND table_type = 'BASE TABLE' AND table_schema IN (SELECT CURRENT_SCHEMA)""".replace(
                        "CURRENT_SCHEMA",
                        connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")
                                ? "current_schema()"
                                : "DATABASE()"))) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }

    @Override
    public void close() {
        server.drop(name);
    }
}
