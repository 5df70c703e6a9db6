package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import dev.livemeter.jdbc.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** Where databases differ. The one seam: whatever is not in here, or in the migrations, is SQL that all of them speak. */
sealed interface Dialect permits H2Dialect, PostgresDialect, MariaDbDialect {

    /** Where its migrations lie, below {@code livemeter-migrations}. */
    String migrations();

    /** How it is told about many rows at once. */
    Bulk bulk();

    /** The least isolation that gives a transaction of several queries one consistent view. */
    TransactionIsolationLevel snapshot();

    /** Runs a unit of work in a transaction of that isolation, on a connection that is in none. */
    default <T> T inTransaction(Handle handle, TransactionIsolationLevel isolation, Work<T> work) {
        return handle.inTransaction(isolation, work::run);
    }

    /**
     * Runs a unit of work in a transaction that sees what others have committed; where the database takes several statements in one message, they are
     * gathered.
     *
     * @param answered is run as soon as the database has answered to anything in it
     */
    default <T> T inUnit(Handle handle, Runnable answered, Database.Unit<T> unit) {
        return inTransaction(handle, TransactionIsolationLevel.READ_COMMITTED, begun -> {
            answered.run();
            return unit.run(begun, new Statements(begun, this));
        });
    }

    /** Whether one transaction that writes must end before the next begins. */
    default boolean writesOneAtATime() {
        return false;
    }

    /**
     * Makes this database, or this connection, keep what was committed; fails where that cannot be had. A server is its
     * operator's to set, so nothing is done there; {@link #weaknesses} tells what that means.
     */
    default void makeDurable(Connection connection) throws SQLException {}

    /**
     * Looks at the settings of a database before anything is written to it.
     *
     * @param place for the sentences
     * @return what a commit does not survive there, each in a sentence with the remedy; empty where it survives all that it can
     * @throws LivemeterException {@code storage.unsuitable}: with these settings the books would go wrong
     */
    default List<String> weaknesses(Connection connection, String place) throws SQLException {
        return List.of();
    }

    /** Gives space back that nothing uses any more, for a fraction of a second, while nobody writes. Durable again when it returns. */
    default void tidy(Connection connection) throws SQLException {}

    /** What a failure means. */
    Failure classify(SQLException failure);

    /** What a failure to open means, in a sentence; null where it is nothing special. */
    @Nullable
    LivemeterException explain(SQLException failure, String place);

    /** Whether the connection is lost, or there was none to be had: what every driver tells alike. */
    static boolean isGone(SQLException failure) {
        var state = failure.getSQLState();
        return failure instanceof SQLTransientConnectionException
                || (state != null && state.startsWith("08"))
                // a pool's word for a connection that it took out of use after another failure; it has no state
                || (state == null && "Connection is closed".equals(failure.getMessage()));
    }

    /** What is to be done about a failed statement. */
    enum Failure {
        /** A unique key is taken. */
        DUPLICATE,
        /** Another constraint refused it. */
        CONSTRAINT,
        /** Two transactions were in each other's way; the same once more will do. */
        COLLISION,
        /** The database did not answer, or too late. */
        UNAVAILABLE,
        /** Anything else: a fault of this code or of the database. */
        FAULT
    }

    /**
     * The dialect of a database by the name that its driver gives.
     *
     * @throws LivemeterException {@code storage.unknown_database}
     */
    static Dialect of(Connection connection) throws SQLException {
        var product = connection.getMetaData().getDatabaseProductName();
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "h2" -> new H2Dialect();
            case "postgresql" -> new PostgresDialect();
            case "mariadb", "mysql" -> new MariaDbDialect();
            default ->
                throw new LivemeterException(
                        "storage.unknown_database",
                        "The data source leads to " + product + "; Livemeter keeps its data in " + DatabaseUrl.KNOWN
                                + ". Give a data source of one of these.");
        };
    }

    /** The dialect by whose words a failure to connect can be read, where there is no connection to ask. */
    static Dialect of(SQLException failure) {
        var thrower = failure.getClass().getName();
        if (thrower.startsWith("org.h2.")) {
            return new H2Dialect();
        }
        return thrower.startsWith("org.postgresql.") ? new PostgresDialect() : new MariaDbDialect();
    }
}
