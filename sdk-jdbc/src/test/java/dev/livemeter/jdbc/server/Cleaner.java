package dev.livemeter.jdbc.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Empties every table of Livemeter in one database but the history of its schema, again and again: it stays connected, and knows the tables once they are
 * there. Not thread-safe.
 */
public final class Cleaner implements AutoCloseable {

    /** So many rows are deleted sooner than a table is made anew. */
    private static final int FEW = 500;

    private final ServerDatabase database;
    private @Nullable Connection connection;
    private @Nullable PreparedStatement question;

    Cleaner(ServerDatabase database) {
        this.database = database;
    }

    /** Deletes all rows there are. Where the tables were not made yet, nothing. */
    public void clean() {
        try {
            var connected = connected();
            var asked = question(connected);
            if (asked != null) {
                var few = new ArrayList<String>();
                var many = new ArrayList<String>();
                try (var row = asked.executeQuery()) {
                    while (row.next()) {
                        (row.getInt(2) <= FEW ? few : many).add(row.getString(1));
                    }
                }
                if (!few.isEmpty() || !many.isEmpty()) {
                    database.server().empty(connected, few, many);
                }
            }
        } catch (SQLException e) {
            close();
            throw new IllegalStateException(
                    "The tables of " + database.url() + " cannot be emptied: " + e.getMessage(), e);
        }
    }

    private Connection connected() throws SQLException {
        var before = connection;
        if (before != null && before.isValid(5)) {
            return before;
        }
        close();
        var next = database.connect();
        connection = next;
        return next;
    }

    /** Which tables have rows, and how many up to a few, in one statement that is kept; null where there are no tables. */
    private @Nullable PreparedStatement question(Connection connected) throws SQLException {
        if (question == null) {
            var tables = tables(connected);
            if (!tables.isEmpty()) {
                question = connected.prepareStatement(tables.stream()
                        .map(table -> "SELECT '" + table + "', COUNT(*) FROM (SELECT 1 AS one FROM " + table + " LIMIT "
                                + (FEW + 1) + ") AS rows_of_it HAVING COUNT(*) > 0")
                        .collect(Collectors.joining(" UNION ALL ")));
            }
        }
        return question;
    }

    private static List<String> tables(Connection connected) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connected.createStatement();
                var row = statement.executeQuery("""
                    SELECT table_name FROM information_schema.tables
                    WHERE table_name LIKE 'livemeter%' AND table_name <> 'livemeter_schema_history'
                      AND table_type = 'BASE TABLE' AND table_schema IN (SELECT CURRENT_SCHEMA)\
                    """.replace(
                                "CURRENT_SCHEMA",
                                connected.getMetaData().getDatabaseProductName().equals("PostgreSQL")
                                        ? "current_schema()"
                                        : "DATABASE()"))) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }

    /** Disconnects. Idempotent; it connects again where it is used again. */
    @Override
    public void close() {
        var before = connection;
        connection = null;
        question = null;
        if (before != null) {
            try {
                before.close();
            } catch (SQLException e) {
                throw new IllegalStateException("A connection to " + database.url() + " cannot be closed.", e);
            }
        }
    }
}
