package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import dev.livemeter.jdbc.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** PostgreSQL. */
final class PostgresDialect implements Dialect {

    /**
     * What writes finds its rows by keys, and is the same statement for one row as for a thousand. Left to itself the server would keep plans from
     * when the tables were empty, which read all of a table, until it is told how large they have become; and for a few rows it
     * would plan anew each time, which costs more than to run. They are set in one statement, for each costs more to say than to do.
     */
    private static final List<String> WRITING = List.of(
            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
            "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),"
                    + " set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)");

    private static final String READING = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";

    @Override
    public String migrations() {
        return "postgresql";
    }

    @Override
    public Bulk bulk() {
        return new PostgresBulk();
    }

    @Override
    public TransactionIsolationLevel snapshot() {
        // One snapshot, taken by the first query.
        return TransactionIsolationLevel.REPEATABLE_READ;
    }

    @Override
    public <T> T inTransaction(Handle handle, TransactionIsolationLevel isolation, Work<T> work) {
        // The driver asks the server each time it is asked for the isolation, and jdbi asks it five times; here it is
        // told in one message, which travels with the BEGIN and holds for this transaction alone.
        return handle.inTransaction(begun -> {
            begun.execute(isolation == TransactionIsolationLevel.READ_COMMITTED ? String.join("; ", WRITING) : READING);
            return work.run(begun);
        });
    }

    /** What begins a transaction travels with its first statement, and what it writes with what it asks next: a start asks twice, and not nine times. */
    @Override
    public <T> T inUnit(Handle handle, Runnable answered, Database.Unit<T> unit) {
        return handle.inTransaction(begun -> {
            var server = Conversation.gathering(begun.getConnection(), answered);
            try {
                for (var setting : WRITING) {
                    server.tell(setting);
                }
                var done = unit.run(begun, new Statements(server, this));
                server.flush();
                return done;
            } catch (SQLException e) {
                throw new StatementFailedException(e);
            }
        });
    }

    @Override
    public List<String> weaknesses(Connection connection, String place) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("""
                        SELECT current_setting('server_encoding'), current_setting('fsync'),
                               current_setting('full_page_writes'), current_setting('synchronous_commit'), current_schema(),
                               to_regclass('livemeter_schema_history') IS NOT NULL
                               OR has_schema_privilege(current_schema(), 'CREATE')""")) {
            row.next();
            var encoding = row.getString(1);
            if (!encoding.equals("UTF8")) {
                throw new LivemeterException(
                        "storage.unsuitable",
                        "The database " + place + " keeps text as " + encoding + ", in which not every name can be"
                                + " written. Give one that was made with: CREATE DATABASE livemeter ENCODING 'UTF8' TEMPLATE template0.");
            }
            if (row.getString(5) == null) {
                throw new LivemeterException(
                        "storage.unsuitable",
                        "The database " + place + " has no schema that the search path names. Make it first with"
                                + " CREATE SCHEMA, or correct currentSchema in the URL.");
            }
            // Asked here, because Flyway would try for ten seconds.
            if (!row.getBoolean(6)) {
                throw noRights(place, null);
            }
            var found = new ArrayList<String>();
            if (row.getString(2).equals("off") || row.getString(3).equals("off")) {
                found.add("The database " + place + " runs with fsync or full_page_writes off: a power failure can"
                        + " damage the books as a whole. Set both to on in postgresql.conf.");
            }
            if (row.getString(4).equals("off")) {
                found.add(
                        "The database " + place + " runs with synchronous_commit off: when its server dies, the last"
                                + " payments that were acknowledged can be lost. Set it to on, for this database or this user.");
            }
            return found;
        }
    }

    @Override
    public Failure classify(SQLException failure) {
        var state = state(failure);
        return switch (state) {
            case "23505" -> Failure.DUPLICATE;
            // serialization failure, deadlock
            case "40001", "40P01" -> Failure.COLLISION;
            // lock or statement timeout; shut down, crashed, starting; a standby, which cannot write
            case "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03", "25006" -> Failure.UNAVAILABLE;
            default -> {
                if (state.startsWith("23")) {
                    yield Failure.CONSTRAINT;
                }
                // connection exceptions; no connection, memory or disk left; the pool had no connection in time
                yield Dialect.isGone(failure) || state.startsWith("53") ? Failure.UNAVAILABLE : Failure.FAULT;
            }
        };
    }

    @Override
    public @Nullable LivemeterException explain(SQLException failure, String place) {
        var state = state(failure);
        return switch (state) {
            case "28P01", "28000" ->
                new LivemeterException(
                        "storage.access_denied",
                        "The database " + place + " does not accept this user and password, or not from this machine."
                                + " Correct them, or let the user in with pg_hba.conf.",
                        false,
                        failure);
            case "3D000" ->
                new LivemeterException(
                        "storage.no_such_database",
                        "There is no database " + place
                                + ". Make it with CREATE DATABASE, or correct its name in the URL.",
                        false,
                        failure);
            case "42501" -> noRights(place, failure);
            case "53300" ->
                new LivemeterException(
                        "storage.busy",
                        "The server of the database " + place
                                + " has no connection left. Raise max_connections, or close connections elsewhere.",
                        true,
                        failure);
            default ->
                state.startsWith("08") || state.equals("57P03")
                        ? new LivemeterException(
                                "storage.unavailable",
                                "The server of the database " + place + " does not answer. See whether it runs, and"
                                        + " whether host and port in the URL are right.",
                                true,
                                failure)
                        : null;
        };
    }

    private static LivemeterException noRights(String place, @Nullable SQLException cause) {
        return new LivemeterException(
                "storage.no_rights",
                "The user has not the rights to make tables in the database " + place
                        + ". Give them with: GRANT USAGE, CREATE ON SCHEMA ... TO ...",
                false,
                cause);
    }

    private static String state(SQLException failure) {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }
}
