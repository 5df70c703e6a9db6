package dev.livemeter.jdbc.crash;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;

/** The tables of an H2 database in memory. */
final class H2Tables {

    private H2Tables() {}

    /** Empties all of Livemeter's but the history of the schema. */
    static void empty(String url) {
        try (var connection = DriverManager.getConnection(url, "sa", "");
                var statement = connection.createStatement()) {
            var tables = new ArrayList<String>();
            try (var row = statement.executeQuery("""
                    SELECT table_name FROM information_schema.tables
                    WHERE table_name LIKE 'LIVEMETER%' AND table_name <> 'LIVEMETER_SCHEMA_HISTORY'
                      AND table_type = 'BASE TABLE'""")) {
                while (row.next()) {
                    tables.add(row.getString(1));
                }
            }
            statement.execute("SET REFERENTIAL_INTEGRITY FALSE");
            for (var table : tables) {
                statement.execute("TRUNCATE TABLE " + table);
            }
            statement.execute("SET REFERENTIAL_INTEGRITY TRUE");
        } catch (SQLException e) {
            throw new IllegalStateException("The tables of " + url + " cannot be emptied: " + e.getMessage(), e);
        }
    }
}
