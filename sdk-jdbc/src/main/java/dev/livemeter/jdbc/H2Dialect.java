package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** H2 2.x with its MVStore. */
final class H2Dialect implements Dialect {

    private static final int DATABASE_ALREADY_OPEN = 90020;
    private static final int WRONG_USER_OR_PASSWORD = 28000;
    private static final int WRONG_PASSWORD_FORMAT = 90050;
    private static final int FILE_CREATION_FAILED = 90062;
    private static final int IO_EXCEPTION = 90028;
    private static final int IO_EXCEPTION_OF_FILE = 90031;
    private static final int FILE_CORRUPTED = 90030;
    private static final int UNSUPPORTED_SETTING = 90113;
    private static final int DUPLICATE_PROPERTY = 90066;
    private static final int DATABASE_IS_READ_ONLY = 90097;
    private static final int FILE_VERSION = 90048;
    private static final int CONCURRENT_UPDATE = 90131;

    /** How long the background thread of H2 may work. */
    private static final long TIDYING_NANOS = 200_000_000;

    /** The delay of writes meanwhile; the thread takes a step three times in it. */
    private static final int TIDYING_STEP_MILLIS = 30;

    private static final int RETENTION_MILLIS = 45_000;

    @Override
    public String migrations() {
        return "h2";
    }

    @Override
    public Bulk bulk() {
        return new H2Bulk();
    }

    @Override
    public TransactionIsolationLevel snapshot() {
        // H2 takes the view of REPEATABLE READ anew for each table that is met first; with SERIALIZABLE it takes one
        // for all.
        return TransactionIsolationLevel.SERIALIZABLE;
    }

    @Override
    public boolean writesOneAtATime() {
        // H2 writes the trees of its tables to the file one by one, while other transactions go on changing them. A
        // process that is killed before the next write then leaves half of such a transaction behind, with no log to
        // undo it (decision record 0002; the maintainers describe it in h2database issue 2080).
        return true;
    }

    @Override
    public void makeDurable(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // By default H2 acknowledges a commit up to half a second before it is in the file, and a process that
            // dies takes these commits with it (decision record 0002). The setting is stored in the database.
            statement.execute("SET WRITE_DELAY 0");
        }
    }

    @Override
    public void tidy(Connection connection) throws SQLException {
        // Each commit appends the changed pages of a dozen trees, some 25 KB; what it makes obsolete is given back
        // only by a background thread, and H2 runs that only where commits are delayed. So they are, between two
        // commits. Without this, the file grows by all that is ever written, and is not made smaller when it is
        // closed (decision record 0002).
        if (!isFile(connection)) {
            return;
        }
        try (var statement = connection.createStatement()) {
            // Only what is obsolete for as long as H2's default is given back: a shorter time lets the thread take
            // the chunk that was written last, after which H2 cannot write another (seen in 2 of 17 runs with none).
            statement.execute("SET RETENTION_TIME " + RETENTION_MILLIS);
            statement.execute("SET WRITE_DELAY " + TIDYING_STEP_MILLIS);
            var end = System.nanoTime() + TIDYING_NANOS;
            for (var left = TIDYING_NANOS; left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
        } finally {
            makeDurable(connection);
        }
    }

    private static boolean isFile(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var path = statement.executeQuery("CALL DATABASE_PATH()")) {
            return path.next() && path.getString(1) != null;
        }
    }

    @Override
    public Failure classify(SQLException failure) {
        var state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (state.equals("23505")) {
            return Failure.DUPLICATE;
        }
        if (state.startsWith("23")) {
            return Failure.CONSTRAINT;
        }
        if (state.equals("40001") || failure.getErrorCode() == CONCURRENT_UPDATE) {
            return Failure.COLLISION;
        }
        // lock timeout; connection exceptions; database or object closed; the pool had no connection in time
        if (Dialect.isGone(failure)
                || state.equals("HYT00")
                || state.equals("90007")
                || state.equals("90098")
                || state.equals("90121")) {
            return Failure.UNAVAILABLE;
        }
        return Failure.FAULT;
    }

    @Override
    public @Nullable LivemeterException explain(SQLException failure, String place) {
        return switch (failure.getErrorCode()) {
            case DATABASE_ALREADY_OPEN ->
                fault(
                        "storage.locked",
                        true,
                        "The database " + place
                                + " is in use by another process, and an embedded database serves one at a time."
                                + " Stop the other process, or give this one a database of its own.",
                        failure);
            case WRONG_USER_OR_PASSWORD, WRONG_PASSWORD_FORMAT ->
                fault(
                        "storage.access_denied",
                        false,
                        "The database " + place + " does not accept this user and password."
                                + " Give those with which it was first opened.",
                        failure);
            case FILE_CREATION_FAILED, DATABASE_IS_READ_ONLY ->
                fault(
                        "storage.unwritable",
                        false,
                        "The database " + place + " cannot be made or written there."
                                + " Give a folder that this process may write to, on a disk that is not full.",
                        failure);
            case IO_EXCEPTION, IO_EXCEPTION_OF_FILE ->
                fault(
                        "storage.io",
                        false,
                        "The file of the database " + place + " cannot be read or written."
                                + " See whether its disk is there and not full, and whether the file is whole; else restore it from its copy.",
                        failure);
            case FILE_CORRUPTED, FILE_VERSION ->
                fault(
                        "storage.unreadable",
                        false,
                        "The file of the database " + place + " is damaged or of another version of H2."
                                + " Restore it from its copy, or open it with the version that wrote it.",
                        failure);
            case UNSUPPORTED_SETTING, DUPLICATE_PROPERTY ->
                fault(
                        "storage.malformed_url",
                        false,
                        "The URL of the database " + place + " has a setting that H2 does not know, or one twice."
                                + " Remove the settings after the first semicolon and add those again that are needed.",
                        failure);
            default -> null;
        };
    }

    private static LivemeterException fault(String code, boolean retryable, String sentence, SQLException cause) {
        return new LivemeterException(code, sentence, retryable, cause);
    }
}
