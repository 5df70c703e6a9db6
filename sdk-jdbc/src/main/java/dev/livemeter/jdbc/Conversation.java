package dev.livemeter.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one transaction says to its database. One that gathers keeps what needs no answer until something is asked, and sends both in one message:
 * of the time that a small transaction takes, most is the way to the server and back. For one thread.
 */
final class Conversation {

    /** Binds the parameters of one statement among several. */
    interface Parameters {

        /** None. */
        Parameters NONE = (statement, at) -> at;

        /**
         * Binds them.
         *
         * @param at the first
         * @return the first that comes after them
         */
        int bind(PreparedStatement statement, int at) throws SQLException;
    }

    /** Reads what a statement answered with. */
    interface Answer<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private record Told(String sql, Parameters parameters, IntConsumer found) {}

    private final Connection connection;
    private final boolean gathers;
    private final Runnable answered;
    private final List<Told> told = new ArrayList<>();

    private Conversation(Connection connection, boolean gathers, Runnable answered) {
        this.connection = connection;
        this.gathers = gathers;
        this.answered = answered;
    }

    /** Says everything at once. */
    static Conversation plain(Connection connection) {
        return new Conversation(connection, false, () -> {});
    }

    /**
     * Keeps what needs no answer; {@link #flush} has to be called at the end. The driver must take several statements in one text.
     *
     * @param answered is run whenever the server has answered
     */
    static Conversation gathering(Connection connection, Runnable answered) {
        return new Conversation(connection, true, answered);
    }

    /** Tells a statement that answers with a count, or with nothing. */
    void tell(String sql) throws SQLException {
        tell(sql, Parameters.NONE, count -> {});
    }

    /**
     * Tells a statement that answers with a count.
     *
     * @param found is told how many rows it was about, now or later
     */
    void tell(String sql, Parameters parameters, IntConsumer found) throws SQLException {
        told.add(new Told(sql, parameters, found));
        if (!gathers) {
            flush();
        }
    }

    /** Asks for rows, after everything that was told before. */
    <T> T ask(String sql, Parameters parameters, Answer<T> answer) throws SQLException {
        try (var statement = connection.prepareStatement(after(Stream.of(sql)))) {
            parameters.bind(statement, bind(statement));
            statement.execute();
            count(statement);
            try (var rows = statement.getResultSet()) {
                return answer.read(rows);
            }
        }
    }

    /** Says what is still kept. */
    void flush() throws SQLException {
        if (told.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement(after(Stream.of()))) {
            bind(statement);
            statement.execute();
            count(statement);
        }
    }

    /** For statements of other ways, after everything that was told. */
    Connection connection() throws SQLException {
        flush();
        return connection;
    }

    private String after(Stream<String> last) {
        return Stream.concat(told.stream().map(Told::sql), last).collect(Collectors.joining("; "));
    }

    private int bind(PreparedStatement statement) throws SQLException {
        var at = 1;
        for (var one : told) {
            at = one.parameters().bind(statement, at);
        }
        return at;
    }

    /** Leaves the statement at the result that comes after all that was told. */
    private void count(PreparedStatement statement) throws SQLException {
        answered.run();
        var counted = List.copyOf(told);
        told.clear();
        for (var one : counted) {
            one.found().accept(statement.getUpdateCount());
            statement.getMoreResults();
        }
    }
}
