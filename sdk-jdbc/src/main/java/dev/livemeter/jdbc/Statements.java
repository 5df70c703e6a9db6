package dev.livemeter.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Statements about many rows at once, on the connection of a transaction, in the words of its database. */
final class Statements {

    private final Handle handle;
    private final Bulk bulk;

    Statements(Handle handle, Dialect dialect) {
        this.handle = handle;
        this.bulk = dialect.bulk();
    }

    /** Reads a thing from the row that a result stands on. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * A condition that a column is one of some keys. For SQL it is a text; its parameters come right where it stands.
     *
     * @param texts each once
     */
    record Among(String sql, List<String> texts) {}

    /** Keys of {@code column}; not for none of them. */
    <K> Among among(String column, Collection<K> keys, Function<K, String> text) {
        var texts = keys.stream().map(text).distinct().toList();
        return new Among(bulk.among(column, texts.size()), texts);
    }

    /**
     * All rows of a query.
     *
     * @param before what stands before the condition; it has no parameters
     * @param after what stands after it
     * @param parameters of {@code after}
     */
    <T> List<T> list(String before, Among among, String after, Reader<T> reader, Object... parameters) {
        try (var statement = handle.getConnection().prepareStatement(before + among.sql() + after)) {
            var at = bulk.bind(statement, 1, among.texts());
            bind(statement, at, parameters);
            try (var row = statement.executeQuery()) {
                var found = new ArrayList<T>();
                while (row.next()) {
                    found.add(reader.read(row));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new StatementFailedException(e);
        }
    }

    /** As {@link #list}, by their keys. */
    <K, T> Map<K, T> map(String before, Among among, String after, Reader<T> reader, Function<T, K> key) {
        return list(before, among, after, reader).stream().collect(Collectors.toMap(key, thing -> thing));
    }

    /** Adds rows in their order; nothing for none. */
    void insert(Rows<?> rows) {
        run(rows, connection -> {
            bulk.insert(connection, rows);
            return rows.count();
        });
    }

    /** Adds entries; gives back the numbers that they were given, by their ids. */
    Map<String, Long> insertEntries(Rows<?> entries, List<String> ids) {
        try {
            return bulk.insertEntries(handle.getConnection(), entries, ids);
        } catch (SQLException e) {
            throw new StatementFailedException(first(e));
        }
    }

    /**
     * Writes rows that are found by their keys; nothing for none.
     *
     * @return how many were found
     */
    int update(Rows<?> rows) {
        return run(rows, connection -> bulk.update(connection, rows));
    }

    /**
     * As {@link #update}, in the order of the rows.
     *
     * @return the places of those that were found
     */
    BitSet updateFound(Rows<?> rows) {
        if (rows.count() == 0) {
            return new BitSet();
        }
        try {
            return bulk.updateFound(handle.getConnection(), rows);
        } catch (SQLException e) {
            throw new StatementFailedException(first(e));
        }
    }

    /** As {@link #update}, of rows that are all there. */
    void updateAll(Rows<?> rows, String what) {
        if (update(rows) != rows.count()) {
            throw Database.constraint("A " + what + " that is not there was to be changed", null);
        }
    }

    private interface Work {
        int on(Connection connection) throws SQLException;
    }

    private int run(Rows<?> rows, Work work) {
        if (rows.count() == 0) {
            return 0;
        }
        try {
            return work.on(handle.getConnection());
        } catch (SQLException e) {
            throw new StatementFailedException(first(e));
        }
    }

    /** Of a failed batch, what failed first in it. */
    private static SQLException first(SQLException failure) {
        var next = failure.getNextException();
        return next == null ? failure : next;
    }

    private static void bind(PreparedStatement statement, int from, Object... parameters) throws SQLException {
        var at = from;
        for (var parameter : parameters) {
            statement.setObject(at++, parameter);
        }
    }
}
