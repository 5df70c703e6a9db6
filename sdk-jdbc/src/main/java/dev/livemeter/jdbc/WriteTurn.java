package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one unit of work write at a time, first come, first served, and every so often puts a tidying between two of them. Only
 * for a database that {@linkplain Dialect#writesOneAtATime() asks for it}.
 */
final class WriteTurn {

    private static final Logger log = LoggerFactory.getLogger(WriteTurn.class);

    private static final int PATIENCE_SECONDS = 30;
    private static final int UNITS_BETWEEN_TIDYINGS = 500;

    private final Jdbi jdbi;
    private final Dialect dialect;
    private final ReentrantLock turn = new ReentrantLock(true);
    private int units;
    private boolean durable = true;

    WriteTurn(Jdbi jdbi, Dialect dialect) {
        this.jdbi = jdbi;
        this.dialect = dialect;
    }

    <T> T run(Supplier<T> unit) {
        try {
            if (!turn.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new LivemeterException(
                        "storage.busy",
                        "The database was too busy: others wrote to it for " + PATIENCE_SECONDS + " s. Try again.",
                        true,
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException(
                    "storage.interrupted", "The thread was interrupted while it waited to write.", true, e);
        }
        try {
            requireDurable();
            var result = unit.get();
            if (++units % UNITS_BETWEEN_TIDYINGS == 0) {
                tidy();
            }
            return result;
        } finally {
            turn.unlock();
        }
    }

    /** Nothing is written while it is not sure that it stays written. */
    private void requireDurable() {
        if (durable) {
            return;
        }
        try (var handle = jdbi.open()) {
            dialect.makeDurable(handle.getConnection());
            durable = true;
        } catch (JdbiException | SQLException e) {
            throw new LivemeterException(
                    "storage.unavailable",
                    "The database cannot be made to keep what is committed; nothing was written. Try again.",
                    true,
                    e);
        }
    }

    private void tidy() {
        durable = false;
        try (Handle handle = jdbi.open()) {
            dialect.tidy(handle.getConnection());
            durable = true;
        } catch (JdbiException | SQLException e) {
            // The unit before it is committed and has its answer; this is the next one's concern.
            log.warn("The database could not be tidied: {}", e.getMessage());
        }
    }
}
