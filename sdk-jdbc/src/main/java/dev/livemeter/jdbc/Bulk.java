package dev.livemeter.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a database is told about a thousand rows in one statement. */
interface Bulk {

    /** Adds rows in their order; where the database numbers them, the numbers rise in that order. */
    void insert(Connection connection, Rows<?> rows) throws SQLException;

    /**
     * Writes rows that are found by their keys.
     *
     * @return how many were found
     */
    int update(Connection connection, Rows<?> rows) throws SQLException;

    /**
     * As {@link #update}, in the order of the rows.
     *
     * @return the places of those that were found; the others changed nothing
     */
    BitSet updateFound(Connection connection, Rows<?> rows) throws SQLException;

    /** A condition that {@code column} is one of so many texts. */
    String among(String column, int count);

    /**
     * Binds the texts of {@link #among}.
     *
     * @param at the first parameter of the condition
     * @return the first one after it
     */
    int bind(PreparedStatement statement, int at, List<String> texts) throws SQLException;

    /**
     * As {@link #insert}, of entries.
     *
     * @param ids of the entries
     * @return the numbers that they were given
     */
    default Map<String, Long> insertEntries(Connection connection, Rows<?> entries, List<String> ids)
            throws SQLException {
        insert(connection, entries);
        // In which order a batch returns generated keys, no database promises.
        var sql = "SELECT id, seq FROM livemeter_entry WHERE " + among("id", ids.size());
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, 1, ids);
            return numbers(statement);
        }
    }

    /** What a statement answers with ids and numbers. */
    static Map<String, Long> numbers(PreparedStatement statement) throws SQLException {
        var numbers = new HashMap<String, Long>();
        try (var row = statement.executeQuery()) {
            while (row.next()) {
                numbers.put(row.getString(1), row.getLong(2));
            }
        }
        return numbers;
    }
}
