package dev.livemeter.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Statements about many rows at once, on the connection of a transaction, in the words of its database. */
final class Statements {

    private final Conversation server;
    private final Bulk bulk;

    /** Statements of a transaction that says each at once. */
    Statements(Handle handle, Dialect dialect) {
        this(Conversation.plain(handle.getConnection()), dialect);
    }

    Statements(Conversation server, Dialect dialect) {
        this.server = server;
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
        return list(
                before + among.sql() + after,
                (statement, at) -> bind(statement, bind(statement, at, among), parameters),
                reader);
    }

    /** All rows of a query. */
    <T> List<T> list(String sql, Conversation.Parameters parameters, Reader<T> reader) {
        return listAlong(sql, parameters, reader).get();
    }

    /** As {@link #list(String, Among, String, Reader, Object...)}, of rows that are not needed yet; the list is there when it is asked for. */
    <T> Supplier<List<T>> listAlong(String before, Among among, String after, Reader<T> reader, Object... parameters) {
        return listAlong(
                before + among.sql() + after,
                (statement, at) -> bind(statement, bind(statement, at, among), parameters),
                reader);
    }

    /** As {@link #list(String, Conversation.Parameters, Reader)}, of rows that are not needed yet. */
    <T> Supplier<List<T>> listAlong(String sql, Conversation.Parameters parameters, Reader<T> reader) {
        var pending = said(() -> server.askAlong(sql, parameters, row -> {
            List<T> found = new ArrayList<>();
            while (row.next()) {
                found.add(reader.read(row));
            }
            return found;
        }));
        return () -> said(pending::get);
    }

    /** What is to be read along with a row, to find its place again: {@link Bulk#place}. */
    String besidesPlace() {
        return bulk.place().map(column -> ", " + column).orElse("");
    }

    /** Notes where the row lies that was read with {@link #besidesPlace}. */
    <K> void note(Places<K> places, K key, ResultSet row) throws SQLException {
        var column = bulk.place();
        if (column.isPresent()) {
            places.note(key, row.getString(column.get()));
        }
    }

    /** What {@link Bulk#askedForEach} of these finds, not needed yet; empty where it has to be asked for otherwise. */
    <T> Optional<Supplier<List<T>>> listForEachAlong(String query, List<String> texts, Reader<T> reader) {
        return texts.size() < 2
                ? Optional.empty()
                : bulk.askedForEach(query)
                        .map(sql -> listAlong(sql, (statement, at) -> bulk.bind(statement, at, texts), reader));
    }

    /** Binds the parameters of a condition, from that one on. */
    int bind(PreparedStatement statement, int at, Among among) throws SQLException {
        return bulk.bind(statement, at, among.texts());
    }

    /** As {@link #list}, by their keys. */
    <K, T> Map<K, T> map(String before, Among among, String after, Reader<T> reader, Function<T, K> key) {
        return list(before, among, after, reader).stream().collect(Collectors.toMap(key, thing -> thing));
    }

    /** Adds rows in their order; nothing for none. */
    void insert(Rows<?> rows) {
        if (rows.count() > 0) {
            said(() -> {
                bulk.insert(server, rows);
                return rows;
            });
        }
    }

    /**
     * Adds those rows whose key is not there yet; nothing for none.
     *
     * @param id the column of the key, a text
     * @param ids the keys of the rows
     * @return the keys of those that were added
     */
    Set<String> insertUnknown(Rows<?> rows, String id, List<String> ids) {
        return rows.count() == 0 ? Set.of() : said(() -> bulk.insertUnknown(server, rows, id, ids));
    }

    /** Adds entries; gives back the numbers that they were given, by their ids. */
    Map<String, Long> insertEntries(Rows<?> entries, List<String> ids) {
        return said(() -> bulk.insertEntries(server, entries, ids));
    }

    /**
     * Writes rows that are found by their keys; nothing for none.
     *
     * @return the places of those that were found, in the order of the rows
     */
    BitSet updateFound(Rows<?> rows) {
        return rows.count() == 0 ? new BitSet() : said(() -> bulk.updateFound(server, rows));
    }

    /**
     * As {@link #updateAll(Rows, String)}, of rows that may have been read before.
     *
     * @param places where they lie, if that is known
     */
    void updateAll(Rows<?> rows, String what, Optional<List<String>> places) {
        if (rows.count() > 1) {
            bulk.place().ifPresent(column -> places.ifPresent(texts -> rows.keys(column, texts)));
        }
        updateAll(rows, what);
    }

    /** As {@link #updateFound}, of rows that are all there; where one is not, the unit fails, at its end at the latest. */
    void updateAll(Rows<?> rows, String what) {
        if (rows.count() > 0) {
            said(() -> {
                bulk.update(server, rows, found -> {
                    if (found != rows.count()) {
                        throw Database.constraint("A " + what + " that is not there was to be changed", null);
                    }
                });
                return rows;
            });
        }
    }

    /** Says what is still kept, before a statement of another kind, or the end of the unit. */
    void flush() {
        said(server::connection);
    }

    private interface Said<T> {
        T answer() throws SQLException;
    }

    private static <T> T said(Said<T> what) {
        try {
            return what.answer();
        } catch (SQLException e) {
            throw new StatementFailedException(first(e));
        }
    }

    /** Of a failed batch, what failed first in it. */
    private static SQLException first(SQLException failure) {
        var next = failure.getNextException();
        return next == null ? failure : next;
    }

    private static int bind(PreparedStatement statement, int from, Object... parameters) throws SQLException {
        var at = from;
        for (var parameter : parameters) {
            statement.setObject(at++, parameter);
        }
        return at;
    }
}
