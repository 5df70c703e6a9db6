package dev.livemeter.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows to add as a list of values, changes as a document that is read as a table. MySQL 8 speaks both. */
final class MariaDbBulk implements Bulk {

    /** So that a statement stays far below the 16 MB that a server takes by default. */
    private static final int MOST_ROWS = 1_000;

    private static final int SHORTEST_TEXT = 32;

    /** Of several such columns a row is still no longer than what a server allows, 65,535 bytes. */
    private static final int LONGEST_VARCHAR = 2_048;

    @Override
    public void insert(Conversation server, Rows<?> rows) throws SQLException {
        var connection = server.connection();
        var columns = rows.columns();
        var row = "(" + String.join(",", Collections.nCopies(columns.size(), "?")) + ")";
        for (var from = 0; from < rows.count(); from += MOST_ROWS) {
            var count = Math.min(MOST_ROWS, rows.count() - from);
            var sql = "INSERT INTO " + rows.table() + " ("
                    + columns.stream().map(Rows.Column::name).collect(Collectors.joining(", ")) + ") VALUES "
                    + String.join(",", Collections.nCopies(count, row));
            try (var statement = connection.prepareStatement(sql)) {
                var at = 1;
                for (var i = from; i < from + count; i++) {
                    for (var column : columns) {
                        statement.setObject(at++, column.values()[i]);
                    }
                }
                statement.executeUpdate();
            }
        }
    }

    @Override
    public void update(Conversation server, Rows<?> rows, IntConsumer found) throws SQLException {
        found.accept(update(server.connection(), rows));
    }

    private static int update(Connection connection, Rows<?> rows) throws SQLException {
        var columns = rows.columns();
        // Straight: the few changes are read first, and each finds its row by its key. Forced: a small table would be
        // read as a whole, and every row of it locked on the way, those of other wallets too.
        var sql = "UPDATE " + given(columns, "") + " STRAIGHT_JOIN " + rows.table()
                + " AS kept FORCE INDEX (PRIMARY) ON " + joined(columns, true, " AND ") + " SET "
                + joined(columns, false, ", ");
        var count = 0;
        for (var from = 0; from < rows.count(); from += MOST_ROWS) {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, json(columns, from, Math.min(from + MOST_ROWS, rows.count())));
                count += statement.executeUpdate();
            }
        }
        return count;
    }

    /** Usually all are found, and their number says so. Else that is undone, and they are looked for first: which were found nothing tells. */
    @Override
    public BitSet updateFound(Conversation server, Rows<?> rows) throws SQLException {
        var connection = server.connection();
        var before = connection.setSavepoint();
        var found = new BitSet(rows.count());
        if (update(connection, rows) == rows.count()) {
            found.set(0, rows.count());
        } else {
            connection.rollback(before);
            lock(connection, rows, found);
            update(connection, rows.at(found));
        }
        return found;
    }

    private static void lock(Connection connection, Rows<?> rows, BitSet found) throws SQLException {
        var keys = rows.columns().stream().filter(Rows.Column::isKey).toList();
        var sql = "SELECT given.place FROM " + given(keys, "place FOR ORDINALITY, ") + " STRAIGHT_JOIN " + rows.table()
                + " AS kept FORCE INDEX (PRIMARY) ON " + joined(keys, true, " AND ") + " FOR UPDATE";
        for (var from = 0; from < rows.count(); from += MOST_ROWS) {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, json(keys, from, Math.min(from + MOST_ROWS, rows.count())));
                try (var row = statement.executeQuery()) {
                    while (row.next()) {
                        // the database counts from 1
                        found.set(from + row.getInt(1) - 1);
                    }
                }
            }
        }
    }

    /** The rows as a table; its columns are named after their places. */
    private static String given(List<Rows.Column> columns, String first) {
        return "JSON_TABLE(?, '$[*]' COLUMNS (" + first
                + IntStream.range(0, columns.size())
                        .mapToObj(i -> "c" + i + " " + type(columns.get(i)) + " PATH '$[" + i + "]' ERROR ON ERROR")
                        .collect(Collectors.joining(", "))
                + ")) AS given";
    }

    private static String joined(List<Rows.Column> columns, boolean keys, String with) {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).isKey() == keys)
                .mapToObj(i -> "kept." + columns.get(i).name() + " = given.c" + i)
                .collect(Collectors.joining(with));
    }

    @Override
    public String among(String column, int count) {
        return column + " IN (" + String.join(",", Collections.nCopies(count, "?")) + ")";
    }

    @Override
    public int bind(PreparedStatement statement, int at, List<String> texts) throws SQLException {
        var next = at;
        for (var text : texts) {
            statement.setString(next++, text);
        }
        return next;
    }

    private static String type(Rows.Column column) {
        if (!column.isText()) {
            return "BIGINT";
        }
        // of the collation of our tables, or no index would be used
        return length(column) + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    }

    /** A table with a column of LONGTEXT is made on disk. Few lengths, so that there are few statements. */
    private static String length(Rows.Column column) {
        if (column.isKey()) {
            return "VARCHAR(200)";
        }
        var longest = 0;
        for (var value : column.values()) {
            longest = Math.max(longest, value == null ? 0 : value.toString().length());
        }
        for (var step = SHORTEST_TEXT; step <= LONGEST_VARCHAR; step *= 4) {
            if (longest <= step) {
                return "VARCHAR(" + step + ")";
            }
        }
        return "LONGTEXT";
    }

    private static String json(List<Rows.Column> columns, int from, int to) {
        var text = new StringBuilder("[");
        for (var row = from; row < to; row++) {
            text.append(row == from ? "[" : ",[");
            for (var i = 0; i < columns.size(); i++) {
                text.append(i == 0 ? "" : ",");
                var value = columns.get(i).values()[row];
                if (value instanceof String string) {
                    quote(text, string);
                } else {
                    text.append(value);
                }
            }
            text.append(']');
        }
        return text.append(']').toString();
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (var i = 0; i < value.length(); i++) {
            var character = value.charAt(i);
            if (character == '"' || character == '\\') {
                text.append('\\').append(character);
            } else if (character < ' ') {
                text.append("\\u00")
                        .append(Character.forDigit(character >> 4, 16))
                        .append(Character.forDigit(character & 15, 16));
            } else {
                text.append(character);
            }
        }
        text.append('"');
    }
}
