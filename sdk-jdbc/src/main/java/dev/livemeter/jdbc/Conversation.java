package dev.livemeter.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction says to its database. One that gathers keeps what needs no answer, or none yet, until something is to be known, and sends all of it in one message:
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

    /** Takes in what a statement was answered with, while the statement stands on it. */
    private interface Outcome {
        void take(PreparedStatement statement) throws SQLException;
    }

    private record Told(String sql, Parameters parameters, Outcome outcome) {}

    /** Rows that were asked for and may not have come yet. */
    final class Pending<T> {

        private final Answer<T> answer;
        private @Nullable T found;
        private boolean isThere;

        private Pending(Answer<T> answer) {
            this.answer = answer;
        }

        private void take(PreparedStatement statement) throws SQLException {
            try (var rows = statement.getResultSet()) {
                found = answer.read(rows);
            }
            isThere = true;
        }

        /** What was found; it is asked for now where nothing else was asked meanwhile. */
        T get() throws SQLException {
            if (!isThere) {
                flush();
            }
            return Objects.requireNonNull(found);
        }
    }

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
        say(new Told(sql, parameters, statement -> found.accept(statement.getUpdateCount())));
    }

    /** Asks for rows, after everything that was told before. */
    <T> T ask(String sql, Parameters parameters, Answer<T> answer) throws SQLException {
        return askAlong(sql, parameters, answer).get();
    }

    /** Asks for rows that are not needed yet: what is asked next can travel with it. */
    <T> Pending<T> askAlong(String sql, Parameters parameters, Answer<T> answer) throws SQLException {
        var pending = new Pending<>(answer);
        say(new Told(sql, parameters, pending::take));
        return pending;
    }

    private void say(Told one) throws SQLException {
        told.add(one);
        if (!gathers) {
            flush();
        }
    }

    /** Says what is still kept. */
    void flush() throws SQLException {
        if (told.isEmpty()) {
            return;
        }
        var all = List.copyOf(told);
        try (var statement =
                connection.prepareStatement(all.stream().map(Told::sql).collect(Collectors.joining("; ")))) {
            var at = 1;
            for (var one : all) {
                at = one.parameters().bind(statement, at);
            }
            statement.execute();
            answered.run();
            told.clear();
            for (var one : all) {
                one.outcome().take(statement);
                statement.getMoreResults();
            }
        }
    }

    /** For statements of other ways, after everything that was told. */
    Connection connection() throws SQLException {
        flush();
        return connection;
    }
}
