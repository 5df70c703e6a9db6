package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** Where databases differ. The one seam: whatever is not in here is SQL that all of them speak. */
interface Dialect {

    /** Where its migrations lie, below {@code livemeter-migrations}. */
    String migrations();

    /** The least isolation that gives a transaction of several queries one consistent view. */
    TransactionIsolationLevel snapshot();

    /** Whether one transaction that writes must end before the next begins. */
    boolean writesOneAtATime();

    /** Makes this database, or this connection, keep what was committed; fails where that cannot be had. */
    void makeDurable(Connection connection) throws SQLException;

    /** Gives space back that nothing uses any more, for a fraction of a second, while nobody writes. Durable again when it returns. */
    void tidy(Connection connection) throws SQLException;

    /** What a failure means. */
    Failure classify(SQLException failure);

    /** What a failure to open means, in a sentence; null where it is nothing special. */
    @Nullable
    LivemeterException explain(SQLException failure, String place);

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
        if (product.toLowerCase(Locale.ROOT).equals("h2")) {
            return new H2Dialect();
        }
        throw new LivemeterException(
                "storage.unknown_database",
                "The data source leads to " + product
                        + "; Livemeter keeps its data in H2 so far. Give a data source of H2.");
    }
}
