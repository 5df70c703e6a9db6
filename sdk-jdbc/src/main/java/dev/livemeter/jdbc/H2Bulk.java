package dev.livemeter.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** JDBC's batches. H2 lies in the same process: there is no way to it that would be gone more often than once. */
final class H2Bulk implements Bulk {

    @Override
    public void insert(Conversation server, Rows<?> rows) throws SQLException {
        var columns = rows.columns();
        var sql = "INSERT INTO " + rows.table() + " ("
                + columns.stream().map(Rows.Column::name).collect(Collectors.joining(", ")) + ") VALUES ("
                + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        batch(server.connection(), sql, columns, rows.count());
    }

    @Override
    public void update(Conversation server, Rows<?> rows, IntConsumer found) throws SQLException {
        found.accept(Arrays.stream(change(server.connection(), rows)).sum());
    }

    @Override
    public BitSet updateFound(Conversation server, Rows<?> rows) throws SQLException {
        var counts = change(server.connection(), rows);
        return IntStream.range(0, counts.length)
                .filter(place -> counts[place] > 0)
                .collect(BitSet::new, BitSet::set, BitSet::or);
    }

    private static int[] change(Connection connection, Rows<?> rows) throws SQLException {
        var changes = rows.columns().stream().filter(column -> !column.isKey()).toList();
        var found = rows.columns().stream().filter(Rows.Column::isKey).toList();
        var sql = "UPDATE " + rows.table() + " SET " + joined(changes, ", ") + " WHERE " + joined(found, " AND ");
        return batch(
                connection, sql, Stream.concat(changes.stream(), found.stream()).toList(), rows.count());
    }

    @Override
    public String among(String column, int count) {
        return column + " = ANY (?)";
    }

    @Override
    public int bind(PreparedStatement statement, int at, List<String> texts) throws SQLException {
        statement.setObject(at, texts.toArray());
        return at + 1;
    }

    private static String joined(List<Rows.Column> columns, String with) {
        return columns.stream().map(column -> column.name() + " = ?").collect(Collectors.joining(with));
    }

    private static int[] batch(Connection connection, String sql, List<Rows.Column> columns, int rows)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var row = 0; row < rows; row++) {
                for (var column = 0; column < columns.size(); column++) {
                    statement.setObject(column + 1, columns.get(column).values()[row]);
                }
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }
}
