package dev.livemeter.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How a database is told about a thousand rows in one statement. */
interface Bulk {

    /**
     * The column that tells where a row lies, until it is written: who has read a row that nobody else can change finds it there without an index. Only where
     * several rows are written. Empty where the database does not tell.
     */
    default Optional<String> place() {
        return Optional.empty();
    }

    /**
     * A question that is asked once for each of several texts, bound by {@link #bind}. Empty where the database has no such way.
     *
     * @param query in which the text is {@code asked.text}
     */
    default Optional<String> askedForEach(String query) {
        return Optional.empty();
    }

    /** Adds rows in their order; where the database numbers them, the numbers rise in that order. */
    void insert(Conversation server, Rows<?> rows) throws SQLException;

    /**
     * Adds those rows whose key is not there yet.
     *
     * @param id the column of the key, a text
     * @param ids the keys of the rows
     * @return the keys of those that were added
     */
    default Set<String> insertUnknown(Conversation server, Rows<?> rows, String id, List<String> ids)
            throws SQLException {
        var known = server.ask(
                "SELECT " + id + " FROM " + rows.table() + " WHERE " + among(id, ids.size()),
                (statement, at) -> bind(statement, at, ids),
                Bulk::texts);
        var unknown = IntStream.range(0, ids.size())
                .filter(place -> !known.contains(ids.get(place)))
                .collect(BitSet::new, BitSet::set, BitSet::or);
        if (!unknown.isEmpty()) {
            insert(server, rows.at(unknown));
        }
        return unknown.stream().mapToObj(ids::get).collect(Collectors.toSet());
    }

    /**
     * Writes rows that are found by their keys.
     *
     * @param found is told how many were found, now or later
     */
    void update(Conversation server, Rows<?> rows, IntConsumer found) throws SQLException;

    /**
     * As {@link #update}, in the order of the rows.
     *
     * @return the places of those that were found; the others changed nothing
     */
    BitSet updateFound(Conversation server, Rows<?> rows) throws SQLException;

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
    default Map<String, Long> insertEntries(Conversation server, Rows<?> entries, List<String> ids)
            throws SQLException {
        insert(server, entries);
        // In which order a batch returns generated keys, no database promises.
        return server.ask(
                "SELECT id, seq FROM livemeter_entry WHERE " + among("id", ids.size()),
                (statement, at) -> bind(statement, at, ids),
                Bulk::numbers);
    }

    /** What a statement answers with ids and numbers. */
    static Map<String, Long> numbers(ResultSet row) throws SQLException {
        var numbers = new HashMap<String, Long>();
        while (row.next()) {
            numbers.put(row.getString(1), row.getLong(2));
        }
        return numbers;
    }

    /** What a statement answers with texts. */
    static Set<String> texts(ResultSet row) throws SQLException {
        var texts = new HashSet<String>();
        while (row.next()) {
            texts.add(row.getString(1));
        }
        return texts;
    }
}
