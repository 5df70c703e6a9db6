package dev.livemeter.jdbc.crash;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The tables of an H2 database that this process has open. */
public final class H2Tables {

    private H2Tables() {}

    /** Empties all of Livemeter's but the history of the schema. */
    public static void empty(String url) {
        try (var connection = DriverManager.getConnection(url, "sa", "")) {
            var full = full(connection, all(connection));
            try (var statement = connection.createStatement()) {
                statement.execute("SET REFERENTIAL_INTEGRITY FALSE");
                for (var table : full) {
                    statement.execute("TRUNCATE TABLE " + table);
                }
                statement.execute("SET REFERENTIAL_INTEGRITY TRUE");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The tables of " + url + " cannot be emptied: " + e.getMessage(), e);
        }
    }

    private static List<String> all(Connection connection) throws SQLException {
        return names(connection, """
            SELECT table_name FROM information_schema.tables
            WHERE table_name LIKE 'LIVEMETER%' AND table_name <> 'LIVEMETER_SCHEMA_HISTORY'
              AND table_type = 'BASE TABLE'\
            """);
    }

    private static List<String> full(Connection connection, List<String> tables) throws SQLException {
        return names(
                connection,
                tables.stream()
                        .map(table -> "SELECT '" + table + "' WHERE EXISTS (SELECT 1 FROM " + table + ")")
                        .collect(Collectors.joining(" UNION ALL ")));
    }

    private static List<String> names(Connection connection, String question) throws SQLException {
        var names = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(question)) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }
}
