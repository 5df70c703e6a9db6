package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import dev.livemeter.jdbc.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** MariaDB with InnoDB; MySQL is taken for the same. */
final class MariaDbDialect implements Dialect {

    private static final int DUPLICATE_KEY = 1022;
    private static final int DUPLICATE_ENTRY = 1062;
    private static final int DUPLICATE_ENTRY_WITH_KEY_NAME = 1586;
    private static final int CHECK_VIOLATED = 4025;
    private static final int CHECK_VIOLATED_IN_MYSQL = 3819;
    private static final int RECORD_CHANGED_SINCE_READ = 1020;
    private static final int DEADLOCK = 1213;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int TOO_MANY_CONNECTIONS = 1040;
    private static final int DATABASE_DENIED = 1044;
    private static final int ACCESS_DENIED = 1045;
    private static final int ACCESS_DENIED_BY_PLUGIN = 1698;
    private static final int HOST_NOT_ALLOWED = 1130;
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int TABLE_DENIED = 1142;
    private static final int PRIVILEGE_MISSING = 1227;
    private static final int SHUTTING_DOWN = 1053;
    private static final int DISK_FULL = 1021;
    private static final int TABLE_FULL = 1114;
    private static final int READ_ONLY = 1290;
    private static final int READ_ONLY_MODE = 1836;
    private static final int QUERY_INTERRUPTED = 1317;
    private static final int STATEMENT_TIMEOUT = 1969;
    private static final int CONNECTION_KILLED = 1927;
    private static final int REFUSED_BY_TRIGGER = 1644;
    private static final int TRIGGER_DENIED = 1419;

    @Override
    public String migrations() {
        return "mariadb";
    }

    @Override
    public Bulk bulk() {
        return new MariaDbBulk();
    }

    @Override
    public TransactionIsolationLevel snapshot() {
        // One snapshot, taken by the first query that does not lock.
        return TransactionIsolationLevel.REPEATABLE_READ;
    }

    @Override
    public <T> T inTransaction(Handle handle, TransactionIsolationLevel isolation, Work<T> work) {
        // For the next transaction alone, so that it needs not be asked for before nor set back afterwards.
        handle.execute(
                isolation == TransactionIsolationLevel.READ_COMMITTED
                        ? "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"
                        : "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        return handle.inTransaction(work::run);
    }

    @Override
    public List<String> weaknesses(Connection connection, String place) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT @@sql_mode, @@innodb_flush_log_at_trx_commit")) {
            row.next();
            if (!row.getString(1).contains("STRICT_ALL_TABLES")
                    && !row.getString(1).contains("STRICT_TRANS_TABLES")) {
                throw new LivemeterException(
                        "storage.unsuitable",
                        "The database " + place + " runs without a strict sql_mode: what is too long would be cut and"
                                + " two ids could become one. Add STRICT_TRANS_TABLES to sql_mode.");
            }
            requireRights(connection);
            return switch (row.getInt(2)) {
                case 0 ->
                    List.of("The database " + place + " runs with innodb_flush_log_at_trx_commit = 0: when its server"
                            + " dies, the payments of the last second can be lost, acknowledged or not. Set it to 1.");
                case 2 ->
                    List.of(
                            "The database " + place + " runs with innodb_flush_log_at_trx_commit = 2: when its machine"
                                    + " loses power, the payments of the last second can be lost, acknowledged or not. Set it to 1.");
                default -> List.of();
            };
        }
    }

    /** Tries it, because Flyway would try for ten seconds; only where there is nothing of ours yet. */
    private static void requireRights(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            try (var history = statement.executeQuery("""
                    SELECT 1 FROM information_schema.tables
                    WHERE table_schema = DATABASE() AND table_name = 'livemeter_schema_history'""")) {
                if (history.next()) {
                    return;
                }
            }
            statement.execute("CREATE TABLE IF NOT EXISTS livemeter_probe (nothing INT)");
            statement.execute("DROP TABLE IF EXISTS livemeter_probe");
        }
    }

    @Override
    public Failure classify(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case DUPLICATE_ENTRY, DUPLICATE_KEY, DUPLICATE_ENTRY_WITH_KEY_NAME -> Failure.DUPLICATE;
            case CHECK_VIOLATED, CHECK_VIOLATED_IN_MYSQL, REFUSED_BY_TRIGGER -> Failure.CONSTRAINT;
            case DEADLOCK, RECORD_CHANGED_SINCE_READ -> Failure.COLLISION;
            case LOCK_WAIT_TIMEOUT,
                    TOO_MANY_CONNECTIONS,
                    SHUTTING_DOWN,
                    DISK_FULL,
                    TABLE_FULL,
                    READ_ONLY,
                    READ_ONLY_MODE,
                    QUERY_INTERRUPTED,
                    STATEMENT_TIMEOUT,
                    CONNECTION_KILLED -> Failure.UNAVAILABLE;
            default -> byState(failure);
        };
    }

    private static Failure byState(SQLException failure) {
        var state = state(failure);
        // A foreign key, or nothing where something must be: the driver gives 23000 for all of them.
        if (state.startsWith("23")) {
            return Failure.CONSTRAINT;
        }
        // connection exceptions; the pool had no connection in time
        return Dialect.isGone(failure) ? Failure.UNAVAILABLE : Failure.FAULT;
    }

    @Override
    public @Nullable LivemeterException explain(SQLException failure, String place) {
        return switch (failure.getErrorCode()) {
            case ACCESS_DENIED, ACCESS_DENIED_BY_PLUGIN, HOST_NOT_ALLOWED ->
                new LivemeterException(
                        "storage.access_denied",
                        "The database " + place + " does not accept this user and password, or not from this machine."
                                + " Correct them, or let the user in with CREATE USER.",
                        false,
                        failure);
            case UNKNOWN_DATABASE ->
                new LivemeterException(
                        "storage.no_such_database",
                        "There is no database " + place
                                + ". Make it with CREATE DATABASE, or correct its name in the URL.",
                        false,
                        failure);
            case DATABASE_DENIED, TABLE_DENIED, PRIVILEGE_MISSING ->
                new LivemeterException(
                        "storage.no_rights",
                        "The user has not the rights to use the database " + place
                                + " and to make tables in it. Give them with: GRANT ALL ON ... TO ...",
                        false,
                        failure);
            case TRIGGER_DENIED ->
                new LivemeterException(
                        "storage.no_rights",
                        "The server of the database " + place + " keeps a binary log and lets only administrators make"
                                + " triggers, which keep the books from being changed. Set log_bin_trust_function_creators = 1, or open"
                                + " the database as an administrator once.",
                        false,
                        failure);
            case TOO_MANY_CONNECTIONS ->
                new LivemeterException(
                        "storage.busy",
                        "The server of the database " + place
                                + " has no connection left. Raise max_connections, or close connections elsewhere.",
                        true,
                        failure);
            default ->
                state(failure).startsWith("08")
                        ? new LivemeterException(
                                "storage.unavailable",
                                "The server of the database " + place + " does not answer. See whether it runs, and"
                                        + " whether host and port in the URL are right.",
                                true,
                                failure)
                        : null;
        };
    }

    private static String state(SQLException failure) {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }
}
