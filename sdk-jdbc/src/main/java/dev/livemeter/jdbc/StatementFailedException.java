package dev.livemeter.jdbc;

import java.sql.SQLException;
import org.jdbi.v3.core.JdbiException;

/** What jdbi throws for its statements, for those that go past it. */
final class StatementFailedException extends JdbiException {

    private static final long serialVersionUID = 1L;

    StatementFailedException(SQLException cause) {
        super(cause);
    }
}
