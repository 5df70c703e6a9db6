package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** Runs units of work on a database, once more where two of them collided, and turns what fails into a sentence. */
final class Database {

    /** Enough for a storm on one key, few enough that a fault does not go unnoticed. */
    private static final int MOST_RUNS = 20;

    private final Jdbi jdbi;
    private final Dialect dialect;
    private final WriteTurn turn;

    Database(Jdbi jdbi, Dialect dialect) {
        this.jdbi = jdbi;
        this.dialect = dialect;
        this.turn = new WriteTurn(jdbi, dialect);
    }

    Dialect dialect() {
        return dialect;
    }

    /** A unit of work that may throw what it likes. */
    interface Work<T> {
        T run(Handle handle);
    }

    /** A unit of work in many statements, which may travel together. */
    interface Unit<T> {
        T run(Handle handle, Statements statements);
    }

    /** Several queries on one consistent view. */
    <T> T read(Work<T> queries) {
        return run(dialect.snapshot(), queries, false);
    }

    /** One question that needs no transaction: what it asks is one statement. */
    <T> T ask(Work<T> question) {
        return run(
                (handle, answered) -> {
                    var found = question.run(handle);
                    answered.run();
                    return found;
                },
                false);
    }

    /** As {@link #writeOrFind}, of a unit in many statements. */
    <T> T unit(Unit<T> unit) {
        try {
            return inTurn(() -> run((handle, answered) -> dialect.inUnit(handle, answered, unit), true));
        } catch (DuplicateKeyException e) {
            throw constraint(e.getCause());
        }
    }

    /** A unit of work; a unique key that is taken is thrown as {@code duplicate}. */
    <T> T write(Work<T> work, String duplicate) {
        try {
            return inTurn(() -> run(TransactionIsolationLevel.READ_COMMITTED, work, false));
        } catch (DuplicateKeyException e) {
            throw new LivemeterException("store.duplicate", duplicate, false, e.getCause());
        }
    }

    /** A unit of work that is run again when a key was taken meanwhile, to find what took it. */
    <T> T writeOrFind(Work<T> work) {
        try {
            return inTurn(() -> run(TransactionIsolationLevel.READ_COMMITTED, work, true));
        } catch (DuplicateKeyException e) {
            throw constraint(e.getCause());
        }
    }

    private <T> T inTurn(Supplier<T> unit) {
        return dialect.writesOneAtATime() ? turn.run(unit) : unit.get();
    }

    private <T> T run(TransactionIsolationLevel isolation, Work<T> work, boolean againOnDuplicate) {
        return run(
                (handle, answered) -> dialect.inTransaction(handle, isolation, transaction -> {
                    answered.run();
                    return work.run(transaction);
                }),
                againOnDuplicate);
    }

    /** A transaction, which tells when the database has answered for the first time. */
    private interface Transaction<T> {
        T run(Handle handle, Runnable answered);
    }

    private <T> T run(Transaction<T> transaction, boolean againOnDuplicate) {
        for (var runs = 1; ; runs++) {
            var begun = new AtomicBoolean();
            try {
                return jdbi.withHandle(handle -> transaction.run(handle, () -> begun.set(true)));
            } catch (JdbiException e) {
                var failure = sqlException(e);
                if (failure == null) {
                    throw e;
                }
                if (!begun.get() && runs < MOST_RUNS && isDeadConnection(e, failure)) {
                    continue;
                }
                switch (dialect.classify(failure)) {
                    case DUPLICATE -> {
                        if (!againOnDuplicate || runs == MOST_RUNS) {
                            throw new DuplicateKeyException(failure);
                        }
                    }
                    case COLLISION -> {
                        if (runs == MOST_RUNS) {
                            throw new LivemeterException(
                                    "storage.busy",
                                    "The database was too busy: a transaction collided with others " + runs
                                            + " times. Try again.",
                                    true,
                                    failure);
                        }
                        // Two that collided would meet again if both came back at once.
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(runs * 1_000_000L));
                    }
                    case CONSTRAINT -> throw constraint(failure);
                    case UNAVAILABLE ->
                        throw new LivemeterException(
                                "storage.unavailable",
                                "The database did not answer; whether the last change was kept is not known. Try again.",
                                true,
                                failure);
                    case FAULT ->
                        throw new LivemeterException(
                                "storage.fault",
                                "The database reported an error that Livemeter does not expect: "
                                        + failure.getMessage(),
                                false,
                                failure);
                }
            }
        }
    }

    /**
     * Whether a pool gave a connection that was dead already, as all of them are after a server was started again. Nothing was asked for yet
     * then, so that another connection can be tried. One that could not be had at all is another matter: who waited for it waits no longer.
     */
    private boolean isDeadConnection(JdbiException thrown, SQLException failure) {
        return !(thrown instanceof ConnectionException) && dialect.classify(failure) == Dialect.Failure.UNAVAILABLE;
    }

    /** The exception for a change that the books refuse. */
    static LivemeterException constraint(String what, @Nullable Throwable cause) {
        return new LivemeterException(
                "storage.constraint", what + ". The books refuse that; nothing was written.", false, cause);
    }

    private static LivemeterException constraint(SQLException cause) {
        return constraint("A change would break a constraint of the database", cause);
    }

    /** The database's own word on a failure, where there is one. */
    static @Nullable SQLException sqlException(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** Microseconds since 1970, as all columns of moments hold them. */
    static long micros(Instant moment) {
        // Not ChronoUnit.MICROS.between: it counts nanoseconds on the way, and those end in 2262.
        return Math.addExact(Math.multiplyExact(moment.getEpochSecond(), 1_000_000L), moment.getNano() / 1_000);
    }

    /** The other way of {@link #micros}. */
    static Instant moment(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static final class DuplicateKeyException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final SQLException refused;

        DuplicateKeyException(SQLException refused) {
            super(refused);
            this.refused = refused;
        }

        @Override
        public synchronized SQLException getCause() {
            return refused;
        }
    }
}
