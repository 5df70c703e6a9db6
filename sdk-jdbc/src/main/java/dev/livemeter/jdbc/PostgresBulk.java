package dev.livemeter.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One array for each column: the statement is the same for any number of rows, so that the server keeps its plan. A single row goes without arrays: of them
 * the server would guess ten rows, find that one is cheaper, and plan the statement anew each time, which costs more than to run it.
 *
 * <p>The arrays are taken apart where a row is put together, not in {@code FROM}: there the server would write each into a table of its own first, and
 * read it again. A column that has one value for all rows is no array at all.
 */
final class PostgresBulk implements Bulk {

    private static final String PLACE = "ctid";

    @Override
    public Optional<String> place() {
        return Optional.of(PLACE);
    }

    @Override
    public Optional<String> askedForEach(String query) {
        return Optional.of("SELECT found.* FROM (SELECT unnest(?::text[]) AS text) AS asked CROSS JOIN LATERAL ("
                + query + ") AS found");
    }

    @Override
    public void insert(Conversation server, Rows<?> rows) throws SQLException {
        server.tell(insertion(rows), binding(rows), count -> {});
    }

    @Override
    public Set<String> insertUnknown(Conversation server, Rows<?> rows, String id, List<String> ids)
            throws SQLException {
        return server.ask(
                insertion(rows) + " ON CONFLICT (" + id + ") DO NOTHING RETURNING " + id, binding(rows), Bulk::texts);
    }

    @Override
    public Map<String, Long> insertEntries(Conversation server, Rows<?> entries, List<String> ids) throws SQLException {
        return server.ask(insertion(entries) + " RETURNING id, seq", binding(entries), Bulk::numbers);
    }

    private static String insertion(Rows<?> rows) {
        var columns = rows.columns();
        var into = "INSERT INTO " + rows.table() + " ("
                + columns.stream().map(Rows.Column::name).collect(Collectors.joining(", ")) + ")";
        // What is only taken from arrays comes in their order.
        return rows.count() == 1
                ? into + " VALUES (" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")"
                : into + " SELECT " + columns.stream().map(PostgresBulk::taken).collect(Collectors.joining(", "));
    }

    @Override
    public void update(Conversation server, Rows<?> rows, IntConsumer found) throws SQLException {
        server.tell(change(rows, ""), binding(rows), found);
    }

    @Override
    public BitSet updateFound(Conversation server, Rows<?> rows) throws SQLException {
        var isOne = rows.count() == 1;
        var changes = isOne ? change(rows, "") : change(rows, ", unnest(?::int[]) AS number");
        return server.ask(
                changes + " RETURNING " + (isOne ? "1" : "given.number"),
                isOne ? binding(rows) : numbered(rows),
                row -> {
                    var found = new BitSet(rows.count());
                    while (row.next()) {
                        // counted from 1
                        found.set(row.getInt(1) - 1);
                    }
                    return found;
                });
    }

    /** The parameters stand in the order of the columns, of which those for keys come last where there are no arrays. */
    private static String change(Rows<?> rows, String besides) {
        if (rows.count() == 1) {
            return "UPDATE " + rows.table() + " SET " + each(rows, false, ", ", i -> " = ?") + " WHERE "
                    + each(rows, true, " AND ", i -> " = ?");
        }
        var columns = rows.columns();
        var given = IntStream.range(0, columns.size())
                .mapToObj(i -> taken(columns.get(i)) + " AS c" + i)
                .collect(Collectors.joining(", "));
        return "UPDATE " + rows.table() + " AS kept SET " + each(rows, false, ", ", i -> " = given.c" + i)
                + " FROM (SELECT " + given + besides + ") AS given WHERE kept."
                + each(rows, true, " AND kept.", i -> " = given.c" + i);
    }

    private static String each(Rows<?> rows, boolean keys, String with, IntFunction<String> value) {
        var columns = rows.columns();
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).isKey() == keys)
                .mapToObj(i -> columns.get(i).name() + value.apply(i))
                .collect(Collectors.joining(with));
    }

    @Override
    public String among(String column, int count) {
        return column + (count == 1 ? " = ?" : " = ANY (?)");
    }

    @Override
    public int bind(PreparedStatement statement, int at, List<String> texts) throws SQLException {
        if (texts.size() == 1) {
            statement.setString(at, texts.get(0));
        } else {
            // An array of String travels as it is; one of Object would be written out as text and read again.
            statement.setArray(at, statement.getConnection().createArrayOf("text", texts.toArray(String[]::new)));
        }
        return at + 1;
    }

    private static String taken(Rows.Column column) {
        var type = column.isText() ? "text" : "bigint";
        if (column.name().equals(PLACE)) {
            return "unnest(?::text[])::tid";
        }
        return column.isOneForAll() ? "?::" + type : "unnest(?::" + type + "[])";
    }

    private static Conversation.Parameters binding(Rows<?> rows) {
        return rows.count() == 1
                ? (statement, from) -> bindOne(statement, from, rows)
                : (statement, from) -> bindAll(statement, from, rows);
    }

    private static Conversation.Parameters numbered(Rows<?> rows) {
        return (statement, from) -> {
            var at = bindAll(statement, from, rows);
            var numbers = IntStream.rangeClosed(1, rows.count()).boxed().toArray(Integer[]::new);
            statement.setArray(at, statement.getConnection().createArrayOf("int4", numbers));
            return at + 1;
        };
    }

    private static int bindAll(PreparedStatement statement, int from, Rows<?> rows) throws SQLException {
        var connection = statement.getConnection();
        var at = from;
        for (var column : rows.columns()) {
            if (column.isOneForAll()) {
                bindValue(statement, at++, column);
            } else {
                statement.setArray(at++, connection.createArrayOf(column.isText() ? "text" : "int8", column.values()));
            }
        }
        return at;
    }

    private static int bindOne(PreparedStatement statement, int from, Rows<?> rows) throws SQLException {
        var columns = new ArrayList<>(rows.columns());
        columns.sort(Comparator.comparing(Rows.Column::isKey));
        var at = from;
        for (var column : columns) {
            bindValue(statement, at++, column);
        }
        return at;
    }

    private static void bindValue(PreparedStatement statement, int at, Rows.Column column) throws SQLException {
        statement.setObject(at, column.values()[0], column.isText() ? Types.VARCHAR : Types.BIGINT);
    }
}
