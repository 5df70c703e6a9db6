package dev.livemeter.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One array for each column: the statement is the same for any number of rows, so that the server keeps its plan. */
final class PostgresBulk implements Bulk {

    @Override
    public void insert(Connection connection, Rows<?> rows) throws SQLException {
        try (var statement = connection.prepareStatement(insertion(rows))) {
            bind(statement, rows);
            statement.executeUpdate();
        }
    }

    @Override
    public Map<String, Long> insertEntries(Connection connection, Rows<?> entries, List<String> ids)
            throws SQLException {
        try (var statement = connection.prepareStatement(insertion(entries) + " RETURNING id, seq")) {
            bind(statement, entries);
            return Bulk.numbers(statement);
        }
    }

    private static String insertion(Rows<?> rows) {
        var columns = rows.columns();
        return "INSERT INTO " + rows.table() + " ("
                + columns.stream().map(Rows.Column::name).collect(Collectors.joining(", ")) + ") SELECT "
                + aliases(columns) + " FROM " + relation(rows) + " ORDER BY given.number";
    }

    @Override
    public int update(Connection connection, Rows<?> rows) throws SQLException {
        var columns = rows.columns();
        var changes = IntStream.range(0, columns.size())
                .filter(i -> !columns.get(i).isKey())
                .mapToObj(i -> columns.get(i).name() + " = given.c" + i)
                .collect(Collectors.joining(", "));
        var found = IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).isKey())
                .mapToObj(i -> "kept." + columns.get(i).name() + " = given.c" + i)
                .collect(Collectors.joining(" AND "));
        var sql = "UPDATE " + rows.table() + " AS kept SET " + changes + " FROM " + relation(rows) + " WHERE " + found;
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, rows);
            return statement.executeUpdate();
        }
    }

    @Override
    public String among(String column, int count) {
        return column + " = ANY (?)";
    }

    @Override
    public int bind(PreparedStatement statement, int at, List<String> texts) throws SQLException {
        statement.setArray(at, statement.getConnection().createArrayOf("text", texts.toArray()));
        return at + 1;
    }

    private static String relation(Rows<?> rows) {
        return "unnest("
                + rows.columns().stream()
                        .map(column -> column.isText() ? "?::text[]" : "?::bigint[]")
                        .collect(Collectors.joining(", "))
                + ") WITH ORDINALITY AS given (" + aliases(rows.columns()) + ", number)";
    }

    private static String aliases(List<Rows.Column> columns) {
        return IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    }

    private static void bind(PreparedStatement statement, Rows<?> rows) throws SQLException {
        var connection = statement.getConnection();
        var at = 1;
        for (var column : rows.columns()) {
            statement.setArray(at++, connection.createArrayOf(column.isText() ? "text" : "int8", column.values()));
        }
    }
}
